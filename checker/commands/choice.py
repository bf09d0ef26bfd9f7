"""Which exercise a command is about, where it is about one."""

from checker.course import Course, Exercise, pick
from checker.errors import CheckerError


def chosen(course: Course, day: str, choice: str | None) -> Exercise:
    """The exercise of the day that is meant; none named is an error that lists them."""
    exercises = course.day(day)
    if choice is None:
        listed = ", ".join(f"{exercise.number} ({exercise.path})" for exercise in exercises)
        raise CheckerError(f"Which exercise? Name it with -e (EX= with make), one of: {listed}.")
    return pick(exercises, choice)
