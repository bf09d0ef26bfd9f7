"""Labels for answers that another server gave: they reach it by S3.

``models/<dataset>/<model>/canary/<id>/<since>/inbox/<to>/<from>/<number>.json`` is a letter: a list
of requests with their labels. Each sender numbers its letters to a server from 1 on, and writes
the next one only when the last has arrived; so a reader knows which letter is next, and looks for
that one alone, however long the canary runs.
"""

import json
import logging
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

from src import aws
from src.release.state import Candidate

MOST_WAITING = 20_000  # requests whose labels wait for S3; the newest are dropped beyond that
MOST_AT_ONCE = 1_000  # requests in a letter
MOST_LETTERS = 20  # read from one sender before others have their turn

log = logging.getLogger(__name__)

Labelled = tuple[str, list[Any]]  # a request's number, and its labels


class Post:
    """The post of one server during one canary. Only ``put`` may be called by several threads."""

    def __init__(
        self, store: Any, dataset: str, model: str, candidate: Candidate, server: str
    ) -> None:
        """Send nothing yet.

        Args:
            store: whatever has upload and download like ``src.aws``.
            dataset: what the models are trained on.
            model: which kind of model.
            candidate: of which canary.
            server: whose post this is.
        """
        since = re.sub(r"[^0-9A-Za-z]+", "-", candidate.since)
        self._folder = f"models/{dataset}/{model}/canary/{candidate.model_id}/{since}/inbox"
        self._store = store
        self._server = server
        self._waiting: deque[tuple[str, Labelled]] = deque()
        self._leaving: defaultdict[str, list[Labelled]] = defaultdict(list)
        self._tried: dict[str, int] = {}
        self._sent: defaultdict[str, int] = defaultdict(int)
        self._read: defaultdict[str, int] = defaultdict(int)

    def put(self, to: str, labelled: Labelled) -> None:
        """Keep labels for another server until they are sent."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append((to, labelled))

    def send(self) -> None:
        """Send all that waits; what does not arrive waits for the next time.

        Raises:
            UserError: S3 is not there.
        """
        self._send_what_leaves()
        while self._waiting:
            to, labelled = self._waiting.popleft()
            self._leaving[to].append(labelled)
        self._send_what_leaves()

    def fetch(self, senders: Iterable[str]) -> Iterator[Labelled]:
        """Answer what servers have sent to this one since the last time, as it is read.

        Raises:
            UserError: S3 is not there.
        """
        for sender in senders:
            for key, body in self._letters_from(sender):
                yield from _requests_in(key, body)

    def _send_what_leaves(self) -> None:
        for to, leaving in self._leaving.items():
            while leaving:
                # A letter whose answer was lost may have been read: it must stay what it was.
                size = self._tried.setdefault(to, min(len(leaving), MOST_AT_ONCE))
                key = self._letter(to, self._server, self._sent[to] + 1)
                self._store.upload(key, json.dumps(leaving[:size]).encode())
                self._sent[to] += 1
                del leaving[:size], self._tried[to]
        self._leaving.clear()

    def _letters_from(self, sender: str) -> Iterator[tuple[str, bytes]]:
        for _ in range(MOST_LETTERS):
            key = self._letter(self._server, sender, self._read[sender] + 1)
            try:
                body = self._store.download(key).body
            except aws.NotFound:
                return
            self._read[sender] += 1
            yield key, body

    def _letter(self, to: str, sender: str, number: int) -> str:
        return f"{self._folder}/{to}/{sender}/{number:06}.json"


def _requests_in(key: str, body: bytes) -> list[Labelled]:
    try:
        return [(str(number), list(labels)) for number, labels in json.loads(body)]
    except (ValueError, TypeError):
        log.error("%s on S3 is damaged: its labels are lost.", key)
        return []
