"""The application of the toy course: it adds and divides."""


def add(first, second):
    """The sum."""
    return first + second


def divide(first, second):
    """The quotient; ZeroDivisionError, with a message, where there is none."""
    if second == 0:
        raise ZeroDivisionError("cannot divide by zero")
    return first / second
