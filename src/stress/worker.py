"""The process of a job: ``python -m src.stress.worker FOLDER JOB LOCK``.

LOCK is the descriptor of the job's lifeline, which it holds until it ends.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from src.stress.store import Store
from src.stress.work import Cancelled, TooLong, work

TEST_WITHIN = 300.0  # seconds


def main() -> None:
    """Do the job."""
    folder, job_id, lock = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    os.set_inheritable(lock, False)  # a model's process that is left over is not the job
    signal.signal(signal.SIGTERM, _cancel)
    signal.signal(signal.SIGALRM, _stop_test)
    work(Store(folder), job_id, guard=_within_limit)


def _cancel(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
    raise Cancelled


def _stop_test(number: int, frame: FrameType | None) -> None:
    raise TooLong(f"it took longer than {TEST_WITHIN:g} s")


@contextmanager
def _within_limit() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_REAL, TEST_WITHIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
