"""Test the numbers."""


def test_numbers_are_positive():
    """No number is zero or less."""
    raise NotImplementedError
