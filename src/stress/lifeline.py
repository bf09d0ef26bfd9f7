"""A lock that lasts as long as whoever holds it lives, so that the dead are known as such.

The system lets go of it when the last process that has the descriptor ends, however it ends. One
process may take it and hand it to another, as a job's starter does, without a moment between.
"""

import fcntl
import os
import time
from pathlib import Path

from src.errors import UserError

PATIENCE = 1.0  # seconds; whoever looks has the lock for an instant
POLL = 0.02


def take(path: Path) -> int | None:
    """Take the lock at a path; answer its descriptor, or None where another one has it."""
    give_up = time.monotonic() + PATIENCE
    while True:
        descriptor = _open(path)
        if _lock(descriptor, fcntl.LOCK_EX):
            return descriptor
        os.close(descriptor)
        if time.monotonic() >= give_up:
            return None
        time.sleep(POLL)


def is_taken(path: Path) -> bool:
    """Whether somebody has the lock at a path."""
    if not path.exists():
        return False
    descriptor = _open(path)
    try:
        return not _lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"{path} cannot be used ({reason}): make room there.") from error


def _lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
