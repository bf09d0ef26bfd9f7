"""Bins that the values of a column fall into, with names for people."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from src.release.drift import BINS
from src.stress.table import Column

NEW, OTHER = "a value that is new", "a value that is rare or new"
EXPECTED = 5  # rows of a category; the chi-squared test is not exact with fewer


class Bins(NamedTuple):
    """The name of the bin of each old and each new row."""

    before: pd.Series
    now: pd.Series


def binned(before: pd.Series, now: pd.Series, column: Column, parts: int = BINS) -> Bins:
    """Put values, none of them empty, into bins that the old ones decide.

    Many numbers fall into the tenths of the old ones, or into as many parts as are told.
    Categories, and numbers of few values, have a bin for each value. Those that are rare or new
    share one: where there are many rare values, some are new by chance.
    """
    if column.is_numeric and before.nunique() > BINS:
        return _by_parts(before, now, parts)
    return _by_value(_named(before), _named(now))


def _by_parts(before: pd.Series, now: pd.Series, parts: int) -> Bins:
    edges = np.unique(np.quantile(before, np.arange(1, parts) / parts))
    between = [f"from {a:.4g} to {b:.4g}" for a, b in pairwise(edges)]
    names = np.array([f"up to {edges[0]:.4g}", *between, f"above {edges[-1]:.4g}"])
    return Bins(
        *(pd.Series(names[np.searchsorted(edges, part)], part.index) for part in (before, now))
    )


def _named(values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values):
        return values.map("{:.15g}".format)
    return values


def _by_value(before: pd.Series, now: pd.Series) -> Bins:
    shares = before.value_counts(normalize=True)
    frequent = shares.index[shares * min(len(before), len(now)) >= EXPECTED]
    other = NEW if len(frequent) == len(shares) else OTHER
    return Bins(*(part.where(part.isin(frequent), other) for part in (before, now)))
