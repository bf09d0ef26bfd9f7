"""The two loads, each made by a process of its own, which takes one of the cores."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.peers.figures import Load
from benchmarks.peers.house import Stand
from benchmarks.peers.running import processor_time_of
from benchmarks.servers import ROOT

CLIENTS = 64  # who do not wait
USERS, A_SECOND = 200, 20  # who wait 0.01 to 0.1 s, and how many of them come each second
STOP_WITHIN = 10  # seconds that requests in flight at the end have
PATIENCE = 60  # seconds that a load may take longer than it should
WARM = 2  # seconds


class NoLoad(Exception):
    """Says why a load could not be made."""


def flood(stand: Stand, seconds: int) -> Load:
    """Have clients ask without waits, after some that do not count.

    Raises:
        NoLoad: they could not.
    """
    _flood(stand, WARM)
    return _flood(stand, seconds)


def let_users_ask(stand: Stand, seconds: int) -> Load:
    """Have Locust's users ask, who come one after the other; what is seen until then is no figure.

    Raises:
        NoLoad: Locust could not.
    """
    result = stand.plan.with_suffix(".result")
    options = ["--users", USERS, "--spawn-rate", A_SECOND, "--run-time", f"{seconds}s"]
    options += ["--stop-timeout", STOP_WITHIN, "--host", f"http://127.0.0.1:{stand.port}"]
    file = Path(__file__).with_name("locustfile.py")
    told = {"PEER_PLAN": str(stand.plan), "PEER_RESULT": str(result)}
    _run(["-m", "locust", "--locustfile", file, "--headless", *options], seconds, told)
    return _load(result.read_text(encoding="utf-8") if result.exists() else "")


def _flood(stand: Stand, seconds: int) -> Load:
    client = ["-m", "benchmarks.peers.saturate", stand.plan, stand.port, CLIENTS, seconds]
    before = processor_time_of(stand.process)
    found = _load(_run(client, seconds))
    spent = processor_time_of(stand.process) - before
    return replace(found, cost=spent * 1000 / max(found.requests_per_second * seconds, 1))


def _run(command: list, seconds: int, told: dict[str, str] | None = None) -> str:
    environ = {name: value for name, value in os.environ.items() if "LOCUST" not in name}
    try:
        done = subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=ROOT,
            env=environ | {"PYTHONPATH": str(ROOT)} | (told or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds + PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise NoLoad("who asks did not end") from error
    if done.returncode not in (0, 1):  # 1: some requests failed, as the figures say
        raise NoLoad(done.stderr.strip()[-500:])
    return done.stdout


def _load(text: str) -> Load:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise NoLoad("who asks told nothing") from error
    return Load(**told | {"problems": tuple(told["problems"])})
