"""What a run found, as charts."""

import math
from collections.abc import Sequence

from src.pages.bands import bands
from src.pages.bars import bars, stacks
from src.pages.chart import Chart, Tone
from src.pages.dots import points
from src.stress.case import Case, Result
from src.stress.report.outline import EVERYWHERE, NOT_JUDGED, by_category, counts, worst_first
from src.stress.run import Run
from src.stress.severity import Severity, Thresholds

MOST = 15  # rows of a chart
TONES: dict[str, Tone] = {
    "high": "high",
    "medium": "medium",
    "low": "low",
    "none": "none",
    NOT_JUDGED: "muted",
}
PSI = "psi"  # tells how far a column moved, where the value is 0 as chance explains it
LEVELS = ("none", "low", "medium", "high")
PAIRS = (  # figures that tell of two things of one kind: what it is compared with, and what it is
    ("reference", "evaluation"),
    ("elsewhere", "here"),
    ("share_before", "share"),
    ("rate_of_others", "rate"),
    ("correlation_before", "correlation"),
    ("among_reference", "share"),
)


def of_severities(results: Sequence[Result]) -> Chart:
    """Answer how many tests of each category came to what."""
    rows = {title: counts(group) for title, group in by_category(results).items()}
    return stacks("Tests by category and severity", rows, TONES, of="category")


def of_runs(first: Run, second: Run) -> Chart:
    """Answer how many tests of two runs came to what."""
    rows = {"first": counts(first.results), "second": counts(second.results)}
    return stacks("Tests by run and severity", rows, TONES, of="run")


def of_performance(results: Sequence[Result]) -> Chart | None:
    """Answer the scores on both datasets, where tests tell them."""
    worst = [(result.test.name, result.worst) for result in results if result.worst]
    return _pairs("Performance on both datasets", worst, PAIRS[0], "score", "test")


def of_tests(category: str, results: Sequence[Result]) -> Chart | None:
    """Answer how far the worst case of each test goes, where one goes anywhere."""
    rows = [
        (result.test.name, result.worst.observation.value, _limits(result.thresholds))
        for result in results
        if result.worst and result.worst.observation.value is not None
    ]
    if not any(value > 0 for _, value, _ in rows):
        return None
    title = f"{category}: how far the worst case of each test goes"
    return bands(title, rows, LEVELS, "value", tones=LEVELS, of="test")


def of_cases(result: Result) -> Chart | None:
    """Answer the worst cases of a test, as pairs of figures where it has them."""
    cases = [case for case in worst_first(result) if _is_finite(case.observation.value)]
    if len(cases) < 2:
        return None
    title = f"{result.test.name}: the worst of {len(cases)} cases"
    if all(_is_finite(case.observation.figures.get(PSI)) for case in cases):
        return _bars(title, result, [(case, case.observation.figures[PSI]) for case in cases])
    named = [(_where(case), case) for case in cases[:MOST]]
    for pair in PAIRS:
        chart = _pairs(title, named, pair, result.test.measure, "where")
        if chart:
            return chart
    rows = [(case, case.observation.value) for case in cases]
    return _bars(title, result, rows) if any(value for _, value in rows) else None


def _bars(title: str, result: Result, rows: list[tuple[Case, float]]) -> Chart:
    high = result.thresholds.high
    rows = sorted(rows, key=lambda row: -row[1])[:MOST]
    return bars(
        title,
        [(_where(case), value) for case, value in rows],
        result.test.measure,
        of="where",
        limits=[high] * len(rows) if math.isfinite(high) else (),
        limit="high from",
        tones=[TONES[str(case.severity or Severity.NONE)] for case, _ in rows],
    )


def _pairs(
    title: str,
    named: Sequence[tuple[str, Case]],
    pair: tuple[str, str],
    measure: str,
    of: str,
) -> Chart | None:
    rows = [
        (name, [case.observation.figures[one] for one in pair])
        for name, case in named
        if all(_is_finite(case.observation.figures.get(one)) for one in pair)
    ]
    return points(title, rows, pair, measure, of=of) if len(rows) > 1 else None


def _where(case: Case) -> str:
    return case.observation.subject or EVERYWHERE


def _limits(thresholds: Thresholds) -> tuple[float, float, float]:
    return thresholds.low, thresholds.medium, thresholds.high


def _is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
