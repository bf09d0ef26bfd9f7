"""`solution`: how we solved an exercise, and what that adds to the attendee's file."""

import difflib
import sys

import click

from checker.commands.choice import chosen
from checker.commands.options import folder


@click.command("solution")
@click.argument("day")
@click.option("--exercise", "-e", help="Which: its number or (part of) its path.")
@click.option("--diff", is_flag=True, help="Only what differs from the attendee's file.")
@click.option("--yes", is_flag=True, help="Don't ask first.")
@click.option(
    "--of", "submission", default="exercises", help="Whose tests: a folder like exercises/."
)
@click.pass_obj
def command(course, day, exercise, diff, yes, submission) -> None:
    """Show the solution of an exercise of DAY (such as day2).

    Below it stands what it adds to yours. On a terminal, it asks before it gives away the bugs that
    you have not found yet.
    """
    from checker import page
    from checker.additions import additions
    from checker.commands.judging import judge
    from checker.hints import caught_by

    one = chosen(course, day, exercise)
    of = folder(course, submission)
    sys.stdout.reconfigure(errors="replace")
    with judge(course) as judged:
        own = judged([one], of)[0]
        if not yes and sys.stdin.isatty() and not _is_wanted(own):
            click.echo("Not shown.")
            return
        caught = caught_by(judged([one], course.solutions)[0]) if own.chaffs else {}
    theirs = (of / one.path).read_text(encoding="utf-8", errors="replace")
    solution = course.solution(one).read_text(encoding="utf-8")
    if diff:
        _show_code(_difference(theirs, solution, one.path), "diff")
    else:
        _show_code(solution, "python")
    page.show(_what_it_adds(additions(course, own, theirs, caught)))


def _is_wanted(own) -> bool:
    if own.status == "done":
        return True
    name = f"{own.exercise.day} EX={own.exercise.number}"
    count = len(own.got_away)
    left = f"{count} bug{'s' if count > 1 else ''} got away" if count else f"It is {own.status}"
    click.echo(f"{left}, and there may be hints left: make hint-{name}")
    return click.confirm("Show the solution?")


def _difference(theirs: str, solution: str, path: str) -> str:
    names = (f"exercises/{path}", f"solutions/{path}")
    return "".join(
        difflib.unified_diff(
            theirs.splitlines(keepends=True), solution.splitlines(keepends=True), *names
        )
    )


def _show_code(code: str, language: str) -> None:
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console()
    if console.is_terminal:
        console.print(
            Syntax(code, language, theme="ansi_dark", background_color="default", word_wrap=True)
        )
    else:  # as it is, for another program or a file
        click.echo(code)


def _what_it_adds(found) -> list:
    from checker.page import bullet, paragraph

    if not found:
        return [paragraph("It adds nothing to yours: your tests find the same bugs.")]
    states = {"missing": "yours has none", "unwritten": "yours is not written yet", "written": ""}
    lines = [paragraph(("What it adds to yours:", "bold"))]
    for one in found:
        lines += [bullet("•", (one.name, "bold"), (f"  {states[one.state]}", "dim"))]
        lines += [bullet(" ", one.docstring)] if one.docstring else []
        lines += [bullet("→", story, inset=4) for story in one.stories]
    return lines
