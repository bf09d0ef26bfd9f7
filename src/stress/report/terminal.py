"""A run of stress tests on the terminal."""

from collections.abc import Iterable

import pandas as pd
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from src.pages.text import label, number, shown
from src.stress.case import Case, Result
from src.stress.report.evidence import rows_that_show, told_rows
from src.stress.report.outline import (
    LOOKS,
    NOT_JUDGED,
    by_category,
    counts,
    findings,
    grade,
    grade_of,
    title_of,
    told_limits,
    value_of,
    verdict,
    where_of,
    worst_first,
)
from src.stress.run import Run
from src.stress.severity import Severity

NARROW = 80  # columns of a terminal that has no room for thresholds
CASES = 3  # of a finding that are told
ROWS = 3  # of a case that are told with their values
LONGEST = 300  # characters of what a test or a model says


def print_run(
    console: Console, run: Run, evaluation: pd.DataFrame | None = None, everything: bool = False
) -> None:
    """Print what a run found; where that is nothing, in one line.

    Args:
        console: any; of any width, with colours or without.
        run: whole, or as far as it got.
        evaluation: the evaluation data, to show rows with their values.
        everything: also list the tests that found nothing.
    """
    found = findings(run)
    mark, style = LOOKS[grade_of(run)]
    console.print(Text.assemble((f"{mark} {shown(run.name, 80)}  ", style), verdict(run)))
    if found or everything:
        about = f"{run.model} on {run.evaluation}, against {run.reference}, seed {run.seed}"
        console.print(Text(shown(about, LONGEST), "dim"))
        for title, results in by_category(run.results).items():
            _print_category(console, title, results, everything)
    for result in found:
        _print_finding(console, result, evaluation)


def looks(word: str) -> Text:
    """Answer a grade with its mark, in its colour."""
    mark, style = LOOKS[word]
    return Text(f"{mark} {word}", style)


def _print_category(console: Console, title: str, results: list[Result], everything: bool) -> None:
    listed = [each for each in results if everything or each.severity > Severity.NONE]
    rest = counts(each for each in results if each not in listed)
    told = ", ".join(f"{rest[word]} {word}" for word in ("none", NOT_JUDGED) if rest[word])
    console.print()
    console.print(Text.assemble((shown(title, LONGEST), "bold"), f"  {told}" if told else ""))
    if listed:
        console.print(_table(listed, console.width < NARROW))


def _table(results: Iterable[Result], narrow: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    table.add_column("severity", width=12)
    table.add_column("test", ratio=4, overflow="fold")
    if not narrow:
        table.add_column("worst at", ratio=3, overflow="fold")
    table.add_column("value", width=8)
    if not narrow:
        table.add_column("low, medium, high from", width=22)
    for result in results:
        limits = (result.thresholds.low, result.thresholds.medium, result.thresholds.high)
        name, where = label(result.test.name, 60), where_of(result.worst)
        value, from_where = value_of(result.worst), ", ".join(map(number, limits))
        cells = [f"{name}\n  {where}", value] if narrow else [name, where, value, from_where]
        table.add_row(looks(grade(result)), *map(Text, cells))
    return table


def _print_finding(console: Console, result: Result, evaluation: pd.DataFrame | None) -> None:
    test = result.test
    console.print()
    name, category = label(test.name, 60), shown(title_of(test.category), 60)
    console.print(Text.assemble(looks(grade(result)), (f"  {name}", "bold"), f"  {category}"))
    _print_inset(console, test.vulnerability)
    cases = [each for each in worst_first(result) if (each.severity or 0) >= Severity.MEDIUM]
    for case in cases[:CASES]:
        _print_case(console, case, evaluation)
    if cases[CASES:]:
        others = ", ".join(where_of(case) for case in cases[CASES:])
        _print_inset(console, f"and {len(cases) - CASES} more: {others}", style="dim")
    _print_inset(console, f"{test.measure}: {told_limits(result.thresholds)}", style="dim")
    _print_inset(console, f"What to do: {test.advice}")


def _print_case(console: Console, case: Case, evaluation: pd.DataFrame | None) -> None:
    seen = case.observation
    _print_inset(console, f"- {seen.told}")
    figures = ", ".join(f"{name} {number(value)}" for name, value in seen.figures.items())
    facts = [figures, f"rows {told_rows(seen)}" if seen.rows else ""]
    _print_inset(console, "; ".join(fact for fact in facts if fact), 4, "dim")
    rows = rows_that_show(seen, evaluation, others=0)
    for row in rows.rows[:ROWS] if rows else ():
        values = zip(rows.columns, row, strict=True)
        _print_inset(console, ", ".join(f"{name} {value}" for name, value in values), 4, "dim")


def _print_inset(console: Console, text: str, by: int = 2, style: str = "") -> None:
    if text:
        console.print(Padding(Text(shown(text, LONGEST), style), (0, 0, 0, by), expand=False))
