"""Test the calculator."""

from src.calculator import add


def test_adds_two_numbers()
    assert add(2, 3) == 5
