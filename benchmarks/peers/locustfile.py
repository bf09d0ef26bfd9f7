"""Locust's users, who ask any of the servers: the plan says what, and what is right.

What they see while their number still grows does not count.
"""

import json
import os
import random
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, events, task

from benchmarks.peers.figures import load_of
from benchmarks.peers.plan import HEADERS, Plan

PLAN = Plan.read(Path(os.environ["PEER_PLAN"]))


@dataclass
class Seen:
    """What the users have seen since a time."""

    since: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


seen = Seen()


class User(FastHttpUser):
    """Asks for a row at random, and waits between 0.01 and 0.1 seconds."""

    wait_time = between(0.01, 0.1)

    @task
    def invocation(self) -> None:
        """Ask for the class of a row."""
        index = random.randrange(len(PLAN.bodies))
        with self.client.post(
            PLAN.path, data=PLAN.bodies[index], headers=HEADERS, catch_response=True
        ) as response:
            problem = PLAN.problem(index, response.status_code, response.content or b"")
            if problem:
                response.failure(problem)


@events.request.add_listener
def _note(response_time: float, exception: Exception | None, **_: Any) -> None:
    if exception is None:
        seen.milliseconds.append(response_time)
    else:
        seen.problems.append(str(exception))


@events.spawning_complete.add_listener
def _begin(**_: Any) -> None:
    seen.since = time.monotonic()
    seen.milliseconds.clear()  # failures count from the start


@events.test_stop.add_listener
def _write(**_: Any) -> None:
    found = load_of(seen.milliseconds, time.monotonic() - seen.since, seen.problems)
    Path(os.environ["PEER_RESULT"]).write_text(json.dumps(asdict(found)), encoding="utf-8")
