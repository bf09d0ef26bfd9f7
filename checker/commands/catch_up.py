"""`catch-up`: earlier days completed from the solutions, the attendee's own work untouched."""

import sys

import click


@click.command("catch-up")
@click.argument("day")
@click.option("--undo", is_flag=True, help="Move the scaffolds back.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.pass_obj
def command(course, day, undo, dry_run) -> None:
    """Complete the days before DAY (such as day2).

    They are completed from the solutions, and so is what DAY's exercises need: only scaffolds that
    nobody has worked on, each of which is kept beside the file as name.py.before-catch-up. What you
    have written is left as it is.
    """
    from rich.text import Text

    from checker import completion, page

    day = course.day(day)[0].day
    act = completion.undo if undo else completion.complete
    sys.stdout.reconfigure(errors="replace")
    steps = act(course, day, dry=dry_run)
    if not steps:
        page.show([f"Nothing comes before {day}: there is nothing to catch up with."])
        return
    lines = [Text(f"What comes before {day}", "bold")]
    for step in steps:
        mark = Text("✔", "bold green") if step.done else "•"
        lines += [page.bullet(mark, f"exercises/{step.file}"), page.bullet(" ", (step.said, "dim"))]
    page.show([*lines, _next_step(day, any(step.done for step in steps), undo, dry_run)])


def _next_step(day: str, changed: bool, undo: bool, dry_run: bool):
    from checker import page

    command = f"make catch-up-{day}"
    if not changed:
        return page.paragraph("Nothing was changed.")
    if dry_run:
        return page.paragraph(
            "Nothing was changed yet. ", ("Next: ", "bold"), command + " ARGS=--undo" * undo
        )
    if undo:
        return page.paragraph(f"To catch up again: {command}")
    return page.paragraph(
        ("Next: ", "bold"), f"make check-{day}. To undo this: {command} ARGS=--undo"
    )
