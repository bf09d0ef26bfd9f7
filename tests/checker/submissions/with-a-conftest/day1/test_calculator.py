"""Test the calculator."""

import pytest

from src.calculator import add, divide


def test_adds_two_numbers(five):
    assert add(2, 3) == five


def test_divides_two_numbers():
    assert divide(7, 2) == 3.5


def test_refuses_to_divide_by_zero():
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
