"""Test the calculator."""

from src.calculator import multiply


def test_multiplies_two_numbers():
    assert multiply(2, 3) == 6
