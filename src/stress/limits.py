"""Limits for a process that runs a user's code."""

import os
import resource
from contextlib import suppress
from pathlib import Path

from src.config import ROOT

MOST_PROCESSES = 64
LARGEST_FILE = 16 << 20  # bytes; its output is a file, too
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")
}
PROC = Path("/proc")
KILL_WITH_PARENT = (1, 9)  # prctl: PR_SET_PDEATHSIG, SIGKILL


def limit_this_process(memory_mb: int) -> None:
    """Bound the memory, the files and the processes of this process, and end with its parent.

    What a system does not know is left out. Processes of root are not bounded by their number;
    `count_members` is.
    """
    _limit(resource.RLIMIT_AS, memory_mb << 20)
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)
    _limit(resource.RLIMIT_CORE, 0)
    if PROC.is_dir():
        _limit(resource.RLIMIT_NPROC, _threads_of_user() + MOST_PROCESSES)
    with suppress(OSError, AttributeError, ImportError):
        import ctypes

        ctypes.CDLL(None).prctl(*KILL_WITH_PARENT)


def environment() -> dict[str, str]:
    """Answer the environment for a process of ours: it finds src, and has one thread."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return os.environ | ONE_THREAD | {"PYTHONPATH": path}


def count_members(session: int) -> int:
    """Count the processes of a session; 0 where the system does not tell."""
    count = 0
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            after_name = path.read_text(errors="replace").rpartition(")")[2].split()
            count += int(after_name[3]) == session
    return count


def _limit(what: int, most: int) -> None:
    with suppress(OSError, ValueError):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _threads_of_user() -> int:
    count, user = 0, os.getuid()
    for path in PROC.glob("[0-9]*"):
        with suppress(OSError):
            if path.stat().st_uid == user:
                count += len(os.listdir(path / "task"))
    return count
