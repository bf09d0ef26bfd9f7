"""Where a job is."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a job is; "interrupted" is one whose process ended before it was done."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_active(self) -> bool:
        """Whether it goes on."""
        return self in (Status.PENDING, Status.RUNNING)


@dataclass(frozen=True)
class Progress:
    """How far a job is: tests done, of how many, and what it does now."""

    done: int
    total: int
    current: str

    def __str__(self) -> str:
        """One line for people."""
        of = f" of {self.total}" if self.total else ""
        now = f", now {self.current}" if self.current else ""
        return f"{self.done}{of} tests{now}"
