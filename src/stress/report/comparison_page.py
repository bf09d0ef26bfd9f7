"""Two runs of stress tests compared, as a page."""

from src.pages.page import render
from src.stress.report import charts
from src.stress.report.comparison import KINDS, MOVED, Comparison
from src.stress.report.page import PACKAGE, SAYING
from src.stress.report.places import told_places


def comparison_page(comparison: Comparison) -> str:
    """Answer the page of a comparison."""
    return render(
        PACKAGE,
        "comparison.html",
        comparison=comparison,
        overview=charts.of_runs(comparison.first, comparison.second),
        kinds=KINDS,
        moved=MOVED,
        told_places=told_places,
        **SAYING,
    )
