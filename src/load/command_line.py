"""What Locust is told on its command line."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from src.load.configuration import Configuration


@dataclass(frozen=True)
class Machines:
    """Which processes make the load, in Locust's own terms; by default one does.

    Attributes:
        processes: how many of this machine; -1 is one for each core.
        is_master: whether workers, of this machine or others, make it.
        expect_workers: how many workers the master waits for.
        others: further arguments of Locust.
    """

    processes: int | None = None
    is_master: bool = False
    expect_workers: int | None = None
    others: Sequence[str] = ()

    def arguments(self) -> list[str]:
        """Answer what Locust is told of it."""
        told = []
        if self.processes is not None:  # they meet on this machine, on a port of their own
            port = str(_free_port())
            told += ["--processes", str(self.processes), "--master-bind-host", "127.0.0.1"]
            told += ["--master-bind-port", port, "--master-port", port]
        if self.is_master:
            told += ["--master"]
        if self.expect_workers is not None:
            told += ["--expect-workers", str(self.expect_workers)]
        return [*told, *self.others]


def arguments_of_a_run(
    configuration: Configuration, plan: Path, folder: Path, machines: Machines
) -> list[str]:
    """Answer what Locust is told for one run: all of it, so that no file of Locust's counts."""
    return [
        *("--headless", "--only-summary"),
        *("--host", configuration.host),
        *("--users", str(configuration.users)),
        *("--spawn-rate", str(configuration.spawn_rate)),
        *("--run-time", f"{configuration.seconds}s"),
        *("--stop-timeout", f"{configuration.stop_timeout}"),
        *("--loglevel", configuration.loglevel),
        *("--csv", str(folder / "locust")),
        *("--html", str(folder / "locust.html")),
        *("--plan", str(plan)),
        *("--result", str(folder / "result.json")),
        *machines.arguments(),
    ]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
