"""How columns of numbers move together."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from src.stress.case import Skipped
from src.stress.context import Context
from src.stress.table import Table
from src.stress.tests.values import comparable, shared

FEWEST = 20  # rows; with fewer, a correlation is anything
NEARLY_ALL = 0.95  # of a column with so many values alike, few rows decide the correlation


@dataclass(frozen=True)
class Pairs:
    """Each pair of columns: Spearman's rank correlation, and the rows that have both."""

    names: list[tuple[str, str]]
    correlations: np.ndarray
    rows: np.ndarray


def pairs_of(context: Context, *tables: Table) -> tuple[Pairs, ...]:
    """Answer the pairs of columns in each of some tables: the same ones, in the same order.

    Raises:
        Skipped: there are no two columns of numbers that vary in all of them.
    """
    frames = [_numbers(context, table.frame) for table in tables]
    names = [name for name in frames[0] if all(_varies(frame[name]) for frame in frames)]
    if len(names) < 2:
        raise Skipped(f"there are no two columns of numbers that vary in {FEWEST} rows and more")
    return tuple(_pairs(frame[names]) for frame in frames)


def _numbers(context: Context, frame: pd.DataFrame) -> pd.DataFrame:
    columns = [column for column in shared(context) if column.is_numeric]
    return pd.DataFrame({one.name: comparable(frame[one.name], one) for one in columns})


def _varies(values: pd.Series) -> bool:
    most = values.value_counts(normalize=True)
    return values.count() >= FEWEST and most.iloc[0] <= NEARLY_ALL


def _pairs(frame: pd.DataFrame) -> Pairs:
    left, right = np.triu_indices(frame.shape[1], k=1)
    known = frame.notna().to_numpy(dtype=float)
    found = frame.rank().corr(min_periods=FEWEST).to_numpy()[left, right]
    names = [(frame.columns[a], frame.columns[b]) for a, b in zip(left, right, strict=True)]
    # where too few rows have both, nothing is said: no correlation, which differs from none
    return Pairs(names, np.nan_to_num(found), (known.T @ known)[left, right])


def strongest(strengths: np.ndarray, shown: int = 10) -> Iterator[int]:
    """Answer which pairs are the strongest, the strongest first."""
    order = np.argsort(-strengths, kind="stable")[:shown]
    return (int(pair) for pair in order)
