"""Checks of one exercise after the other, with one runner and a bar each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from checker.bar import shown_on
from checker.check import check
from checker.course import Course, Exercise
from checker.runner import Runner
from checker.verdict import Verdict

Judge = Callable[[list[Exercise], Path], list[Verdict]]


@contextmanager
def judge(course: Course) -> Iterator[Judge]:
    """Answers the verdicts on exercises of a submission, as often as it is asked."""
    with Runner(course) as runner:

        def judged(exercises: list[Exercise], submission: Path) -> list[Verdict]:
            with shown_on(Console(stderr=True)) as progress:
                return check(course, exercises, submission, progress=progress, runner=runner)

        yield judged
