"""The figures of a load test as plots."""

from src.load.run import Run
from src.load.session import Session
from src.pages.bars import bars
from src.pages.chart import Chart
from src.pages.dots import points

WHAT = "dataset and model"


def charts_of(session: Session) -> dict[str, Chart]:
    """Answer plots of the times, of requests per second and of failures, if any, by their ids."""
    measured = [run for run in session.runs if run.figures.requests]
    if not measured:
        return {}
    budgets, count = session.configuration.budgets, len(measured)
    charts = {
        "times": points(
            "How long answers took",
            [(run.name, _times(run)) for run in measured],
            ("p50", "p95", "p99"),
            "milliseconds",
            of=WHAT,
            limits=[budgets.p95_ms] * count,
            limit="budget for p95",
        ),
        "rate": bars(
            "Requests per second",
            [(run.name, run.figures.requests_per_second) for run in measured],
            "requests per second",
            of=WHAT,
            limits=[budgets.requests_per_second] * count,
            limit="budget: at least",
        ),
    }
    if any(run.figures.failures for run in measured):
        charts["failures"] = bars(
            "Requests that failed",
            [(run.name, 100 * run.figures.error_share) for run in measured],
            "percent of the requests",
            of=WHAT,
            limits=[100 * budgets.error_share] * count,
            limit="budget",
            tones=["high"] * count,
        )
    return charts


def _times(run: Run) -> tuple[float, float, float]:
    return run.figures.p50_ms, run.figures.p95_ms, run.figures.p99_ms
