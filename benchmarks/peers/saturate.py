"""Clients without waits: each sends its next request as soon as the last one is answered.

``python -m benchmarks.peers.saturate PLAN PORT CLIENTS SECONDS`` prints the figures as JSON. It is
one process and one loop over sockets, at half of what asyncio costs: on a machine of
few cores, what asks takes from what answers.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import asdict
from itertools import count
from pathlib import Path

from benchmarks.peers.figures import Load, load_of
from benchmarks.peers.http_answer import parse
from benchmarks.peers.plan import HEADERS, Plan

HOST = "127.0.0.1"
LAST_ANSWERS = 5.0  # seconds that requests in flight at the end have
GLANCE = 0.1
PAUSE = 0.01  # seconds after a connection that was refused
AT_ONCE = 2**16


class Crowd:
    """Clients who share out a plan's bodies, and note what they see."""

    def __init__(self, plan: Plan, port: int):
        self._plan, self._port = plan, port
        self._requests = [_request(plan.path, port, body.encode()) for body in plan.bodies]
        self._turns = count()
        self._selector = selectors.DefaultSelector()
        self._milliseconds: list[float] = []
        self._problems: list[str] = []

    def ask(self, clients: int, seconds: float) -> Load:
        """Have so many clients ask, and sum up what they saw."""
        self._end = time.perf_counter() + seconds
        for _ in range(clients):
            self._connect()
        while self._selector.get_map() and time.perf_counter() < self._end + LAST_ANSWERS:
            for key, _ in self._selector.select(GLANCE):
                self._hear(key.data)
        for key in list(self._selector.get_map().values()):
            self._lose(key.data, "no answer until the end")
        return load_of(self._milliseconds, seconds, self._problems)

    def _connect(self) -> None:
        while time.perf_counter() < self._end:
            try:
                client = Client(socket.create_connection((HOST, self._port), LAST_ANSWERS))
            except OSError as error:
                self._problems.append(type(error).__name__)
                time.sleep(PAUSE)
                continue
            self._selector.register(client.socket, selectors.EVENT_READ, client)
            self._send(client)
            return

    def _send(self, client: "Client") -> None:
        client.index = next(self._turns) % len(self._requests)
        client.started = time.perf_counter()
        try:
            client.socket.sendall(self._requests[client.index])
        except OSError as error:
            self._lose(client, type(error).__name__)

    def _hear(self, client: "Client") -> None:
        try:
            received = client.socket.recv(AT_ONCE)
            client.received += received
            answer = parse(client.received)
        except (OSError, ValueError) as error:
            self._lose(client, type(error).__name__)
            return
        if answer is None:
            if not received:
                self._lose(client, "the connection was lost")
            return
        now = time.perf_counter()
        problem = self._plan.problem(client.index, answer.status, answer.body)
        if problem:
            self._problems.append(problem)
        else:
            self._milliseconds.append((now - client.started) * 1000)
        client.received = answer.rest
        if answer.stays and now < self._end:
            self._send(client)
        else:
            self._leave(client)

    def _lose(self, client: "Client", problem: str) -> None:
        self._problems.append(problem)
        self._leave(client)

    def _leave(self, client: "Client") -> None:
        """Close a connection; while there is time, another client comes in its place."""
        self._selector.unregister(client.socket)
        client.socket.close()
        self._connect()


class Client:
    """A connection, what was asked on it, when, and what has come back so far."""

    def __init__(self, connection: socket.socket):
        self.socket = connection
        self.received = b""
        self.index = 0
        self.started = 0.0


def _request(path: str, port: int, body: bytes) -> bytes:
    fields = HEADERS | {"Host": f"{HOST}:{port}", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


if __name__ == "__main__":
    _, file, port, clients, seconds = sys.argv
    found = Crowd(Plan.read(Path(file)), int(port)).ask(int(clients), float(seconds))
    print(json.dumps(asdict(found)))
