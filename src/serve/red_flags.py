"""When a version must not go on answering, and which version may answer instead."""

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from src.release.release import replaced_by
from src.release.state import Event, State

MARK = "red flag: "  # how the reason of an automatic change starts, in the history
LAST = 100  # requests that are judged together
SMALL = 10  # points of a request whose latency says something of the model
LONGEST_WHY = 300  # every server reads the history once a second

ERRORS = "it fails too many requests"
SLOW = "it is too slow"
DOES_NOT_LOAD = "it does not load"
WRONG = "it fails its smoke test"


@dataclass(frozen=True)
class Budget:
    """What a version may cost: None is no limit.

    errors is a share of its last 100 requests; with 0 one error is too many. milliseconds is what
    95 % of its last 100 small requests (of at most 10 points) may take, once there are as many.
    """

    errors: float | None = 0.02
    milliseconds: float | None = 1000.0


@dataclass(frozen=True)
class RedFlag:
    """Why a version must not go on: kind for everybody, detail for the log and the history."""

    model_id: str
    kind: str
    detail: str = ""

    @property
    def why(self) -> str:
        """The reason as the history has it."""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{MARK}{self.kind}{detail}"[:LONGEST_WHY]


class Window:
    """The last requests of a version; threads may share it."""

    def __init__(self, budget: Budget) -> None:
        """Know of none yet."""
        self._budget = budget
        self._failed: deque[bool] = deque(maxlen=LAST)
        self._milliseconds: deque[float] = deque(maxlen=LAST)
        self._lock = threading.Lock()

    def answered(self, points: int, milliseconds: float) -> None:
        """Take down a request that was answered."""
        with self._lock:
            self._failed.append(False)
            if points <= SMALL:
                self._milliseconds.append(milliseconds)

    def failed(self) -> None:
        """Take down a request that failed."""
        with self._lock:
            self._failed.append(True)

    def red_flag(self, model_id: str) -> RedFlag | None:
        """Answer the red flag of the version whose requests these are; None where all is well."""
        with self._lock:
            failed, milliseconds = list(self._failed), list(self._milliseconds)
        errors, most = sum(failed), self._budget.errors
        if most is not None and errors > most * LAST:
            return RedFlag(model_id, ERRORS, f"{errors} of the last {len(failed)} requests")
        limit = self._budget.milliseconds
        if limit is None or len(milliseconds) < LAST:
            return None
        slow = sum(each > limit for each in milliseconds)
        if slow > 0.05 * LAST:
            return RedFlag(model_id, SLOW, f"{slow} of the last {LAST} took more than {limit:g} ms")
        return None


def ways_back(state: State) -> Iterator[str]:
    """Answer the versions that may be gone back to, the nearest first.

    They are the previous one, what that had replaced, and so on: each once, none that is in
    production, and none that was itself rolled back for a red flag.
    """
    flagged = {event.instead_of for event in state.history if is_automatic(event)}
    seen, target = {state.model_id}, state.previous
    while target and target not in seen:
        seen.add(target)
        if target not in flagged:
            yield target
        target = replaced_by(target, state.history)


def is_the_machine(flag: RedFlag, state: State) -> bool:
    """Whether the version that this one came back for was too slow as well.

    Then it is not the version's fault, and going back further would only end at the oldest one.
    """
    changes = [
        event for event in state.history if event.action in ("deploy", "promote", "rollback")
    ]
    if flag.kind != SLOW or not changes:
        return False
    return is_automatic(changes[-1]) and changes[-1].why.startswith(MARK + SLOW)


def is_automatic(event: Event) -> bool:
    """Whether an event is a roll-back that a server made for a red flag."""
    return event.action == "rollback" and event.why.startswith(MARK)
