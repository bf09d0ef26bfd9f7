"""What load tests print: the settings, a line for each run, and the table at the end."""

import os
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from src.load.loopback import is_loopback
from src.load.progress import duration
from src.load.run import BROKEN, INTERRUPTED, MISSED, PASSED, Run
from src.load.session import Session
from src.load.settings import SETTINGS
from src.load.sources import Resolved
from src.release.terminal import printable, say

MARKS = {
    PASSED: ("✔", "green"),
    MISSED: ("✗", "red"),
    BROKEN: ("✗", "red"),
    INTERRUPTED: ("-", "yellow"),
}
ERRORS_SHOWN = 5


def print_settings(console: Console, resolved: Resolved, environ: Mapping[str, str]) -> None:
    """Print each setting, its value and where that comes from."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("setting", "value", "from", "flag", "variable"):
        table.add_column(heading, overflow="fold")
    for setting in SETTINGS:
        value = resolved.value(setting.path)
        variables = " or ".join(setting.variables)
        cells = (setting.path, _value(value), resolved.origins[setting.path])
        table.add_row(*map(printable, (*cells, setting.flag, variables)))
    console.print(table)
    ours = {variable for setting in SETTINGS for variable in setting.variables}
    others = sorted(name for name in environ if name.startswith("LOCUST_") and name not in ours)
    if others:
        say(console, f"\nLocust itself reads {', '.join(others)}.")


def announce(console: Console, session: Session) -> None:
    """Print what there is going to be."""
    configuration, count = session.configuration, len(session.planned)
    wait = configuration.wait_time
    say(
        console,
        f"Load on {configuration.host}: {configuration.users:,} users, "
        f"{configuration.spawn_rate:g} more each second, who wait {wait.min_seconds:g} to "
        f"{wait.max_seconds:g} s between two requests.\n"
        f"{count} {'run' if count == 1 else 'runs'} of {configuration.duration}, about "
        f"{duration(count * configuration.seconds)} in all. "
        "Ctrl-C ends the run under way; what was measured is kept.\n",
    )
    most, least = configuration.most_per_second, configuration.budgets.requests_per_second
    if least is not None and most < least:
        say(
            console,
            f"So many users with such waits ask at most {most:,.0f} times a second: the budget of "
            f"{least:,g} cannot be held (--rps, --users).\n",
            "yellow",
        )


def print_run(console: Console, run: Run) -> None:
    """Print how a run went, and why it is not good enough."""
    mark, colour = MARKS[run.status]
    line = Text.assemble((mark, colour), f" {run.name}: ", printable(_told(run)))
    console.print(line, soft_wrap=True)
    for sentence in run.missed:
        say(console, f"    {sentence}")
    for error in run.errors[:ERRORS_SHOWN]:
        say(console, f"    {error['occurrences']:,} x {error['error']}")


def print_session(console: Console, session: Session, page: Path) -> None:
    """Print the table of all runs, what they were made with, and where everything is."""
    if session.runs:
        console.print()
        console.print(_table(session))
        say(console, f"\n{told_of_generator(session)}")
    undone = len(session.planned) - len(session.runs)
    if undone:
        say(console, f"\nNot made: {undone} of {len(session.planned)} runs.", "yellow")
    say(console, f"\nThe page: {page}, with Locust's reports beside it.")


def told_of_generator(session: Session) -> str:
    """Say what else than the server is in the figures."""
    told = ""
    if any(run.is_generator_busy for run in session.runs):
        told = "Locust used its core up: the figures may be its own limit, not the server's. "
    if not is_loopback(session.configuration.host):
        return told or "Locust ran on another machine than the server."
    return (
        f"{told}Locust ran beside the server, on the same {os.cpu_count()} cores, and takes up "
        "to one of them: the server alone does better."
    )


def _value(value: object) -> str:
    return "-" if value is None else str(value)


def _told(run: Run) -> str:
    figures = run.figures
    if run.status == BROKEN and not figures.requests:
        return "could not be run"
    ended = ", interrupted" if run.status == INTERRUPTED else ""
    return (
        f"{figures.requests:,} requests, {figures.requests_per_second:,.0f} a second, "
        f"p50 {figures.p50_ms:,.0f} ms, p95 {figures.p95_ms:,.0f}, p99 {figures.p99_ms:,.0f}, "
        f"{figures.failures:,} failed{ended}"
    )


def _table(session: Session) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "dataset", "model", "run"):
        table.add_column(heading, overflow="fold")
    for heading in ("requests", "a second", "p50 ms", "p95 ms", "p99 ms", "failed"):
        table.add_column(heading, justify="right")
    for run in session.runs:
        figures, (mark, colour) = run.figures, MARKS[run.status]
        table.add_row(
            Text(mark, colour),
            run.dataset,
            run.model,
            str(run.number),
            f"{figures.requests:,}",
            f"{figures.requests_per_second:,.0f}",
            f"{figures.p50_ms:,.0f}",
            f"{figures.p95_ms:,.0f}",
            f"{figures.p99_ms:,.0f}",
            f"{figures.error_share:.2%}",
        )
    return table
