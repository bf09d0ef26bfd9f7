"""Rows that are alike in all columns, and how many are by chance."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from src.stress.table import Column
from src.stress.tests.values import comparable

LIKELY = 0.01  # a share of rows that have a twin by chance; from it on, twins prove nothing


def fingerprints(
    frame: pd.DataFrame, columns: Sequence[Column], labels: np.ndarray | None = None
) -> np.ndarray:
    """Answer a number for each row, the same one for rows that are alike."""
    parts = {one.name: comparable(frame[one.name], one) for one in columns}
    if labels is not None:
        parts["the label"] = pd.Series(labels).astype(str)
    return pd.util.hash_pandas_object(pd.DataFrame(parts), index=False).to_numpy()


def by_chance(frame: pd.DataFrame, columns: Sequence[Column], others: int) -> float:
    """Answer which share of rows would be like one of so many others, were columns independent.

    Data of few columns with few values each has twins that nobody copied.
    """
    if len(frame) < 2:
        return 0.0
    alike = 1.0
    for one in columns:
        counts = comparable(frame[one.name], one).value_counts(dropna=False)
        alike *= float((counts * (counts - 1)).sum()) / (len(frame) * (len(frame) - 1))
    return 1 - (1 - alike) ** others
