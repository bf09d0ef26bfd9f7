"""Columns as matrices of numbers, for what learns from them or measures distances."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from src.stress.table import Column
from src.stress.tests.values import comparable

FREQUENT = 30  # categories that get a column each; the others are alike


def encoded(frame: pd.DataFrame, columns: Sequence[Column], like: pd.DataFrame) -> np.ndarray:
    """Answer a matrix: a column for numbers, with NaN where empty, and one for each category.

    Args:
        frame: what is encoded.
        columns: which of its columns.
        like: the data whose most frequent categories get a column each.
    """
    parts = [_encoded(frame[one.name], one, like[one.name]) for one in columns]
    return np.concatenate(parts, axis=1) if parts else np.empty((len(frame), 0))


def _encoded(values: pd.Series, column: Column, like: pd.Series) -> np.ndarray:
    found = comparable(values, column)
    if column.is_numeric:
        return found.to_numpy()[:, None]
    frequent = comparable(like, column).value_counts().index[:FREQUENT]
    codes = pd.Index(frequent).get_indexer(found.astype(object))
    return (codes[:, None] == np.arange(len(frequent))).astype(float)
