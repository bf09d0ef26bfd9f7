"""`make bench`: what a check, a canary and a request cost, beside other ways."""

import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from benchmarks import (
    canary,
    canary_report,
    chaffs,
    day,
    mutants,
    serving,
    serving_report,
    throughput,
)
from benchmarks.peers.loads import NoLoad
from benchmarks.report import as_tables
from checker.course import Course, pick
from checker.errors import CheckerError

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("checker", "canary", "serving")
OF_MUTANTS = "3"  # the exercise whose mutants are compared: no cache of the application misleads


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--day", "name", default="day2", help="Of which day.")
@click.option("--exercise", "-e", multiple=True, help="Only these: number or (part of) path.")
@click.option("--sample", default=6, help="Chaffs an exercise for the naive loop.")
@click.option("--mutants", "count", default=60, help="Mutants to compare with mutmut; 0 for none.")
@click.option("--quick", is_flag=True, help="Few of everything: is it still in order?")
@click.option("--only", type=click.Choice(PARTS), help="Measure one part.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the figures are written, if not output/bench.json, or bench-PART.json.",
)
def main(name, exercise, sample, count, quick, only, output) -> None:
    """Measure the checker on the course's own material, side by side and in one run.

    Also how often the decision on a canary is wrong, how many labels it takes, and what a canary
    costs the server. And our server beside others with the same model: these are installed below
    .cache/peers the first time, some 700 MB.
    """
    say = Console(stderr=True, highlight=False).print
    if quick:
        sample, count = 2, min(count, 10)
    figures, tables = {}, []
    parts = (only,) if only else PARTS
    if "checker" in parts:
        figures, tables = _of_checker(name, exercise, sample, count, say)
    if "canary" in parts:
        simulations = canary.FEW_SIMULATIONS if quick else canary.SIMULATIONS
        measured = canary.measure(simulations, say)
        figures["canary"] = [asdict(one) for one in measured]
        cost = throughput.measure(throughput.FEW_ROUNDS if quick else throughput.ROUNDS, say)
        figures["canary throughput"] = asdict(cost)
        tables += canary_report.as_tables(measured, cost)
    if "serving" in parts:
        served = serving.measure(serving.QUICK if quick else serving.Effort(), say)
        figures["serving"] = [asdict(one) for one in served]
        tables += serving_report.as_tables(served)
    Console(highlight=False).print(*tables, sep="\n")
    output = output or ROOT / "output" / (f"bench-{only}.json" if only else "bench.json")
    _write(output, figures)
    say(f"Written to {output}.")


def _of_checker(name, exercise, sample, count, say) -> tuple[dict, list]:
    course = Course(ROOT)
    exercises = course.day(name)
    chosen = [pick(exercises, choice) for choice in exercise] or exercises
    costs = [chaffs.measure(course, one, sample, say) for one in chosen]
    compared = mutants.measure(course, pick(exercises, OF_MUTANTS), count, say) if count else None
    say(f"{name}: the whole day, start-up included")
    whole = day.measure(course, name)
    figures = {
        "chaffs": [asdict(cost) for cost in costs],
        "mutants": asdict(compared) if compared else None,
        "day": asdict(whole),
    }
    return figures, as_tables(costs, compared, whole)


def _write(output: Path, figures: dict) -> None:
    machine = {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "cores": os.cpu_count(),
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(machine | figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main(prog_name="python -m benchmarks")
    except (CheckerError, NoLoad) as error:
        sys.exit(f"Error: {error}")
