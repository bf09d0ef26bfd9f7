"""`check`: the board of a day."""

import json
import sys

import click

from checker.commands.options import folder, write


@click.command()
@click.argument("day")
@click.option(
    "--of", "submission", default="exercises", help="Whose tests: a folder like exercises/."
)
@click.option("--exercise", "-e", help="Only this one: its number or (part of) its path.")
@click.option("--strict", is_flag=True, help="Exit 1 unless everything is done (bonus aside).")
@click.option("--json", "file", type=click.Path(allow_dash=True), help="Write the results here.")
@click.option("--picture", type=click.Path(), help="Draw the board into this file (SVG).")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), help="Runs side by side; one a core if not given."
)
@click.pass_obj
def command(course, day, submission, exercise, strict, file, picture, jobs) -> None:
    """Show what the tests of DAY (such as day2) are worth.

    Exit status: 0 the board was made; 1 with --strict and something not done; 2 the checker could
    not do its work.
    """
    from rich.console import Console

    from checker import board, results
    from checker.check import check
    from checker.course import pick
    from checker.progress import shown_on

    exercises = course.day(day)
    chosen = [pick(exercises, exercise)] if exercise else exercises
    with shown_on(Console(stderr=True)) as progress:
        verdicts = check(course, chosen, folder(course, submission), jobs=jobs, progress=progress)
    if file != "-":
        sys.stdout.reconfigure(errors="replace")  # a mark that the terminal lacks is no failure
        board.show(verdicts, course.title(chosen[0].day))
    if file:
        data = results.as_data(chosen[0].day, verdicts)
        write(file, json.dumps(data, indent=2) + "\n")
    if picture:
        made_by = f"make check-{chosen[0].day}"
        write(picture, board.draw(verdicts, course.title(chosen[0].day), made_by))
    if strict and any(one.status != "done" and not one.exercise.bonus for one in verdicts):
        sys.exit(1)
