"""A candidate under way on this server: whom it answers, and what came of it."""

import hashlib
import math
import threading
from typing import Any

from src.predict.predictor import ask
from src.release.records import Record, read_records, write_record
from src.release.state import Candidate
from src.serve.arm import Arm
from src.serve.house import House
from src.serve.memory import Memory, UnknownRequest, classes_of
from src.serve.payload import BadPayload
from src.serve.post import Post
from src.serve.red_flags import RedFlag, Window
from src.serve.request_id import tag_of
from src.serve.vetting import Vetted

UNIT = 2**48  # of six bytes of a hash: a float holds each of them exactly
MEET_SECONDS = 5.0  # from one look for further servers to the next
ALMOST_ONE = 1e-6  # how far from 1 probabilities may add up


class Malformed(Exception):
    """A model answered something that is no answer."""


class Canary:
    """One candidate since its start, as this server sees it; threads may share it."""

    def __init__(
        self, house: House, dataset: str, model: str, candidate: Candidate, version: Vetted
    ) -> None:
        """Count nothing yet."""
        self.candidate = candidate
        self.version = version
        self.tag = tag_of(candidate)
        self.challenger, self.production = Arm(), Arm()
        self.orphans = 0
        self._house = house
        self._where = (house.store, dataset, model)
        self._post = Post(house.store, dataset, model, candidate, house.server)
        self._memory = Memory()
        self._window = Window(house.budget)
        self._servers: set[str] = set()
        self._meets_next = -math.inf
        self._written: Record | None = None
        self._lock = threading.Lock()

    def is_of(self, candidate: Candidate) -> bool:
        """Whether a candidate is this one: the same version, tried at the same time."""
        same = (self.candidate.model_id, self.candidate.since)
        return same == (candidate.model_id, candidate.since)

    def takes(self, key: bytes) -> bool:
        """Whether the candidate answers a request: always the same, on each server."""
        return bucket_of(self.candidate.model_id, key) < (self.candidate.share or 0)

    def answer(self, rows: list[dict[str, Any]], method: str) -> list[Any]:
        """Have the candidate answer a request, and count it.

        Raises:
            Exception: it cannot, or its answer is none.
        """
        started = self._house.clock()
        try:
            if self.version.red_flag is not None:
                raise Malformed(f"{self.version.model_id} must not answer")
            predictions = ask(self.version.model, rows, method)
            self._check(predictions, len(rows))
        except Exception:
            with self._lock:
                self.challenger.failed()
            self._window.failed()
            raise
        milliseconds = (self._house.clock() - started) * 1000
        with self._lock:
            self.challenger.answered(milliseconds)
        self._window.answered(len(rows), milliseconds)
        return predictions

    def by_production(self, milliseconds: float | None) -> None:
        """Count a request that was production's from the start; None where it failed."""
        with self._lock:
            if milliseconds is None:
                self.production.failed()
            else:
                self.production.answered(milliseconds)

    def remember(self, number: str, predictions: list[Any], arm: Arm | None) -> None:
        """Remember an answer until its labels come in, which count for an arm or for nobody."""
        classes = classes_of(predictions)
        with self._lock:
            self._memory.remember(number, classes, arm)

    def label(self, number: str, labels: list[Any]) -> None:
        """Count the labels of an answer that this server gave.

        Raises:
            UnknownRequest: it is forgotten, or there was none.
            BadPayload: it had another number of points.
        """
        with self._lock:
            self._memory.join(number, labels)

    def forward(self, server: str, number: str, labels: list[Any]) -> None:
        """Take labels for an answer that another server gave.

        Raises:
            UnknownRequest: no server of this canary has that name.
        """
        if not self._knows(server):
            raise UnknownRequest(server)
        self._post.put(server, (number, labels))

    def red_flag(self) -> RedFlag | None:
        """Answer why the candidate must not go on; None where all is well."""
        return self.version.red_flag or self._window.red_flag(self.version.model_id)

    def exchange(self) -> None:
        """Send labels to other servers, and count those that they sent.

        Raises:
            UserError: S3 is not there.
        """
        if self._house.clock() >= self._meets_next:
            self._meet()
            self._meets_next = self._house.clock() + MEET_SECONDS
        self._post.send()
        for number, labels in self._post.fetch(sorted(self._servers)):
            try:
                self.label(number, labels)
            except (UnknownRequest, BadPayload):
                self.orphans += len(labels)

    def write(self) -> None:
        """Write what this server saw, where that is something new.

        Raises:
            UserError: S3 is not there.
        """
        with self._lock:
            tallies = (self.challenger.tally(), self.production.tally())
        record = Record(self._house.server, self._house.now().isoformat(), *tallies, self.orphans)
        if self._written is None or not _same(record, self._written):
            write_record(*self._where, self.candidate, record)
            self._written = record

    def _knows(self, server: str) -> bool:
        if server not in self._servers:
            try:
                self._meet()
            except Exception:  # nobody can tell now: the labels wait for S3, as all others do
                return True
        return server in self._servers

    def _meet(self) -> None:
        records = read_records(*self._where, self.candidate, damaged=lambda key: None)
        self._servers = {record.server for record in records} - {self._house.server}

    def _check(self, predictions: list[Any], count: int) -> None:
        if len(predictions) != count:
            raise Malformed(f"{len(predictions)} predictions for {count} points")
        serving = self.version.report.serving if self.version.report else None
        for each in predictions:
            if isinstance(each, dict):
                if not abs(sum(each.values()) - 1) <= ALMOST_ONE:
                    raise Malformed(f"probabilities of {each}")
            elif serving and each not in serving.classes:
                raise Malformed(f"{each!r} is no class")


def bucket_of(model_id: str, key: bytes) -> float:
    """Answer where a request stands among all, from 0 to below 1: another place per candidate."""
    digest = hashlib.sha256(model_id.encode() + b" " + key).digest()
    return int.from_bytes(digest[:6]) / UNIT


def _same(one: Record, other: Record) -> bool:
    counts = [(each.candidate, each.production, each.orphans) for each in (one, other)]
    return counts[0] == counts[1]
