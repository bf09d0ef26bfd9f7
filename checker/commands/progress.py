"""`progress`: how far each day is."""

import sys

import click

from checker.commands.options import folder


@click.command("progress")
@click.option(
    "--of", "submission", default="exercises", help="Whose tests: a folder like exercises/."
)
@click.pass_obj
def command(course, submission) -> None:
    """Show how far each day is, and how long the rest takes."""
    from checker import page
    from checker.commands.judging import judge
    from checker.overview import overview

    of = folder(course, submission)
    sys.stdout.reconfigure(errors="replace")
    with judge(course) as judged:
        days = [(course.title(day), judged(course.day(day), of)) for day in course.days()]
    page.show(overview(days))
