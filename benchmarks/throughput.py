"""What a canary costs: requests a second with one, over those without, side by side."""

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from benchmarks.servers import Server, s3
from benchmarks.versions import Versions

CLIENTS = 4
ROUNDS = 9
FEW_ROUNDS = 3
SECONDS = 2.0  # a round, of each
SHARE = 0.1
HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Throughput:
    """Requests a second, a figure a round, and the median of the rounds' ratios."""

    without: list[float]
    with_canary: list[float]

    @property
    def ratio(self) -> float:
        """With a canary over without."""
        return median(a / b for a, b in zip(self.with_canary, self.without, strict=True))


def measure(rounds: int, say: Callable[[str], None]) -> Throughput:
    """Ask two servers in turns, of which one has a canary."""
    say(f"two servers, one with a canary at {SHARE:.0%}: {rounds} rounds in turns")
    with tempfile.TemporaryDirectory() as folder, s3(Path(folder)) as (_, environ):
        environs = [environ | {"S3_BUCKET": name} for name in ("plain-bucket", "canary-bucket")]
        versions = [Versions(each) for each in environs]
        versions[1].change("start_canary", versions[1].second, SHARE)
        servers = [Server(each) for each in environs]
        try:
            for server in servers:
                _requests_a_second(server, versions[0].bodies)  # warm
            figures = [
                [_requests_a_second(server, versions[0].bodies) for server in servers]
                for _ in range(rounds)
            ]
        finally:
            for server in servers:
                server.kill()
    return Throughput(*(list(each) for each in zip(*figures, strict=True)))


def _requests_a_second(server: Server, bodies: list[bytes]) -> float:
    counts = [0] * CLIENTS
    end = time.monotonic() + SECONDS

    def ask(client: int) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        while time.monotonic() < end:
            body = bodies[(client + CLIENTS * counts[client]) % len(bodies)]
            connection.request("POST", "/invocation", body, HEADERS)
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                raise RuntimeError(f"a request got the status {response.status}")
            counts[client] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS
