"""A whole day as somebody types it: start-up included, nothing cached, and once more."""

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

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
            most = max(most, sum(map(_megabytes, [process.pid, *_descendants(process.pid)])))
            try:
                process.wait(GLANCE)
            except subprocess.TimeoutExpired:
                continue
    if process.returncode:
        raise SystemExit(f"{' '.join(command[1:])} ended with status {process.returncode}.")
    return time.perf_counter() - began, most


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # gone since
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    return _below(pid, parents)


def _below(pid: int, parents: dict[int, list[int]]) -> list[int]:
    children = parents.get(pid, [])
    return children + [one for child in children for one in _below(child, parents)]


def _megabytes(pid: int) -> float:
    """Its share of the memory: what several processes share is shared out among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:  # gone since
        pass
    return 0.0
