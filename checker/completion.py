"""Completes earlier days from the solutions, where the attendee has left the scaffold as it was."""

from dataclasses import dataclass

from checker import handout, safekeeping
from checker.course import Course
from checker.errors import CheckerError

ENDING = "before-catch-up"


@dataclass(frozen=True)
class Step:
    """What was done with a file, or why it was left; `done` where something was."""

    file: str
    done: bool
    said: str


def complete(course: Course, day: str, *, dry: bool = False) -> list[Step]:
    """Put solutions in the place of untouched scaffolds, which are kept aside; leave the rest.

    Args:
        course: The course; its exercises/ is the attendee's.
        day: The day to be ready for: earlier days are completed, and what its exercises need.
        dry: Only tell what would be done.
    """
    return [_completed(course, path, dry) for path in _paths(course, day)]


def undo(course: Course, day: str, *, dry: bool = False) -> list[Step]:
    """Move the scaffolds back to where solutions were put, unless these were changed since."""
    return [_undone(course, path, dry) for path in _paths(course, day)]


def _paths(course: Course, day: str) -> list[str]:
    """The files of earlier days that attendees have too, and of any day those that are needed."""
    exercises = course.day(day)
    needed = {path for exercise in exercises for path in exercise.needs}
    needed -= {exercise.path for exercise in exercises}  # are to be written today
    earlier = {
        path.relative_to(course.solutions).as_posix()
        for folder in course.solutions.glob("day*")
        if _order(folder.name) < _order(day)
        for path in folder.rglob("*.py")
        if not path.name.startswith("check_")
    }
    shared = {path for path in earlier if (course.exercises / path).exists()}
    return sorted(needed | shared, key=lambda path: (_order(path.partition("/")[0]), path))


def _order(day: str) -> tuple[int, str]:
    return len(day), day  # day10 comes after day9


def _completed(course: Course, path: str, dry: bool) -> Step:
    if why := _reason_to_leave(course, path):
        return Step(path, False, f"left: {why}")
    if dry:
        return Step(path, True, "would be completed: it is the scaffold as it was handed out")
    file = course.exercises / path
    kept = safekeeping.keep_aside(file, ENDING)
    safekeeping.put(file, (course.solutions / path).read_bytes())
    return Step(path, True, f"completed; the scaffold is kept beside it as {kept.name}")


def _reason_to_leave(course: Course, path: str) -> str | None:
    file = course.exercises / path
    if not file.is_file():
        return "it is not there (git checkout brings it back)"
    content = file.read_bytes()
    if _is_solution(course, path):
        return "it is the solution already"
    try:
        untouched = handout.same(content, handout.scaffold(course, path))
    except CheckerError as error:
        return f"it may be your work. {error}"
    return None if untouched else "it is your work"


def _undone(course: Course, path: str, dry: bool) -> Step:
    file = course.exercises / path
    kept = safekeeping.newest_aside(file, ENDING)
    if kept is None:
        return Step(path, False, "left: catching up has not changed it")
    if not _is_solution(course, path):
        why = f"it is not the solution any more. What it was before is in {kept.name}"
        return Step(path, False, f"left: {why}")
    if dry:
        return Step(path, True, f"would be what it was before: {kept.name}")
    safekeeping.bring_back(kept, file)
    return Step(path, True, "is what it was before")


def _is_solution(course: Course, path: str) -> bool:
    file = course.exercises / path
    solution = (course.solutions / path).read_bytes()
    return file.is_file() and handout.same(file.read_bytes(), solution)
