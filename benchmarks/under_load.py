"""Releases under load: does any request notice what operators, crashes and an absent S3 do?

``python -m benchmarks.under_load`` has clients ask two server processes all the time, and meanwhile
starts, promotes and aborts canaries, deploys a version that fails on some points, kills a server
and a command in the middle, and has S3 hang. Each answer must be right, and of a known version.
What was in flight on the server that is killed is counted apart.
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.servers import PATIENCE, ROOT, Server, s3
from benchmarks.versions import Versions
from src.release.state import Event

CLIENTS = 4
AWAY = 1 / 6  # of the time, S3 hangs


@dataclass
class Seen:
    """What the clients saw: answers by version, and requests that failed, with the reason."""

    answers: Counter = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    in_flight: int = 0  # requests that a killed server took with it
    events: list[tuple[float, str, int]] = field(default_factory=list)  # seconds, what, answers
    slowest: float = 0.0  # seconds
    history: tuple[Event, ...] = ()

    @property
    def requests(self) -> int:
        """How many requests were answered."""
        return self.answers.total()


class Client(threading.Thread):
    """Asks for one point after the other, of any server that is up, until told to stop."""

    def __init__(self, number: int, servers: list[Server], versions: Versions, seen: Seen):
        super().__init__()
        self._random = random.Random(number)
        self._number, self._servers, self._versions, self._seen = number, servers, versions, seen
        self._connections: dict[int, HTTPConnection] = {}  # by the process of a server
        self.stopping = threading.Event()

    def run(self) -> None:
        """Ask, and note each answer."""
        while not self.stopping.is_set():
            index = self._random.randrange(len(self._versions.bodies))
            server = self._random.choice([server for server in self._servers if server.up])
            process = server.process.pid
            started = time.perf_counter()
            try:
                status, answer = self._ask(server.port, process, index)
            except (OSError, HTTPException) as error:
                self._connections.pop(process).close()
                if server.up and server.process.pid == process:
                    self._seen.failed.append(f"no answer: {error!r}")
                else:
                    self._seen.in_flight += 1
                continue
            self._seen.slowest = max(self._seen.slowest, time.perf_counter() - started)
            problem = self._versions.problem(index, status, answer)
            if problem:
                self._seen.failed.append(problem)
            else:
                self._seen.answers[answer["model_id"]] += 1
        for connection in self._connections.values():
            connection.close()

    def _ask(self, port: int, process: int, index: int) -> tuple[int, dict]:
        connection = self._connections.get(process)
        if connection is None:
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            self._connections[process] = connection
        headers = {"Content-Type": "application/json", "X-Request-Key": f"user {index}"}
        connection.request("POST", "/invocation", self._versions.bodies[index], headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


def prove(seconds: float, say: Callable[[str], None] = lambda line: None) -> Seen:
    """Ask two servers for so many seconds, while everything happens to them; tell what was seen."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder, s3(Path(folder)) as (store, environ):
        versions = Versions(environ)
        servers = [Server(environ), Server(environ)]
        clients = [Client(number, servers, versions, seen) for number in range(CLIENTS)]
        try:
            for client in clients:
                client.start()
            started = time.monotonic()
            events = _events(versions, servers, store, environ, seconds)
            pause = seconds * (1 - AWAY) / (len(events) + 1)
            for what, do in events:
                time.sleep(pause)
                seen.events.append((time.monotonic() - started, what, seen.requests))
                say(f"{time.monotonic() - started:5.1f} s  {what}")
                do()
            time.sleep(max(0.0, started + seconds - time.monotonic()))
            seen.history = versions.state().history
        finally:
            for client in clients:
                client.stopping.set()
            for client in clients:
                client.join()
            for server in servers:
                server.kill()
    return seen


def _events(
    versions: Versions,
    servers: list[Server],
    store: subprocess.Popen,
    environ: dict,
    seconds: float,
) -> list[tuple[str, Callable[[], object]]]:
    change = versions.change
    away = seconds * AWAY
    return [
        ("a canary answers a tenth", lambda: change("start_canary", versions.second, 0.1)),
        ("it answers half", lambda: change("change_share", 0.5)),
        ("it is aborted", lambda: change("abort_canary")),
        ("a canary that fails on some points", lambda: change("start_canary", versions.fails, 0.5)),
        ("the servers abort it", lambda: _wait_until(lambda: not versions.state().candidate)),
        ("kill -9 of a server", lambda: _kill_and_restart(servers[0])),
        ("another canary", lambda: change("start_canary", versions.second, 0.5)),
        ("it is promoted", lambda: change("promote_canary")),
        ("kill -9 of a deploy", lambda: _kill_a_deploy(versions.third, environ)),
        (f"S3 hangs for {away:.0f} s", lambda: _hang(store, away)),
        ("a version that fails on some points is deployed", versions.put_the_faulty_one_in),
        ("the servers roll it back", lambda: _wait_until(versions.is_well)),
        ("roll-back to the first version", lambda: change("rollback", versions.first)),
    ]


def _wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > give_up:
            raise RuntimeError("the servers do nothing about it")
        time.sleep(0.2)


def _kill_and_restart(server: Server) -> None:
    server.kill()
    server.start()


def _kill_a_deploy(model_id: str, environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "src", "deploy", model_id]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(2.0)  # it is about to publish then
    process.kill()
    process.wait()


def _hang(store: subprocess.Popen, seconds: float) -> None:
    store.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    store.send_signal(signal.SIGCONT)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--seconds", default=60.0, help="How long the clients ask.")
def main(seconds: float) -> None:
    """Release, crash and roll back while clients ask, and count who noticed."""
    console = Console(highlight=False)
    seen = prove(seconds, lambda line: console.print(line))
    table = Table(title="Answers by version", title_justify="left")
    table.add_column("version")
    table.add_column("answers", justify="right")
    for model_id, count in seen.answers.most_common():
        table.add_row(model_id[:10], f"{count:,}")
    console.print(table)
    console.print(
        f"{seen.requests:,} answers, each of a whole, known version; {len(seen.failed)} failed; "
        f"{seen.in_flight} in flight on the server that was killed; "
        f"the slowest took {seen.slowest:.2f} s."
    )
    for event in seen.history:
        console.print(f"  {event.action} {event.model_id[:10]} by {event.by}: {event.why}")
    for problem, count in Counter(seen.failed).most_common(10):
        console.print(f"  {count} x {problem}")
    sys.exit(1 if seen.failed or not seen.requests else 0)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.under_load")
