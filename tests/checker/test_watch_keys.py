"""Keys from a terminal: each one at once, and the terminal as before at the end."""

import os
import subprocess
import sys
import termios
import types
from pathlib import Path
from queue import Queue

import pytest

from checker.watch.events import Broken, Pressed
from checker.watch.keys import GONE, has_keys, keys_of, released

DEADLINE = 30  # seconds; nothing here waits that long unless it is broken
REPOSITORY = Path(__file__).parents[2]


class Terminal:
    """A pair: what the user sits at, and the stream of the program that reads."""

    def __init__(self):
        self.user, program = os.openpty()
        self.stream = os.fdopen(program, "r+b", buffering=0)

    def press(self, keys: bytes) -> None:
        os.write(self.user, keys)

    def close(self) -> None:
        os.close(self.user)
        self.user = None

    @property
    def settings(self) -> list:
        return termios.tcgetattr(self.stream)

    @property
    def waits_for_enter(self) -> bool:
        return bool(self.settings[3] & termios.ICANON)


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.stream.close()
    if terminal.user is not None:
        terminal.close()


@pytest.fixture
def queue():
    return Queue()


def pressed(queue: Queue, count: int) -> list[str]:
    return [queue.get(timeout=DEADLINE).key for _ in range(count)]


def test_each_key_counts_at_once_and_without_enter(terminal, queue):
    with keys_of(terminal.stream, queue):
        terminal.press(b"n")
        first = pressed(queue, 1)
        terminal.press("é \x04".encode())
        rest = pressed(queue, 3)

    assert (first, rest) == (["n"], ["é", " ", "\x04"])


@pytest.mark.parametrize(
    "key", [b"\x1b[A", b"\x1bOq", b"\x1b[15~", b"\x1b[1;5C", b"\x1bq", b"\x1b"]
)
def test_a_key_that_is_no_letter_is_none_of_its_letters(terminal, queue, key):
    with keys_of(terminal.stream, queue):
        terminal.press(b"n" + key)
        terminal.press(b"\nn")

        assert pressed(queue, 3) == ["n", "\n", "n"]


def test_a_closed_terminal_is_told_once(terminal, queue):
    with keys_of(terminal.stream, queue):
        terminal.close()
        told = pressed(queue, 1)

    assert told == [GONE]
    assert queue.empty()


def test_the_terminal_is_as_before_at_the_end(terminal, queue):
    before = terminal.settings

    with keys_of(terminal.stream, queue):
        taken = terminal.waits_for_enter

    assert (taken, terminal.waits_for_enter) == (False, True)
    assert terminal.settings == before


def test_the_terminal_is_as_before_where_something_breaks(terminal, queue):
    with pytest.raises(ZeroDivisionError), keys_of(terminal.stream, queue):
        raise ZeroDivisionError

    assert terminal.waits_for_enter


def test_another_program_has_the_terminal_to_itself(terminal, queue):
    with keys_of(terminal.stream, queue) as keys:
        with released(keys):
            lent = terminal.waits_for_enter
            terminal.press(b"yes\n")
            heard = os.read(terminal.stream.fileno(), 10)
        terminal.press(b"n")

        assert (lent, heard) == (True, b"yes\n")
        assert pressed(queue, 1) == ["n"]


def test_what_nobody_expected_is_not_kept_quiet(terminal, queue, monkeypatch):
    error = ZeroDivisionError()

    def broken(*_):
        raise error

    monkeypatch.setattr("select.select", broken)
    with keys_of(terminal.stream, queue):
        assert queue.get(timeout=DEADLINE) == Broken(error)


SUSPENDED = """
import fcntl, os, signal, sys, termios
from queue import Queue

from checker.watch.keys import keys_of

def waits_for_enter():
    return bool(termios.tcgetattr(0)[3] & termios.ICANON)

def job():
    os.setpgid(0, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.tcsetpgrp(0, os.getpid())
    with keys_of(sys.stdin, Queue()):
        signal.raise_signal(signal.SIGTSTP)
        print("after fg:", waits_for_enter())

fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # this is the shell
child = os.fork()
if child == 0:
    job()
    sys.exit()
_, status = os.waitpid(child, os.WUNTRACED)
print("stopped:", os.WIFSTOPPED(status), waits_for_enter(), flush=True)
os.kill(child, signal.SIGCONT)
os.waitpid(child, 0)
print("at the end:", waits_for_enter())
"""


def test_a_suspended_watch_lends_the_terminal_to_the_shell(terminal):
    shell = subprocess.run(
        [sys.executable, "-c", SUSPENDED],
        cwd=REPOSITORY,
        stdin=terminal.stream,
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=DEADLINE,
    )

    assert (shell.stdout, shell.stderr) == (
        "stopped: True True\nafter fg: False\nat the end: True\n",
        "",
    )


def test_only_a_terminal_has_keys(terminal):
    with open(os.devnull) as nothing:
        assert not has_keys(nothing)
    assert has_keys(terminal.stream)


def test_keys_on_windows(queue, monkeypatch):
    """Without a Windows at hand: what its console answers to an arrow and a letter."""
    typed = ["\xe0", "H", "n"]
    console = types.SimpleNamespace(kbhit=lambda: typed, getwch=lambda: typed.pop(0))
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    monkeypatch.setattr(sys, "platform", "win32")

    with keys_of(sys.stdin, queue):
        assert queue.get(timeout=DEADLINE) == Pressed("n")
