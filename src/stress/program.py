"""A model that is a user's program, in a process of its own: it may crash, hang or flood."""

import os
import pickle
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import pandas as pd

from src.errors import UserError
from src.stress.limits import MOST_PROCESSES, count_members, environment
from src.stress.model import ModelError, checked
from src.stress.wire import Late, receive, receive_message, send

STARTS_WITHIN = 60.0  # seconds, for the imports
MOST_TIMEOUTS = 3
MOST_DEATHS = 50
TOLD = 400  # characters of a program's last words


class Program:
    """A .py file with predict_df(df) or predict_dict(row), as a model.

    A process that crashes, hangs, or takes too much is ended, which is a ModelError; the next
    question starts a new one. A program that dies again and again is given up.
    """

    def __init__(
        self,
        path: Path,
        classes: list[Any] | None = None,
        fallback: list[Any] | None = None,
        timeout_seconds: float = 20.0,
        memory_mb: int = 4096,
    ) -> None:
        """Start it.

        Args:
            path: the file.
            classes: in the order of its probabilities; by default its CLASSES.
            fallback: the classes where neither says them.
            timeout_seconds: for one answer.
            memory_mb: how much memory its process may have.

        Raises:
            UserError: the program does not start, or nobody says its classes.
        """
        self._path = path
        self._timeout = timeout_seconds
        self._memory_mb = memory_mb
        self._timeouts = self._deaths = 0
        self._child: _Child | None = None
        try:
            told = self._running().classes
        except ModelError as error:
            raise UserError(f"{path} cannot be used as a model: {error}; correct it.") from error
        self.classes = classes or told or fallback or []
        if len(self.classes) < 2:
            self.close()
            raise UserError(
                f"Nobody says the classes of {path}: write CLASSES = [...] there, "
                "or give classes in model_config."
            )

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        """Answer probabilities shaped (rows, classes).

        Raises:
            ModelError: the program raised or was ended, or what it answered is no answer.
            UserError: it was ended so often that it is given up.
        """
        question = {"frame": frame, "classes": [*self.classes]}
        try:
            told = self._running().ask(question, self._timeout)
        except _Ended as error:
            self._child = None
            self._count(error)
            raise
        except BaseException:  # as a test's time limit: an answer may be under way
            self.close()
            raise
        if isinstance(told, str):
            raise ModelError(told)
        return checked(told, len(frame), len(self.classes))

    def close(self) -> None:
        """End the process; a later question starts a new one."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _running(self) -> "_Child":
        if self._child is None:
            self._child = _Child(self._path, self._memory_mb)
        return self._child

    def _count(self, error: "_Ended") -> None:
        self._timeouts += error.timed_out
        self._deaths += 1
        if self._timeouts >= MOST_TIMEOUTS or self._deaths >= MOST_DEATHS:
            raise UserError(
                f"{self._path} is given up after its process had to be started {self._deaths} "
                f"times: the last time, {error}. Correct it, and resume the run."
            ) from error


class _Ended(ModelError):
    """The process is no more."""

    timed_out = False


class _Child:
    """The process of a program, ready for questions."""

    def __init__(self, path: Path, memory_mb: int) -> None:
        self._output = TemporaryFile(buffering=0)  # noqa: SIM115 - _end closes it
        questions, self._to_child = os.pipe()
        self._from_child, answers = os.pipe()
        numbers = [str(number) for number in (questions, answers, memory_mb)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "src.stress.program_host", str(path), *numbers],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                pass_fds=(questions, answers),
                start_new_session=True,
                env=environment(),
            )
        finally:
            os.close(questions)
            os.close(answers)
        ends = (self._to_child, self._from_child)
        self.end = weakref.finalize(self, _end, self._process, ends, self._output)
        self.classes: list[Any] | None = self._ready().get("classes")

    def ask(self, question: dict[str, Any], timeout: float) -> np.ndarray | str:
        """Answer the probabilities, or what the program raised.

        Raises:
            _Ended: the process is no more.
        """
        self._output.seek(0)  # the place is that of the process, too: each answer may print as much
        self._output.truncate()
        deadline = time.monotonic() + timeout
        return self._guarded(lambda: self._exchange(question, deadline), f"{timeout:g} s")

    def _exchange(self, question: dict[str, Any], deadline: float) -> np.ndarray | str:
        send(self._to_child, pickle.dumps(question), deadline, self._check)
        message = receive_message(self._from_child, deadline, self._check)
        if "error" in message:
            return str(message["error"])
        shape = len(question["frame"]), len(question["classes"])
        data = receive(self._from_child, shape[0] * shape[1] * 8, deadline, self._check)
        return np.frombuffer(data).reshape(shape)

    def _ready(self) -> dict[str, Any]:
        deadline = time.monotonic() + STARTS_WITHIN
        message = self._guarded(
            lambda: receive_message(self._from_child, deadline, self._check),
            f"{STARTS_WITHIN:g} s to start",
        )
        if "error" in message:
            self.end()
            raise ModelError(message["error"])
        return message

    def _guarded(self, work: Callable[[], Any], limit: str) -> Any:
        """Do what takes a living process; where it is none, or should be none, end it."""
        try:
            return work()
        except Late:
            raise self._ended(f"it took longer than {limit}", timed_out=True) from None
        except (OSError, EOFError):
            raise self._ended(self._cause_of_death()) from None
        except _Ended:
            self.end()
            raise
        except ValueError as error:
            raise self._ended(str(error)) from error

    def _check(self) -> None:
        """Refuse a program that has become a crowd."""
        if count_members(self._process.pid) > MOST_PROCESSES:
            raise _Ended(f"it started more than {MOST_PROCESSES} processes")

    def _ended(self, why: str, timed_out: bool = False) -> _Ended:
        ended = _Ended(why)
        ended.timed_out = timed_out
        self.end()
        return ended

    def _cause_of_death(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        status = self._process.returncode
        how = f"signal {signal.Signals(-status).name}" if status and status < 0 else f"{status}"
        words = _last_words(self._output)
        return f"its process ended ({how}){f', saying: {words}' if words else ''}"


def _last_words(output: IO[bytes]) -> str:
    with suppress(OSError, ValueError):
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - TOLD))
        return " ".join(output.read().decode(errors="replace").split())
    return ""


def _end(process: subprocess.Popen, ends: tuple[int, int], output: IO[bytes]) -> None:
    """End the process and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for descriptor in ends:
        os.close(descriptor)
    output.close()
