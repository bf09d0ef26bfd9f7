"""What servers saw while a canary ran: requests, errors, latencies and labels, for each version.

Each server keeps one record a canary on S3, with its totals since the canary's start, and
overwrites only its own. So a record that is lost or late costs nothing but time, and what all
servers saw is the sum of the records.
"""

import json
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from itertools import accumulate
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter

from src import aws
from src.errors import UserError
from src.release.state import Candidate

STEPS = (1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30)  # none is more than 1.67 times the one before it
LIMITS = (*STEPS, *(step * factor for factor in (10, 100, 1000) for step in STEPS[4:]))
BOUNDS = (*(f"{limit:g}" for limit in LIMITS), "inf")


@dataclass(frozen=True)
class Tally:
    """What one version did: counts that only grow while a canary runs.

    errors are requests that it failed, labels the answers whose truth is known, mistakes those of
    them that were wrong. latencies counts requests by the least of BOUNDS (milliseconds, as text)
    that is not below what the request took.
    """

    requests: int = 0
    errors: int = 0
    labels: int = 0
    mistakes: int = 0
    latencies: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot have been counted."""
        counts = (self.requests, self.errors, self.labels, self.mistakes, *self.latencies.values())
        if min(counts) < 0:
            raise ValueError("a count is below 0")
        if self.errors > self.requests:
            raise ValueError(f"{self.errors} errors of {self.requests} requests")
        if self.mistakes > self.labels:
            raise ValueError(f"{self.mistakes} mistakes of {self.labels} labels")
        unknown = self.latencies.keys() - set(BOUNDS)
        if unknown:
            raise ValueError(f"{min(unknown)} is none of the bounds of latencies")

    def __add__(self, other: "Tally") -> "Tally":
        """Answer the sums."""
        return Tally(
            self.requests + other.requests,
            self.errors + other.errors,
            self.labels + other.labels,
            self.mistakes + other.mistakes,
            dict(Counter(self.latencies) + Counter(other.latencies)),
        )

    def quantile(self, q: float) -> float:
        """Answer milliseconds that a share q of the requests, 0 to 1, did not take longer than.

        It is an upper bound of the quantile, at most 1.67 times what it was from 1 ms on; inf
        where that is beyond 30 s, nan where there is no request.
        """
        total = sum(self.latencies.values())
        if not total:
            return math.nan
        needed = max(1, math.ceil(q * total))
        reached = accumulate(self.latencies.get(bound, 0) for bound in BOUNDS)
        return float(BOUNDS[bisect_left(list(reached), needed)])


@dataclass(frozen=True)
class Record:
    """What a server saw since a canary's start, as of a time (ISO 8601, with its zone).

    orphans are labels of requests that no server could name.
    """

    server: str
    at: str
    candidate: Tally
    production: Tally
    orphans: int = 0

    def __post_init__(self) -> None:
        """Refuse a record of nobody, or of no time."""
        if not self.server:
            raise ValueError("a record needs the name of its server")
        if datetime.fromisoformat(self.at).tzinfo is None:
            raise ValueError(f"{self.at} is a time without a zone")
        if self.orphans < 0:
            raise ValueError("a count is below 0")


def bound_of(milliseconds: float) -> str:
    """Answer which of BOUNDS a latency is counted under."""
    return BOUNDS[bisect_left(LIMITS, milliseconds)]


def write_record(
    store: Any, dataset: str, model: str, candidate: Candidate, record: Record
) -> None:
    """Write a server's record over the one that it wrote before.

    Raises:
        UserError: S3 is not there, or does not let us.
    """
    key = f"{_folder(dataset, model, candidate)}{quote(record.server, safe='')}.json"
    store.upload(key, json.dumps(asdict(record)).encode())


def refuse(key: str) -> None:
    """Tell that a record is damaged."""
    raise UserError(f"{key} on S3 is damaged: remove it; its server writes it again.")


def read_records(
    store: Any,
    dataset: str,
    model: str,
    candidate: Candidate,
    damaged: Callable[[str], None] = refuse,
) -> list[Record]:
    """Answer the records of all servers, by the names of their keys.

    Args:
        store: whatever has upload, download and list_keys like ``src.aws``.
        dataset: what the models are trained on.
        model: which kind of model.
        candidate: of which canary.
        damaged: told the key of each record that cannot be read, which is left out.

    Raises:
        UserError: S3 is not there, or does not let us; by default also for a damaged record.
    """
    records = []
    for key in store.list_keys(_folder(dataset, model, candidate)):
        try:
            records.append(_records().validate_json(store.download(key).body, strict=True))
        except aws.NotFound:
            continue  # removed since it was listed
        except ValueError:
            damaged(key)
    return records


def _folder(dataset: str, model: str, candidate: Candidate) -> str:
    since = re.sub(r"[^0-9A-Za-z]+", "-", candidate.since)
    return f"models/{dataset}/{model}/canary/{candidate.model_id}/{since}/records/"


@cache
def _records() -> TypeAdapter[Record]:
    return TypeAdapter(Record)
