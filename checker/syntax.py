"""Python as a tree of its syntax."""

import ast
import threading

_one_at_a_time = threading.Lock()


def tree_of(source: str | bytes) -> ast.Module:
    """Parse Python, in whichever thread.

    Python 3.11 counts in one place, for all threads, how deep in a tree it is: two that parse at
    once may get a SystemError that means nothing (python/cpython#106905).

    Raises:
        SyntaxError: it is no Python.
        ValueError: there are null bytes in it.
        MemoryError, RecursionError: it is nested too deep.
    """
    with _one_at_a_time:
        return ast.parse(source)
