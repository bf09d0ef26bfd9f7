"""The values of a column as tests compare them: numbers, or names of categories."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from src.stress.context import Context
from src.stress.table import Column

SHOWN = 10  # rows of an observation


def shared(context: Context) -> list[Column]:
    """Answer the columns that the evaluation data has too."""
    return [column for column in context.columns if column.name in context.evaluation.frame]


def comparable(values: pd.Series, column: Column) -> pd.Series:
    """Answer a column's values, empty where they are empty, infinite or of another kind."""
    if column.is_numeric:
        numbers = pd.to_numeric(values, errors="coerce").astype(float)
        return numbers.where(np.isfinite(numbers))
    return values.astype(object).where(values.notna(), None).map(str, na_action="ignore")


def first(mask: np.ndarray) -> tuple[int, ...]:
    """Answer the first positions at which something is so, as many as are shown."""
    return positions(np.flatnonzero(mask))


def positions(rows: Iterable[int]) -> tuple[int, ...]:
    """Answer positions as an observation has them."""
    return tuple(int(row) for row in list(rows)[:SHOWN])
