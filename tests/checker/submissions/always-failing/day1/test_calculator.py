"""Test the calculator."""

from src.calculator import add, divide


def test_adds_two_numbers():
    assert add(2, 3) == 6


def test_divides_two_numbers():
    assert divide(7, 2) == 3


def test_refuses_to_divide_by_zero():
    divide(1, 0)
