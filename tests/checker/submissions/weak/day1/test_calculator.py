"""Test the calculator."""

from src.calculator import add, divide


def test_adds_two_numbers():
    assert add(2, 3) == 5


def test_divides_two_numbers():
    assert divide(4, 2) == 2


def test_divides_zero():
    assert divide(0, 1) == 0
