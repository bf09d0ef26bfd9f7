"""A server's processes: started, waited for, weighed and ended."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from benchmarks.peers.plan import HEADERS, Plan

PATIENCE = 120  # seconds until a server answers first
FAREWELL = 15


class NotServing(Exception):
    """Says why a server does not answer."""


def free_port() -> int:
    """Answer a port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running(
    command: Sequence[object], environ: dict[str, str], folder: Path, log: Path
) -> Iterator[subprocess.Popen]:
    """Keep a server's process, which has a group of its own, and end all of it afterwards."""
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(FAREWELL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_right(process: subprocess.Popen, port: int, plan: Plan) -> None:
    """Wait until a server answers a first row, and rightly.

    Raises:
        NotServing: it ends, or takes too long.
    """
    give_up = time.monotonic() + PATIENCE
    while problem := _problem(port, plan):
        if process.poll() is not None:
            raise NotServing(f"it ended with status {process.returncode}")
        if time.monotonic() > give_up:
            raise NotServing(problem)
        time.sleep(0.2)


def memory_of(process: subprocess.Popen) -> float:
    """Answer the megabytes of a process and all below it, what they share counted once."""
    told = [one.memory_full_info() for one in _tree(process)]
    return sum(getattr(each, "pss", each.uss) for each in told) / 2**20


def processor_time_of(process: subprocess.Popen) -> float:
    """Answer the seconds of processor time of a process and all below it."""
    told = [one.cpu_times() for one in _tree(process)]
    return sum(each.user + each.system for each in told)


def _tree(process: subprocess.Popen) -> list[psutil.Process]:
    top = psutil.Process(process.pid)
    return [top, *top.children(recursive=True)]


def _problem(port: int, plan: Plan) -> str | None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", plan.path, plan.bodies[0], HEADERS)
        response = connection.getresponse()
        return plan.problem(0, response.status, response.read())
    except (OSError, HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
