"""Scaffolds as they were handed out, whatever has become of them since."""

from checker import history, outline
from checker.course import Course, docstrings
from checker.errors import CheckerError


def scaffold(course: Course, path: str) -> bytes:
    """The scaffold of a file (a path below exercises/), from git; a CheckerError where none is.

    Attendees commit their work, and may have pushed it: neither HEAD nor a remote's branch needs
    to hold the scaffold. It is the version that states the solution's task and leaves the most to
    write. Of those that leave as much, it is the newest of a remote's default branch (where the
    course is mended), else the oldest here (what comes later may be the attendee's).
    """
    task = _task((course.solutions / path).read_bytes())
    stating = [version for version in _versions(course, path) if _task(version) == task]
    if not stating:
        raise CheckerError(
            f"No version of exercises/{path} that git knows here is a scaffold of today's task. "
            "Fetch the workshop's repository (git fetch), then try again."
        )
    return max(stating, key=_left_to_write)  # the first of equals


def same(one: bytes, other: bytes) -> bool:
    """Whether two files have the same lines, however these end."""
    return one.splitlines() == other.splitlines()


def _versions(course: Course, path: str) -> list[bytes]:
    file = f"{course.exercises.name}/{path}"
    of_remotes = [
        version
        for head in history.heads_of_remotes(course.root)
        for version in history.versions(course.root, head, file)
    ]
    return of_remotes + history.versions(course.root, "HEAD", file)[::-1]


def _task(content: bytes) -> dict | None:
    try:
        return docstrings(content.decode())
    except (SyntaxError, ValueError):
        return None


def _left_to_write(content: bytes) -> int:
    found = outline.functions(content.decode()).values()
    return sum(not function.written for function in found)
