"""`check`: the board of a day."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from checker.commands.options import check_folders, folder, write
from checker.errors import CheckerError
from checker.formats import FORMATS

FILE = click.Path(dir_okay=False, writable=True, allow_dash=True)


@click.command("check")
@click.argument("day")
@click.option(
    "--of", "submission", default="exercises", help="Whose tests: a folder like exercises/."
)
@click.option("--exercise", "-e", help="Only this one: its number or (part of) its path.")
@click.option("--strict", is_flag=True, help="Exit 1 unless everything is done (bonus aside).")
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), help="Print results for other programs."
)
@click.option("--output", type=FILE, help="Write what --format makes here, and print the board.")
@click.option("--json", "json_file", type=FILE, help="Short for --format json --output.")
@click.option(
    "--matrix", is_flag=True, help="Run every test on every bug, and show which caught what."
)
@click.option("--picture", type=click.Path(dir_okay=False), help="Draw the board here (SVG).")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), help="Runs side by side; one a core if not given."
)
@click.option("--no-cache", is_flag=True, help="Run all again, even what is unchanged.")
@click.pass_obj
def command(
    course,
    day,
    submission,
    exercise,
    strict,
    form,
    output,
    json_file,
    matrix,
    picture,
    jobs,
    no_cache,
) -> None:
    """Show what the tests of DAY (such as day2) are worth.

    Exit status: 0 the board was made; 1 with --strict and something not done; 2 the checker could
    not do its work.
    """
    from rich.console import Console

    from checker import board
    from checker.bar import shown_on
    from checker.check import check
    from checker.course import pick

    results = _results(form, output, json_file)
    check_folders(*results, picture)
    exercises = course.day(day)
    chosen = [pick(exercises, exercise)] if exercise else exercises
    judged = folder(course, submission)
    with shown_on(Console(stderr=True)) as progress:
        verdicts = check(
            course,
            chosen,
            judged,
            jobs=jobs,
            progress=progress,
            matrix=matrix,
            cached=not no_cache,
        )
    day, title = chosen[0].day, course.title(chosen[0].day)
    if "-" not in results:
        inside = judged.is_relative_to(course.root)
        _show(verdicts, title, judged.relative_to(course.root) if inside else judged)
        if matrix:
            _show_matrix(verdicts)
    _summarise(verdicts, title)
    for file, name in results.items():
        write(file, FORMATS[name](day, title, verdicts))
    if picture:
        write(picture, board.draw(verdicts, title, f"make check-{day}"))
    if strict and any(one.status != "done" and not one.exercise.bonus for one in verdicts):
        sys.exit(1)


def _results(form: str | None, output: str | None, json_file: str | None) -> dict[str, str]:
    """The format of each file to be written; `-` is standard output."""
    if output and not form:
        known = ", ".join(FORMATS)
        raise CheckerError(f"--output {output} is in no format. Add --format: one of {known}.")
    results = {output or "-": form} if form else {}
    if json_file in results:
        raise CheckerError(f"--json and --format both write to {json_file}. Name another for one.")
    return results | ({json_file: "json"} if json_file else {})


def _show(verdicts, title: str, place: Path) -> None:
    from checker import board, github

    sys.stdout.reconfigure(errors="replace")  # a mark that the terminal lacks is no failure
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    with github.no_commands() if on_github else nullcontext():
        board.show(verdicts, title)
    for annotation in github.annotations(verdicts, place) if on_github else ():
        click.echo(annotation)


def _show_matrix(verdicts) -> None:
    from rich.console import Console

    from checker.matrix import matrix

    console = Console(highlight=False)
    for verdict in verdicts:
        console.print(matrix(verdict))


def _summarise(verdicts, title: str) -> None:
    from checker import github

    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        try:
            with open(file, "a", encoding="utf-8") as stream:
                stream.write(github.summary(verdicts, title))
        except OSError as error:
            told = f"GITHUB_STEP_SUMMARY names {file}, which cannot be written: {error.strerror}."
            raise CheckerError(f"{told} Unset it, or name another.") from None
