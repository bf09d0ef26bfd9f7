"""The checker's command line: `python -m checker`."""

import json
import signal
import sys
from pathlib import Path

import click

from checker.errors import CheckerError

HERE = Path(__file__).resolve().parents[1]


class Commands(click.Group):
    """Commands whose failures are one sentence on stderr and an exit status."""

    def invoke(self, context: click.Context):
        """Exit 2 where the checker cannot do its work, 130 on Ctrl-C."""
        for end in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
            if hasattr(signal, end):
                signal.signal(getattr(signal, end), signal.default_int_handler)
        try:
            return super().invoke(context)
        except CheckerError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped. Nothing is left running.", err=True)
            sys.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=HERE,
    help="The workshop's repository.",
)
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """Judge tests: do they pass on every correct application, and fail on every planted bug?"""
    from checker.course import Course

    context.obj = Course(root.resolve())


@main.command()
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
def check(course, day, submission, exercise, strict, file, picture, jobs) -> None:
    """Show what the tests of DAY (such as day2) are worth.

    Exit status: 0 the board was made; 1 with --strict and something not done; 2 the checker could
    not do its work.
    """
    from rich.console import Console

    from checker import board, results
    from checker.check import check as run_check
    from checker.course import pick
    from checker.progress import shown_on

    exercises = course.day(day)
    chosen = [pick(exercises, exercise)] if exercise else exercises
    with shown_on(Console(stderr=True)) as progress:
        verdicts = run_check(
            course, chosen, _folder(course, submission), jobs=jobs, progress=progress
        )
    if file != "-":
        sys.stdout.reconfigure(errors="replace")  # a mark that the terminal lacks is no failure
        board.show(verdicts, course.title(chosen[0].day))
    if file:
        data = results.as_data(chosen[0].day, verdicts)
        _write(file, json.dumps(data, indent=2) + "\n")
    if picture:
        command = f"make check-{chosen[0].day}"
        _write(picture, board.draw(verdicts, course.title(chosen[0].day), command))
    if strict and any(one.status != "done" and not one.exercise.bonus for one in verdicts):
        sys.exit(1)


@main.command()
@click.argument("days", nargs=-1)
@click.option("--only", help="Only the gate of this name.")
@click.pass_obj
def verify(course, days, only) -> None:
    """Pass the course material (of DAYS, or all) through its gates; exit 1 where one is shut."""
    from checker.gates import OF_A_DAY, OF_THE_HOUSE
    from checker.gates import verify as run_gates
    from checker.runner import Runner

    if only not in (None, *OF_A_DAY, *OF_THE_HOUSE):
        known = ", ".join([*OF_A_DAY, *OF_THE_HOUSE])
        raise CheckerError(f"There is no gate {only!r}. The gates are: {known}.")
    sys.stdout.reconfigure(errors="replace")
    shut = 0
    with Runner(course) as runner:
        for result in run_gates(course, list(days) or course.days(), only, runner):
            mark = "✘" if result.problems else "✔"
            click.echo(f"{mark} {result.place} {result.name}: {result.promise}")
            for problem in result.problems:
                click.echo(f"    {problem}")
            shut += bool(result.problems)
    sys.exit(1 if shut else 0)


def _folder(course, submission: str) -> Path:
    for folder in (course.root / submission, Path(submission)):
        if folder.is_dir():
            return folder.resolve()
    raise CheckerError(f"There is no folder {submission}. Name one laid out as exercises/.")


def _write(file: str, text: str) -> None:
    if file == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CheckerError(f"{file} cannot be written: {error.strerror}. Name another.") from None


if __name__ == "__main__":
    main(prog_name="python -m checker")
