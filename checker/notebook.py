"""The board inside a notebook."""

from pathlib import Path

from rich.console import Console

from checker import board
from checker.bar import shown_on
from checker.check import check
from checker.course import Course, pick

ROOT = Path(__file__).resolve().parents[1]


def show_board(day: str, exercise: int | None = None, root: Path = ROOT) -> None:
    """Show what your tests of a day, or of one of its exercises, are worth."""
    course = Course(root)
    exercises = course.day(day)
    chosen = exercises if exercise is None else [pick(exercises, str(exercise))]
    console = Console()  # knows by itself that it is in a notebook
    with shown_on(Console(quiet=True)) as progress:
        verdicts = check(course, chosen, course.exercises, progress=progress)
    board.show(verdicts, course.title(day), console)
