"""Write a program that counts down."""


def countdown(start):
    """The numbers from start down to 1."""
    return list(range(start, -1, -1))
