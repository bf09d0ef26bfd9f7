"""Time spent: on the wall, and of processors."""

import os
import resource
import time
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
    """What this process has spent, its children that have ended, and these others with theirs."""
    ours = sum(_cpu_of(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Spent(time.perf_counter(), ours + sum(map(_cpu_of_process, processes)))


def _cpu_of(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _cpu_of_process(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) * TICK  # utime, stime, cutime, cstime
