"""The rows that show a finding."""

from typing import Any

import pandas as pd

from src.pages.chart import Figures
from src.pages.text import label, number, shown
from src.stress.case import Observation

MOST_ROWS = 10  # whose positions are told
ROWS = 5  # whose values are told
MOST_FEATURES = 12
OTHER_COLUMNS = 8  # less those that it is about
LONGEST_CELL = 40


def rows_that_show(
    seen: Observation, evaluation: pd.DataFrame | None, others: int = OTHER_COLUMNS
) -> Figures | None:
    """Answer the rows with their values, those of the observation's columns first.

    Args:
        seen: what was observed.
        evaluation: the data that it was observed on; without it there are no values to tell.
        others: how many other columns are told as well.

    Returns:
        None where there is nothing to tell.
    """
    if evaluation is None:
        return None
    rows = [row for row in seen.rows[:ROWS] if 0 <= row < len(evaluation)]
    names = [name for name in evaluation.columns if str(name) in seen.features][:MOST_FEATURES]
    rest = [name for name in evaluation.columns if str(name) not in seen.features]
    chosen = [*names, *rest[: max(0, others - len(names))]]
    if not rows or not chosen:
        return None
    cells = [(str(row), *(_cell(evaluation[name].iloc[row]) for name in chosen)) for row in rows]
    return Figures(("row", *(label(str(name), LONGEST_CELL) for name in chosen)), tuple(cells))


def told_rows(seen: Observation) -> str:
    """Answer the positions of the rows in words."""
    more = len(seen.rows) - MOST_ROWS
    told = ", ".join(str(row) for row in seen.rows[:MOST_ROWS])
    return f"{told} and {more} more" if more > 0 else told


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "(empty)"
    if isinstance(value, str):
        return shown(value, LONGEST_CELL) if value.strip() else "(blank)"
    if pd.api.types.is_number(value) and not pd.api.types.is_bool(value):
        return number(value)
    return shown(str(value), LONGEST_CELL)
