"""Time spent: on the wall, and of processors."""

import os
import resource
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass
class Spent:
    """Seconds on the wall, and of all processors together."""

    wall: float = 0.0
    cpu: float = 0.0

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.wall - other.wall, self.cpu - other.cpu)

    def __truediv__(self, count: int) -> "Spent":
        return Spent(self.wall / count, self.cpu / count)


def now(*processes: int) -> Spent:
    """What this process has spent, its children that have ended, and these others with all theirs.

    Those below these others count also while they live: a stem has many runs behind it by then.
    """
    ours = sum(_cpu_of(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    theirs = [pid for process in processes for pid in (process, *below(process))]
    return Spent(time.perf_counter(), ours + sum(map(_cpu_of_process, theirs)))


def below(pid: int) -> list[int]:
    """The process's children, theirs, and so on."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # gone since
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    return _below(pid, parents)


def _below(pid: int, parents: dict[int, list[int]]) -> list[int]:
    children = parents.get(pid, [])
    return children + [one for child in children for one in _below(child, parents)]


def _cpu_of(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _cpu_of_process(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:  # gone since: its parent has waited for it
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) * TICK  # utime, stime, cutime, cstime
