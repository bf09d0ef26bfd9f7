"""Starting the work of jobs, in a process of its own or here."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from src.stress.limits import environment
from src.stress.store import Store


def lock_of(store: Store, job_id: str) -> Path:
    """Answer where the lifeline of a job is; whoever works on it has it."""
    return store.folder / "jobs" / job_id / "lock"


def log_of(store: Store, job_id: str) -> Path:
    """Answer where is what a job's process prints."""
    return store.folder / "jobs" / job_id / "log"


def launch(store: Store, job_id: str, lock: int, background: bool) -> None:
    """Start the work of a job.

    Args:
        store: that knows it.
        job_id: of which one.
        lock: the descriptor of its lifeline, which goes over to who does the work.
        background: in a process of its own; otherwise all is done when this returns.
    """
    try:
        if background:
            pid = _start_worker(store, job_id, lock)
            store.change_job(job_id, if_active=True, pid=pid)
        else:
            from src.stress.catalogue import CUSTOM, tests_of
            from src.stress.work import work

            work(store, job_id, tests_of(CUSTOM))
    finally:
        os.close(lock)


def _start_worker(store: Store, job_id: str, lock: int) -> int:
    """Start the process of a job, and answer its id."""
    arguments = [str(store.folder), job_id, str(lock)]
    with log_of(store, job_id).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "src.stress.worker", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[lock],
            start_new_session=True,  # Ctrl-C here is not meant for it
            env=environment(),
        )
    threading.Thread(target=process.wait, daemon=True).start()  # or it stays as a zombie
    return process.pid
