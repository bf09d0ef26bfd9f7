"""Single key presses from a terminal, without Enter."""

import atexit
import os
import re
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import TextIO

from checker.watch.events import Broken, Pressed

GONE = ""  # the key of a terminal that is closed
ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O?.)?")  # arrows, function keys, Alt with a letter


def has_keys(stream: TextIO) -> bool:
    """Whether keys can be read: from a terminal, and in its foreground."""
    if sys.platform == "win32" or not stream.isatty():
        return stream.isatty()
    try:
        return os.tcgetpgrp(stream.fileno()) == os.getpgrp()
    except OSError:  # a terminal without job control has nothing in the background
        return True


def keys_of(stream: TextIO, events: Queue):
    """Puts each key into a queue, from the begin to the end of a `with`."""
    return _WindowsKeys(events) if sys.platform == "win32" else _Keys(stream.fileno(), events)


@contextmanager
def released(keys) -> Iterator[None]:
    """The terminal as it was, for another program."""
    keys.__exit__()
    try:
        yield
    finally:
        keys.__enter__()


class _Keys:
    """Keys on POSIX: the terminal gives each at once, and is as before at the end."""

    def __init__(self, terminal: int, events: Queue):
        self._terminal, self._events = terminal, events

    def __enter__(self):
        import termios

        self._before = termios.tcgetattr(self._terminal)
        atexit.register(self._restore)  # if a second Ctrl-C comes into the leaving of the first
        self._at_suspend = signal.signal(signal.SIGTSTP, self._suspend)
        self._take()
        self._waiting, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._read, name="keys")
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._restore()
        atexit.unregister(self._restore)
        signal.signal(signal.SIGTSTP, self._at_suspend)
        os.close(self._wake)
        self._thread.join()
        os.close(self._waiting)

    def _take(self) -> None:
        import termios
        import tty

        tty.setcbreak(self._terminal, termios.TCSANOW)

    def _restore(self) -> None:
        import termios

        try:
            termios.tcsetattr(self._terminal, termios.TCSANOW, self._before)
        except (termios.error, OSError):  # it is gone: there is nothing to restore
            return

    def _suspend(self, *_) -> None:
        """Ctrl-Z: the shell gets its terminal as it was, and `fg` goes on with the keys."""
        self._restore()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._suspend)
        self._take()

    def _read(self) -> None:
        try:
            while True:
                ready, _, _ = select.select([self._terminal, self._waiting], [], [])
                if self._waiting in ready:
                    return
                pressed = self._pressed()
                for key in pressed:
                    self._events.put(Pressed(key))
                if GONE in pressed:
                    return
        except BaseException as error:
            self._events.put(Broken(error))

    def _pressed(self) -> list[str]:
        try:
            typed = os.read(self._terminal, 1024)
        except OSError:  # EIO: it was closed
            return [GONE]
        if not typed:
            return [GONE]
        return list(ESCAPES.sub("", typed.decode(errors="replace")))


class _WindowsKeys:
    """Keys on Windows."""

    def __init__(self, events: Queue):
        self._events = events

    def __enter__(self):
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="keys")
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        import msvcrt

        while not self._stop.wait(0.05):
            while msvcrt.kbhit():
                key = msvcrt.getwch()
                if key in "\x00\xe0":  # an arrow or a function key: its code follows
                    msvcrt.getwch()
                else:
                    self._events.put(Pressed(key))
