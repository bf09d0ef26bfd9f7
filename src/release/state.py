"""What is in production, what challenges it there, and how it came to be so."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

Action = Literal["deploy", "promote", "rollback", "canary", "share", "abort"]

LONGEST_HISTORY = 200  # events; every server reads them once a second


@dataclass(frozen=True)
class Candidate:
    """A version that answers a share of the requests, from 0 to 1, since a time (ISO 8601)."""

    model_id: str
    share: float
    since: str


@dataclass(frozen=True)
class Event:
    """A line of the history: what was done with a version, when (ISO 8601), by whom and why.

    instead_of is the version that it replaced in production, or challenged as a canary.
    """

    action: Action
    model_id: str
    at: str
    by: str
    why: str = ""
    instead_of: str | None = None


@dataclass(frozen=True)
class State:
    """The content of a production.json.

    model_id is the version in production, previous the one that a roll-back goes to. The history
    has the newest events, oldest first.
    """

    model_id: str
    previous: str | None
    deployed_at: str
    candidate: Candidate | None = None
    history: tuple[Event, ...] = ()

    def to_json(self) -> bytes:
        """Bytes of the production.json."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "State":
        """Read the bytes of a production.json.

        Raises:
            ValueError: they are none.
        """
        return _states().validate_json(data)


def longer(history: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    """Answer a history with one more event, and without the oldest where it gets too long."""
    return (*history, event)[-LONGEST_HISTORY:]


@cache
def _states() -> TypeAdapter[State]:
    return TypeAdapter(State)
