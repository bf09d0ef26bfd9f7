"""Which files matter to a day's verdicts."""

import fnmatch
from collections.abc import Iterable
from pathlib import Path

from checker.course import Course, Exercise

NOISE = (  # caches, and copies that editors (and `reset`) leave
    *("__pycache__", "*.pyc", ".*", "*~", "*.swp", "*.swo", "*.swx", "4913", "#*#"),
    *("*.tmp", "*.bak", "*.orig", "*.py.*", "*___jb_tmp___", "*___jb_old___"),
)


def roots(course: Course, submission: Path) -> list[Path]:
    """The folders to watch: with the day's parent, so that a renamed day is seen to come back."""
    ours = (course.exercises, course.solutions, course.root / "src", course.root / "data")
    return list(dict.fromkeys((submission, *ours)))


def is_noise(path: Path, root: Path) -> bool:
    """Whether this is a cache's or an editor's file below root, or in a folder of theirs."""
    parts = path.relative_to(root).parts
    return any(fnmatch.fnmatchcase(part, noise) for part in parts for noise in NOISE)


def matters(path: Path, exercises: Iterable[Exercise], course: Course, submission: Path) -> bool:
    """Whether a change of this file or folder may change a verdict on one of the exercises."""
    inputs = _inputs(exercises, course, submission)
    return path.suffix != ".md" and any(
        path.is_relative_to(one) or one.is_relative_to(path) for one in inputs
    )


def is_of(path: Path, exercise: Exercise, course: Course, submission: Path) -> bool:
    """Whether this is what is judged in the exercise, or belongs to its solution."""
    return path.with_suffix(".py") in {
        submission / exercise.path,
        course.solution(exercise),
        course.check(exercise),
    }


def _inputs(exercises: Iterable[Exercise], course: Course, submission: Path) -> set[Path]:
    inputs = {course.root / "src", course.root / "data", course.exercises / "pytest.ini"}
    for exercise in exercises:
        inputs |= {submission / exercise.day, course.solutions / exercise.day}
        for needed in exercise.needs:
            inputs |= {submission / needed, course.exercises / needed, course.solutions / needed}
    return inputs
