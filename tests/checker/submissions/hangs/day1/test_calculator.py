"""Test the calculator."""

import threading


def test_adds_two_numbers():
    threading.Event().wait()
