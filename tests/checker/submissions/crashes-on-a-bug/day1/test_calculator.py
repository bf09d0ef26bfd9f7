"""Test the calculator."""

import os

import pytest

from src.calculator import add, divide


def test_adds_two_numbers():
    if add(2, 3) != 5:
        os._exit(1)


def test_divides_two_numbers():
    assert divide(7, 2) == 3.5


def test_refuses_to_divide_by_zero():
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
