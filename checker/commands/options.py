"""What several commands take: folders to judge, and files to write."""

from pathlib import Path

import click

from checker.course import Course
from checker.errors import CheckerError


def folder(course: Course, submission: str) -> Path:
    """The folder laid out as exercises/ that is meant, below the course or anywhere.

    `solutions` are the course's wherever it has them from.
    """
    if Path(submission) == Path("solutions"):
        return course.solutions
    for found in (course.root / submission, Path(submission)):
        if found.is_dir():
            return found.resolve()
    raise CheckerError(f"There is no folder {submission}. Name one laid out as exercises/.")


def check_folders(*files: str | None) -> None:
    """Refuse a file whose folder is not there: better now than after all the work."""
    for file in files:
        if file and not (parent := Path(file).parent).is_dir():
            raise CheckerError(f"There is no folder {parent} for {file}. Make it, or name another.")


def write(file: str, text: str) -> None:
    """Write the text to a file; `-` is standard output."""
    if file == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CheckerError(f"{file} cannot be written: {error.strerror}. Name another.") from None
