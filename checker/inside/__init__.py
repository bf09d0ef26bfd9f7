"""What runs inside the processes that run somebody's tests.

Scripts of the standard library, pytest and coverage: they import nothing of the checker, so that
the tests cannot either.
"""
