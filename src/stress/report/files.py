"""Reports as files."""

from pathlib import Path

import pandas as pd

from src.stress.run import Run
from src.utils import write_atomically


def write_report(run: Run, folder: Path, evaluation: pd.DataFrame | None = None) -> Path:
    """Write report.json and report.html into a folder, and answer the path of the page.

    Args:
        run: whole, or as far as it got.
        folder: is made where it is not there.
        evaluation: the evaluation data, to show rows with their values.

    Raises:
        UserError: they cannot be written there.
    """
    from src.stress.report.page import page_of

    write_atomically(folder / "report.json", run.to_json())
    page = folder / "report.html"
    write_atomically(page, page_of(run, evaluation).encode())
    return page


def write_comparison(first: Run, second: Run, folder: Path) -> Path:
    """Write comparison.html into a folder, and answer its path.

    Raises:
        UserError: it cannot be written there.
    """
    from src.stress.report.comparison import compare
    from src.stress.report.comparison_page import comparison_page

    page = folder / "comparison.html"
    write_atomically(page, comparison_page(compare(first, second)).encode())
    return page
