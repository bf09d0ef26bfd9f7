"""Values that a column cannot have, by its schema."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from src.schema import Column

SHOWN = 3


def outside(values: pd.Series, column: Column) -> str | None:
    """Tell which values are not finite, in the range or among the categories of a column."""
    if column.type == "boolean":
        return None
    wrong = values[~_allowed(values, column)]
    if wrong.empty:
        return None
    where = "categories" if column.type == "category" else "range"
    return f"{column.name} has {len(wrong):,} values out of its {where}, as {wrong.iloc[0]}"


def listed(found: Iterable[str]) -> str | None:
    """Name the first few, and how many more there are; None where there is nothing."""
    everything = list(found)
    shown = ", ".join(everything[:SHOWN])
    more = len(everything) - SHOWN
    return (f"{shown} and {more} more" if more > 0 else shown) or None


def _allowed(values: pd.Series, column: Column) -> pd.Series:
    if column.type == "category":
        return values.isin(column.categories)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return np.isfinite(values) & values.between(low, high)
