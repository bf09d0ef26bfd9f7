"""What an attendee in `watch` waits for: from a save that changes one test to the verdict."""

import ast
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.check import check
from checker.course import Course, Exercise
from checker.progress import Progress
from checker.runner import Runner

LEFT_OUT = shutil.ignore_patterns("*.toml", "check_*", "__pycache__")


@dataclass(frozen=True)
class Wait:
    """Wall seconds from a save, warm, to whether the tests are valid and to the last chaff."""

    to_valid: float
    to_end: float


@dataclass(frozen=True)
class Waits:
    """The first save, of which nothing is known before, and the slowest that change one test."""

    whole: Wait
    one_test: Wait


def measure(course: Course, exercise: Exercise, runner: Runner) -> Waits:
    """Save an attendee's copy of the solution once for each of its tests, with that one changed."""
    with tempfile.TemporaryDirectory() as folder:
        root = shutil.copytree(course.solutions, Path(folder, "exercises"), ignore=LEFT_OUT)
        file = root / exercise.path
        text = f"UNKNOWN = {str(folder)!r}\n{file.read_text(encoding='utf-8')}"
        waits = []
        for saved in (text, *_saves(text)):
            file.write_text(saved, encoding="utf-8")
            waits.append(_wait(course, exercise, root, runner))
    first, *others = waits
    slowest = Wait(max(one.to_valid for one in others), max(one.to_end for one in others))
    return Waits(first, slowest)


def _saves(text: str) -> Iterator[str]:
    """The text with one function changed, for each that is a test; for a program, at its end."""
    lines = text.splitlines(keepends=True)
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    for test in [one for one in functions if one.name.startswith("test_")] or functions[-1:]:
        yield "".join([*lines[: test.end_lineno], "    pass\n", *lines[test.end_lineno :]])


def _wait(course: Course, exercise: Exercise, root: Path, runner: Runner) -> Wait:
    valid = _Valid()
    began = time.perf_counter()
    [verdict] = check(course, [exercise], root, jobs=2, progress=valid, runner=runner)
    ended = time.perf_counter()
    if verdict.status != "done":
        raise SystemExit(f"{exercise.path} is {verdict.status}: {verdict.messages}")
    return Wait(valid.at - began, ended - began)


class _Valid(Progress):
    """Notes when it is told whether the tests are valid."""

    at = 0.0

    def valid(self, verdict) -> None:
        self.at = time.perf_counter()
