"""Write a program that counts down."""


def countdown(start):
    """The numbers from start down to 1."""
    if start == 0:
        return []
    raise NotImplementedError
