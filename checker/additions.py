"""What the solution of an exercise has that the attendee's file has not."""

from dataclasses import dataclass

from checker import hints, outline
from checker.course import Course
from checker.hints import Caught
from checker.verdict import Verdict


@dataclass(frozen=True)
class Addition:
    """A test of the solution (or a function, of a program) that does more than the attendee's.

    `state` is how the attendee's test of this name is: missing, unwritten or written; `stories`
    are those of the bugs that it finds and the attendee's tests do not.
    """

    name: str
    docstring: str
    state: str
    stories: tuple[str, ...] = ()


def additions(course: Course, own: Verdict, source: str, caught: Caught) -> list[Addition]:
    """The tests of the solution that the attendee's file lacks, or that find more bugs.

    Args:
        course: The course.
        own: The verdict on the attendee's file.
        source: The attendee's file.
        caught: By which tests the solution catches the bugs.
    """
    theirs = outline.functions(source)
    stories = _stories(own, caught)
    solution = course.solution(own.exercise).read_text(encoding="utf-8")
    found = [
        Addition(name, one.docstring, _state(theirs.get(name)), tuple(stories.get(name, ())))
        for name, one in outline.functions(solution).items()
        if one.is_test or (course.check(own.exercise) and not name.startswith("_"))
    ]
    return [one for one in found if one.state != "written" or one.stories]


def _stories(own: Verdict, caught: Caught) -> dict[str, list[str]]:
    """By the solution's test that is meant to find it: the story of each bug not caught yet."""
    stories: dict[str, list[str]] = {}
    for chaff in own.chaffs:
        if not chaff.caught and (test := hints.meant(chaff.name, caught)):
            stories.setdefault(test, []).append(chaff.story)
    return stories


def _state(function: outline.Function | None) -> str:
    if function is None:
        return "missing"
    return "written" if function.written else "unwritten"
