"""What a load found, and its percentiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Load:
    """Right answers a second, the milliseconds that they took, and how many were not right."""

    requests_per_second: float
    p50: float
    p95: float
    p99: float
    failures: int
    cost: float = 0.0  # milliseconds of the server's processor time for a request
    problems: tuple[str, ...] = ()  # a few of them


def load_of(milliseconds: Sequence[float], seconds: float, problems: Sequence[str]) -> Load:
    """Sum up answers that took so long each, within so many seconds, and what went wrong."""
    ordered = sorted(milliseconds)
    return Load(
        len(ordered) / seconds,
        *(percentile(ordered, share) for share in (0.5, 0.95, 0.99)),
        failures=len(problems),
        problems=tuple(sorted(set(problems))[:3]),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Answer the smallest value that at least this share does not exceed; infinity of none."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else float("inf")
