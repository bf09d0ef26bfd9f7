"""`verify`: the gates over the course material."""

import sys

import click

from checker.errors import CheckerError


@click.command("verify")
@click.argument("days", nargs=-1)
@click.option("--only", help="Only the gate of this name.")
@click.pass_obj
def command(course, days, only) -> None:
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
