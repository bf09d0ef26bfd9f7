"""A whole day as somebody types it: start-up included, nothing cached, and once more."""

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.spent import below
from checker.course import Course

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "output")
GLANCE = 0.1  # seconds from one look at the memory to the next


@dataclass(frozen=True)
class Day:
    """Wall seconds of `check DAY --of solutions`, and the most memory that it took, in MB."""

    nothing_cached: float
    again: float
    memory: float


def measure(course: Course, day: str) -> Day:
    """Measure in a copy of the repository, so that nobody's cache is lost."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "course")
        shutil.copytree(course.root, root, ignore=LEFT_OUT)
        nothing_cached, memory = _check(root, day)
        again, _ = _check(root, day)
    return Day(nothing_cached, again, memory)


def _check(root: Path, day: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "checker", "check", day, "--of", "solutions", "--jobs", "2"]
    began, most = time.perf_counter(), 0.0
    with subprocess.Popen([*command, "--strict"], cwd=root, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(map(_megabytes, [process.pid, *below(process.pid)])))
            try:
                process.wait(GLANCE)
            except subprocess.TimeoutExpired:
                continue
    if process.returncode:
        raise SystemExit(f"{' '.join(command[1:])} ended with status {process.returncode}.")
    return time.perf_counter() - began, most


def _megabytes(pid: int) -> float:
    """Its share of the memory: what several processes share is shared out among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:  # gone since
        pass
    return 0.0
