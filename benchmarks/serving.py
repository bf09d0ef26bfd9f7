"""Our server beside others, with the same model, rows and load, in one run."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.peers.catalogue import Peer, peers
from benchmarks.peers.environments import NotInstalled
from benchmarks.peers.figures import Load
from benchmarks.peers.house import House, Stand
from benchmarks.peers.loads import flood, let_users_ask
from benchmarks.peers.running import NotServing, memory_of

FIGURES = ("requests_per_second", "p50", "p95", "p99", "cost")


@dataclass(frozen=True)
class Effort:
    """Seconds that users ask, seconds of a round without waits, and how many of these rounds."""

    users: int = 120
    flood: int = 10
    rounds: int = 3


QUICK = Effort(users=20, flood=3, rounds=1)


@dataclass(frozen=True)
class Served:
    """How a server did under both loads, and its megabytes after them; or why it did not."""

    name: str
    flood: Load | None = None
    users: Load | None = None
    memory: float = 0.0
    missing: str = ""


def measure(
    effort: Effort, say: Callable[[str], None], chosen: Sequence[Peer] | None = None
) -> list[Served]:
    """Start all servers, and put the loads on one after the other while the others idle."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        house = House(Path(folder), stack, say)
        stands, missing = _open(house, chosen or peers(), say)
        floods: dict[str, list[Load]] = {stand.name: [] for stand in stands}
        for number in range(effort.rounds):
            say(f"clients without waits, round {number + 1} of {effort.rounds}")
            for stand in stands:
                floods[stand.name].append(flood(stand, effort.flood))
        return [_served(stand, floods[stand.name], effort, say) for stand in stands] + missing


def middle(rounds: Sequence[Load]) -> Load:
    """Answer the medians of several rounds, and all that failed in any of them."""
    return Load(
        **{name: median(getattr(one, name) for one in rounds) for name in FIGURES},
        failures=sum(one.failures for one in rounds),
        problems=tuple(sorted({problem for one in rounds for problem in one.problems})),
    )


def _open(
    house: House, chosen: Sequence[Peer], say: Callable[[str], None]
) -> tuple[list[Stand], list[Served]]:
    stands, missing = [], []
    for peer in chosen:
        try:
            stands += house.open(peer)
        except (NotInstalled, NotServing) as error:
            say(f"{peer.name} is left out: {error}")
            missing.append(Served(peer.name, missing=str(error)))
    return stands, missing


def _served(
    stand: Stand, floods: Sequence[Load], effort: Effort, say: Callable[[str], None]
) -> Served:
    say(f"users with waits: {stand.name}, {effort.users} s")
    users = let_users_ask(stand, effort.users)
    return Served(stand.name, middle(floods), users, memory_of(stand.process))
