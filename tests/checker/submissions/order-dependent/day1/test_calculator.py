"""Test the calculator."""

import pytest

from src.calculator import add, divide

results = []


def test_adds_two_numbers():
    results.append(add(2, 3))
    assert results == [5]


def test_divides_two_numbers():
    results.append(divide(7, 2))
    assert results == [5, 3.5]


def test_refuses_to_divide_by_zero():
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
