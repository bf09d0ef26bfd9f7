"""`watch`: the board of a day, again at each save."""

import click

from checker.commands.options import folder


@click.command("watch")
@click.argument("day")
@click.option("--exercise", "-e", help="Only this one: its number or (part of) its path.")
@click.option(
    "--of", "submission", default="exercises", help="Whose tests: a folder like exercises/."
)
@click.option(
    "--jobs", "-j", type=click.IntRange(1), help="Runs side by side; one a core if not given."
)
@click.option("--poll", is_flag=True, help="Look for changes ourselves, as on a network drive.")
@click.pass_obj
def command(course, day, exercise, submission, jobs, poll) -> None:
    """Show what the tests of DAY (such as day2) are worth, again at each save.

    Exit status: 0 after q; 2 the checker could not do its work.
    """
    import sys

    from checker.watch.terminal import watch

    sys.stdout.reconfigure(errors="replace")  # a mark that the terminal lacks is no failure
    watch(course, day, folder(course, submission), exercise, jobs=jobs, poll=poll)
