"""`mutants`: which small changes of the application no test notices."""

from pathlib import Path

import click

from checker.commands.options import check_folders, folder, write
from checker.errors import CheckerError

FILE = click.Path(dir_okay=False, writable=True, allow_dash=True)


@click.command()
@click.argument("day")
@click.option("--exercise", "-e", help="Only this one: its number or (part of) its path.")
@click.option(
    "--of", "submission", default="solutions", help="Whose tests: a folder like exercises/."
)
@click.option(
    "--module", "-m", "modules", multiple=True, help="Instead of the modules that have chaffs."
)
@click.option("--limit", type=click.IntRange(1), help="No more mutants an exercise than this.")
@click.option("--json", "json_file", type=FILE, help="Write what every mutant came to.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), help="Runs side by side; one a core if not given."
)
@click.pass_obj
def command(course, day, exercise, submission, modules, limit, json_file, jobs) -> None:
    """Generate mutants of what the exercises of DAY (such as day2) test: which chaff is missing?

    Ctrl-C ends it, and shows what is decided so far.
    """
    from checker.course import pick

    check_folders(json_file)
    exercises = course.day(day)
    chosen = [pick(exercises, exercise)] if exercise else exercises
    judged = folder(course, submission)
    all_trials = _generate(course, chosen, modules, limit)
    try:
        _run(course, all_trials, judged, jobs)
    except KeyboardInterrupt:
        _tell(all_trials, json_file)
        raise
    _tell(all_trials, json_file)


def _generate(course, exercises, modules, limit) -> list:
    """What is to be tried: of each exercise, the mutants of the modules that it tests."""
    from checker.mutants.generation import generate, modules_of, spread
    from checker.mutants.report import Trials

    found = [(one, list(modules) or modules_of(one)) for one in exercises]
    all_trials = [
        Trials(one, spread(generate(course, files), limit)) for one, files in found if files
    ]
    if not all_trials:
        listed = ", ".join(one.path for one in exercises)
        raise CheckerError(
            f"No chaff of {listed} is in a module of src/. Name one, such as --module src/utils.py."
        )
    return all_trials


def _run(course, all_trials, judged: Path, jobs: int | None) -> None:
    from rich.console import Console

    from checker.bar import shown_on
    from checker.mutants.run import run_mutants
    from checker.runner import Runner

    exercises = [trials.exercise for trials in all_trials]
    with Runner(course, exercises) as runner, shown_on(Console(stderr=True)) as progress:
        for trials in all_trials:
            for result in run_mutants(
                course, trials.exercise, judged, trials.mutants,
                jobs=jobs, progress=progress, runner=runner,
            ):  # fmt: skip
                trials.results.append(result)


def _tell(all_trials, json_file: str | None) -> None:
    from checker.mutants import report

    begun = [trials for trials in all_trials if trials.results]
    if json_file != "-":
        report.show(begun)
    if json_file:
        write(json_file, report.as_json(all_trials[0].exercise.day, begun))
