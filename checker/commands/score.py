"""`score`: the ML Test Score of what the course covers."""

import json
import sys

import click

from checker.commands.options import check_folders, write


@click.command("score")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    help="Write all that docs/ml-test-score.md tells.",
)
@click.pass_obj
def command(course, json_file) -> None:
    """Show how many of the 28 tests of the ML Test Score the exercises cover.

    They are listed in docs/ml-test-score.md. The score is that of the lowest of four sections.
    """
    from checker.score import read

    check_folders(json_file)
    sections = read(course.root)
    if json_file != "-":
        _show(sections)
    if json_file:
        write(json_file, json.dumps(_as_data(sections), indent=2) + "\n")


def _show(sections) -> None:
    from rich.text import Text

    from checker import page
    from checker.score import DOCUMENT, lowest

    last = lowest(sections)
    sys.stdout.reconfigure(errors="replace")
    told = f"   {last.points:g}: the lowest of four, {last.name}"
    score = Text.assemble(("ML Test Score", "bold"), told)
    page.show([score, "", _table(sections), "", Text(f"What is tested where: {DOCUMENT}", "dim")])


def _table(sections):
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column("section", no_wrap=True)
    for name in ("score", "automated", "by hand", "not covered"):
        table.add_column(name, justify="right", no_wrap=True)
    for section in sections:
        points = [row.points for row in section.rows]
        counts = [str(points.count(point)) for point in (1, 0.5, 0)]
        table.add_row(section.name, f"{section.points:g} of {len(points)}", *counts)
    return table


def _as_data(sections) -> dict:
    from checker.score import lowest

    return {
        "score": lowest(sections).points,
        "sections": [
            {
                "name": section.name,
                "score": section.points,
                "tests": [
                    {"name": row.test, "points": row.points, "exercises": list(row.exercises)}
                    for row in section.rows
                ],
            }
            for section in sections
        ],
    }
