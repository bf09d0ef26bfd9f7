"""Locust as a process of its own, which a test starts, follows and ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from src.config import ROOT
from src.errors import UserError
from src.load.outcome import LAST, STATISTICS

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
LOG = "locust.log"
POLL = 0.2  # seconds
LINES_SHOWN = 3
ENDED, STOPPED, LATE = "ended", "stopped", "late"
NOT_INSTALLED = "Load tests need Locust, of the course's packages: install requirements.txt."


class Generator:
    """A process of Locust's, and those that it starts."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        """Start it. Ctrl-C does not reach it, for it has a session of its own: we end it.

        Args:
            arguments: of Locust, besides the file.
            folder: where it works, and its log goes.

        Raises:
            UserError: Locust is not installed.
        """
        if find_spec("locust") is None:
            raise UserError(NOT_INSTALLED)
        self._folder = folder
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        with (folder / LOG).open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), *arguments],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def follow(self, show: Callable[[float], None], most: float | None, to_stop: float) -> str:
        """Wait until it ends: ENDED by itself, STOPPED by Ctrl-C, or LATE.

        At Ctrl-C it ends the run and keeps what it measured; at a second one it is killed.

        Args:
            show: is told now and then how many seconds have passed.
            most: seconds after which it is late, and ended; None is no limit.
            to_stop: seconds that it then has to end.
        """
        started = time.monotonic()
        try:
            while not self._ends_within(POLL):
                passed = time.monotonic() - started
                show(passed)
                if most is not None and passed > most:
                    self._stop(to_stop)
                    return LATE
        except KeyboardInterrupt:
            self._stop(to_stop)
            return STOPPED
        finally:
            self._kill()
            self._take_last_statistics()
        return ENDED

    @property
    def status(self) -> int | None:
        """With which it ended; None before."""
        return self._process.returncode

    def last_words(self) -> str:
        """Answer the end of its log."""
        lines = (self._folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join([line.strip() for line in lines if line.strip()][-LINES_SHOWN:])

    def _stop(self, seconds: float) -> None:
        with suppress(KeyboardInterrupt):
            if os.name == "posix":
                self._process.send_signal(signal.SIGINT)
            else:
                self._process.terminate()
            self._ends_within(seconds)

    def _ends_within(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _kill(self) -> None:
        """End what is left, of its workers too."""
        with suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()

    def _take_last_statistics(self) -> None:
        """Have the last statistics in the files of Locust, which are up to a second older."""
        for name in STATISTICS:
            with suppress(OSError):
                last = self._folder / f"{LAST}{name}.csv"
                last.replace(self._folder / f"locust_{name}.csv")
