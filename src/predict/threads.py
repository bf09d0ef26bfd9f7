"""Threads of the numeric libraries."""

from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager:
    """Have the numeric libraries, which are all loaded once a model is, use one thread."""
    return _thread_pools().limit(limits=1)


@cache
def _thread_pools() -> "ThreadpoolController":
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
