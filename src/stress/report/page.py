"""A run of stress tests as a page."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from src.pages.chart import Chart, Figures
from src.pages.page import render
from src.release.terminal import clock_time
from src.stress.case import Case, Result
from src.stress.report import charts
from src.stress.report.evidence import rows_that_show, told_rows
from src.stress.report.outline import (
    LOOKS,
    by_category,
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

PACKAGE = "src.stress.report"
SHOWN = 3  # cases of a finding that are told in full
COMPARING = ("subset_performance", "drift")  # whose cases are worth a look, whatever they show
LISTED = 40  # cases of a test that are listed


@dataclass(frozen=True)
class Shown:
    """A case in full: what was seen, and the rows that show it."""

    case: Case
    rows: Figures | None


@dataclass(frozen=True)
class Finding:
    """A result of medium or high severity, as the page shows it."""

    result: Result
    shown: Sequence[Shown]
    chart: Chart | None


def page_of(run: Run, evaluation: pd.DataFrame | None = None) -> str:
    """Answer the page of a run.

    Args:
        run: whole, or as far as it got.
        evaluation: the evaluation data, to show rows with their values.
    """
    return render(
        PACKAGE,
        "run.html",
        run=run,
        facts=_facts(run),
        verdict=verdict(run),
        grade_of_run=grade_of(run),
        overview=charts.of_severities(run.results),
        plots=_plots(run),
        findings=[_finding(result, evaluation) for result in findings(run)],
        categories=by_category(run.results),
        **SAYING,
    )


def _facts(run: Run) -> dict[str, str]:
    return {
        "model": run.model,
        "evaluation data": run.evaluation,
        "reference data": run.reference,
        "project": run.project,
        "task": run.task,
        "started": clock_time(run.started_at) if run.started_at else "not yet",
        "finished": clock_time(run.finished_at) if run.finished_at else "not yet",
        "seed": str(run.seed),
        "run": run.run_id,
    }


def _plots(run: Run) -> dict[str, list[Chart]]:
    """What was measured, by category."""
    plots = {}
    for title, results in by_category(run.results).items():
        told = [charts.of_tests(title, results), charts.of_performance(results)]
        if results[0].test.category in COMPARING:
            told.append(_of_the_worst(results))
        plots[title] = [chart for chart in told if chart]
    return {title: told for title, told in plots.items() if told}


def _of_the_worst(results: list[Result]) -> Chart | None:
    """The cases of the worst test that looks at single columns; of several, that with the most."""
    judged = [each for each in results if each.worst]
    worst = max(judged, key=_interest, default=None)
    return charts.of_cases(worst) if worst else None


def _interest(result: Result) -> tuple[bool, Severity, int]:
    judged = [case.observation for case in result.cases if case.severity is not None]
    is_by_column = all(len(seen.features) == 1 for seen in judged)
    return is_by_column, result.severity, len(result.cases)


def _finding(result: Result, evaluation: pd.DataFrame | None) -> Finding:
    cases = [each for each in worst_first(result) if (each.severity or 0) >= Severity.MEDIUM]
    told = [Shown(each, rows_that_show(each.observation, evaluation)) for each in cases[:SHOWN]]
    return Finding(result, told, charts.of_cases(result))


def listed(result: Result) -> list[Case]:
    """Answer the cases that a test's table lists."""
    return worst_first(result)[:LISTED]


SAYING = {  # what the templates call
    "grade": grade,
    "limits": told_limits,
    "listed": listed,
    "looks": LOOKS,
    "rows_of": told_rows,
    "title_of": title_of,
    "value_of": value_of,
    "where_of": where_of,
}
