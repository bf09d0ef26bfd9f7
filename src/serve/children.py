"""Processes that work for this one, and do not outlive it, however it ends."""

import ctypes
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

# Forks share what is imported. They get copies of locks too: who forks may have no other threads.
METHOD = "fork" if sys.platform == "linux" else "spawn"
PR_SET_PDEATHSIG = 1
TOLD_TO_END = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Parent:
    """What a child knows of the process that started it."""

    pid: int
    line: Connection

    def is_there(self) -> bool:
        """Whether it has not ended; to be asked now and then, for not everywhere a signal tells."""
        return os.getppid() == self.pid

    def tell(self, news: Any) -> None:
        """Tell it something."""
        self.line.send(news)


class Child:
    """A process that does a task, until that is done or it is interrupted."""

    def __init__(self, task: Callable[..., None], *arguments: Any) -> None:
        """Start it.

        Args:
            task: a function of a module. It gets the arguments, and a Parent.
            arguments: for the task.
        """
        self._task, self._arguments = task, arguments
        self.start()

    def start(self) -> None:
        """Start it, or where it has ended, another one."""
        context = multiprocessing.get_context(METHOD)
        self.started = time.monotonic()
        self._heard, line = context.Pipe(duplex=False)
        parent = Parent(os.getpid(), line)
        with signals_held_back():  # else there may be a child that nobody knows of
            self.process = context.Process(
                target=_child, args=(self._task, self._arguments, parent), daemon=True
            )
            self.process.start()
        line.close()

    def hear(self) -> Any:
        """Wait for what it tells.

        Raises:
            EOFError: it has ended before it told anything.
        """
        return self._heard.recv()


def end(children: Sequence[Child], patience: float) -> None:
    """Interrupt children, and kill those that have not ended after so many seconds."""
    for child in children:
        child.process.terminate()
    give_up = time.monotonic() + patience
    for child in children:
        child.process.join(max(0.0, give_up - time.monotonic()))
        child.process.kill()
        child.process.join()


def signals_held_back() -> AbstractContextManager[None]:
    """Have an interruption come later, where one in the middle would do harm."""
    return _signals("SIG_BLOCK")


def signals_let_through() -> AbstractContextManager[None]:
    """Have an interruption come here, if anywhere."""
    return _signals("SIG_UNBLOCK")


@contextmanager
def _signals(how: str) -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(getattr(signal, how), TOLD_TO_END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _child(task: Callable[..., None], arguments: tuple, parent: Parent) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent tells us
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD_TO_END)
        task(*arguments, parent)
