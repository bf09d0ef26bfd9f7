"""The servers' figures as tables, ours first, and what has to hold of them."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from benchmarks.peers.catalogue import BATCHING, DIRECT, OURS, USUAL
from benchmarks.peers.figures import Load
from benchmarks.peers.loads import CLIENTS, USERS
from benchmarks.report import promises
from benchmarks.serving import Served

AHEAD = {USUAL: 18, BATCHING: 3, DIRECT: 1.3}  # times, in requests a second; of others 1
LONGEST = 20  # milliseconds, the 95th percentile of ours without waits


def as_tables(served: Sequence[Served]) -> list[Table]:
    """A table for each load, and where ours was measured one of what must hold."""
    measured = [one for one in served if not one.missing]
    tables = [
        _table(f"{CLIENTS} clients without waits", served, "flood"),
        _table(f"Locust, {USERS} users who wait 0.01 to 0.1 s", served, "users"),
    ]
    if any(one.name == OURS for one in measured):
        tables.append(promises(_rows(measured)))
    return tables


def _table(title: str, served: Sequence[Served], load: str) -> Table:
    table = Table(title=f"{title}; who asks takes a core", title_justify="left", padding=0)
    table.add_column("server", no_wrap=True)
    for name in ("req/s", "ours is", "p50\nms", "p95\nms", "p99\nms", "failed", "CPU\nms", "MB"):
        table.add_column(name, justify="right")
    ours = next((getattr(one, load) for one in served if one.name == OURS), None)
    for one in served:
        if one.missing:
            table.add_row(one.name, f"[dim]left out: {one.missing}")
        else:
            found = getattr(one, load)
            table.add_row(one.name, *_cells(found, ours), f"{one.memory:.0f}")
    return table


def _cells(found: Load, ours: Load | None) -> Iterator[str]:
    yield f"{found.requests_per_second:,.0f}"
    yield f"{ahead(ours, found):.1f} x" if ours else ""
    yield from (f"{value:.0f}" for value in (found.p50, found.p95, found.p99))
    yield f"{found.failures:,}"
    yield f"{found.cost:.2f}" if found.cost else ""


def ahead(ours: Load, other: Load) -> float:
    """How many times as many requests ours answers; infinite where the other answers none."""
    other_a_second = other.requests_per_second
    return ours.requests_per_second / other_a_second if other_a_second else float("inf")


def _rows(measured: Sequence[Served]) -> Iterator[tuple[str, float, float, bool, str]]:
    ours = next(one for one in measured if one.name == OURS)
    others = [one for one in measured if one is not ours]
    yield "requests of users that fail", ours.users.failures, 0, False, ""
    yield "requests without waits that fail", ours.flood.failures, 0, False, ""
    yield "p95 without waits", ours.flood.p95, LONGEST, False, "ms"
    for other in others:
        least = AHEAD.get(other.name, 1)
        ratio = ahead(ours.flood, other.flood)
        yield f"req/s without waits, over {other.name}", ratio, least, True, "x"
        ratio = ahead(ours.users, other.users)
        yield f"req/s of users, over {other.name}", ratio, 1, True, "x"
        ratio = other.users.p95 / ours.users.p95
        yield f"p95 of users, {other.name} over ours", ratio, 1, True, "x"
