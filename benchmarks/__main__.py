"""`make bench`: what a check costs, as ratios against what is measured beside it."""

import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from benchmarks import chaffs, day, mutants
from benchmarks.report import as_tables
from checker.course import Course, pick
from checker.errors import CheckerError

ROOT = Path(__file__).resolve().parents[1]
OF_MUTANTS = "3"  # the exercise whose mutants are compared: no cache of the application misleads


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--day", "name", default="day2", help="Of which day.")
@click.option("--exercise", "-e", multiple=True, help="Only these: number or (part of) path.")
@click.option("--sample", default=6, help="Chaffs an exercise for the naive loop.")
@click.option("--mutants", "count", default=60, help="Mutants to compare with mutmut; 0 for none.")
@click.option("--quick", is_flag=True, help="Few of everything: is it still in order?")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=ROOT / "output" / "bench.json",
    help="Where the figures are written.",
)
def main(name, exercise, sample, count, quick, output) -> None:
    """Measure the checker on the course's own material, side by side and in one run."""
    course = Course(ROOT)
    say = Console(stderr=True, highlight=False).print
    exercises = course.day(name)
    chosen = [pick(exercises, choice) for choice in exercise] or exercises
    if quick:
        sample, count = 2, min(count, 10)
    costs = [chaffs.measure(course, one, sample, say) for one in chosen]
    compared = mutants.measure(course, pick(exercises, OF_MUTANTS), count, say) if count else None
    say(f"{name}: the whole day, start-up included")
    whole = day.measure(course, name)
    Console(highlight=False).print(*as_tables(costs, compared, whole), sep="\n")
    output.parent.mkdir(parents=True, exist_ok=True)
    figures = {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "chaffs": [asdict(cost) for cost in costs],
        "mutants": asdict(compared) if compared else None,
        "day": asdict(whole),
    }
    output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    say(f"Written to {output}.")


if __name__ == "__main__":
    try:
        main(prog_name="python -m benchmarks")
    except CheckerError as error:
        sys.exit(f"Error: {error}")
