"""A server for the time of a load test."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from src.config import ROOT
from src.errors import UserError

PATIENCE = 60.0  # seconds until it serves
TO_STOP = 15.0  # seconds
SERVING = "Serving on "


@contextmanager
def serving() -> Iterator[str]:
    """Have a server process on a free port of this machine meanwhile; answer its URL.

    Raises:
        UserError: it does not start.
    """
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "src", "serve", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C ends the run first, and then we end the server
        )
        too_late = threading.Timer(PATIENCE, process.kill)
        too_late.start()
        try:
            host = _host(process.stdout)
            too_late.cancel()
            if host is None:
                raise UserError(f"The server does not start: {_end_of(log)}")
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield host
        finally:
            too_late.cancel()
            _end(process)


def _host(output: BinaryIO) -> str | None:
    for line in output:
        text = line.decode(errors="replace")
        if text.startswith(SERVING):
            return text.removeprefix(SERVING).split()[0]
    return None


def _end_of(log: BinaryIO) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "it says nothing").strip()


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        process.wait(TO_STOP)
    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    process.stdout.close()
