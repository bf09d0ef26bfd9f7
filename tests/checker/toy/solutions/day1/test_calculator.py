"""Test the calculator."""

import pytest

from src.calculator import add, divide


def test_adds_two_numbers():
    """The sum of two numbers."""
    assert add(2, 3) == 5


def test_divides_two_numbers():
    """The quotient of two numbers."""
    assert divide(7, 2) == 3.5


def test_refuses_to_divide_by_zero():
    """An error, not infinity."""
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
