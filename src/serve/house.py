"""What all that one server does has in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from src.serve.red_flags import Budget


@dataclass(frozen=True)
class House:
    """A server's name, where it looks and how often, what it allows, and what time it is."""

    registry: Any
    store: Any
    server: str
    budget: Budget
    refresh_seconds: float
    clock: Callable[[], float]
    now: Callable[[], datetime]
