"""`reset`: an exercise's scaffold again, with the attendee's file kept beside it."""

import click

from checker.commands.choice import chosen

ENDING = "yours"


@click.command("reset")
@click.argument("day")
@click.option("--exercise", "-e", help="Which: its number or (part of) its path.")
@click.pass_obj
def command(course, day, exercise) -> None:
    """Begin an exercise of DAY (such as day2) anew.

    What you have written is kept beside the scaffold as name.py.yours, with a number where there is
    one already.
    """
    from checker import handout, safekeeping

    one = chosen(course, day, exercise)
    file, shown = course.scaffold(one), f"exercises/{one.path}"
    scaffold = handout.scaffold(course, one.path)
    if not file.exists():
        safekeeping.put(file, scaffold)
        click.echo(f"{shown} was not there: it is the scaffold again.")
    elif handout.same(file.read_bytes(), scaffold):
        click.echo(f"There is nothing to reset: {shown} is the scaffold.")
    else:
        kept = safekeeping.keep_aside(file, ENDING)
        safekeeping.put(file, scaffold)
        click.echo(f"{shown} is the scaffold again. Yours is kept beside it as {kept.name}.")
        click.echo(f"To have yours back: mv {shown.removesuffix(file.name)}{kept.name} {shown}")
