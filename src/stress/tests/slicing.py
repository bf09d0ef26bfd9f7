"""Slices of the evaluation data: the rows with a value of a column, or with values in a range.

A number's range is cut into bins of as many rows each, and each run of 1, 2, 4 or 8 bins is a
slice: so a weak one is found whether it is narrow or wide.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from src.stress.context import Context
from src.stress.table import Column
from src.stress.tests.changes import columns_of

MOST_BINS = 32  # about 3 % of the rows each
WIDTHS = (1, 2, 4, 8)  # bins
FEWEST_ROWS = 20  # of fewer, nothing can be told


@dataclass(frozen=True)
class Slice:
    """Rows whose codes lie from first to last, both included."""

    name: str
    first: int
    last: int

    def overlaps(self, other: "Slice") -> bool:
        """Whether a row may be in both."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class Slicing:
    """The slices of a column, and each row's code, a whole number from 0."""

    column: Column
    codes: np.ndarray
    slices: tuple[Slice, ...]

    def sums(self, weights: np.ndarray) -> np.ndarray:
        """Answer the sum of the rows' weights in each slice."""
        codes = np.bincount(self.codes, weights, minlength=self.slices[-1].last + 1)
        until = np.concatenate([[0.0], np.cumsum(codes)])
        first, last = np.array([(each.first, each.last) for each in self.slices]).T
        return until[last + 1] - until[first]

    def rows(self, which: Slice) -> np.ndarray:
        """Tell for each row whether it is in a slice."""
        return (self.codes >= which.first) & (self.codes <= which.last)


def slicings(context: Context, positions: np.ndarray) -> Iterator[Slicing]:
    """Cut rows of the evaluation data by each column that has more than one value there."""
    for column in columns_of(context):
        values = context.evaluation.frame[column.name].iloc[positions].reset_index(drop=True)
        if column.is_numeric:
            values = pd.to_numeric(values, errors="coerce").astype(float)
        slicing = (_by_range if column.is_numeric else _by_value)(column, values)
        if len(slicing.slices) > 1:
            yield slicing


def _by_value(column: Column, values: pd.Series) -> Slicing:
    told = values.map(str, na_action="ignore")
    codes, names = pd.factorize(told, sort=True)
    slices = [Slice(f"{column.name} {name}", code, code) for code, name in enumerate(names)]
    return _with_the_empty(column, codes, slices)


def _by_range(column: Column, values: pd.Series) -> Slicing:
    numbers = values.to_numpy()
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return Slicing(column, np.zeros(len(numbers), int), ())
    most = int(np.clip(len(known) // FEWEST_ROWS, 1, MOST_BINS))
    edges = np.unique(known)[1:]  # a bin starts at each
    if len(edges) >= most:
        edges = np.unique(np.quantile(known, np.arange(1, most) / most, method="higher"))
        edges = edges[edges > known.min()]
    codes = np.searchsorted(edges, numbers, side="right")
    codes[np.isnan(numbers)] = -1
    return _with_the_empty(column, codes, list(_runs(column, codes, numbers, len(edges) + 1)))


def _runs(column: Column, codes: np.ndarray, numbers: np.ndarray, bins: int) -> Iterator[Slice]:
    by_bin = pd.Series(numbers).groupby(codes)
    lowest, highest = by_bin.min(), by_bin.max()
    for width in WIDTHS:
        for first in range(bins - width + 1) if width == 1 or 2 * width <= bins else ():
            low, high = lowest[first], highest[first + width - 1]
            where = f"{low:.6g}" if low == high else f"from {low:.6g} to {high:.6g}"
            yield Slice(f"{column.name} {where}", first, first + width - 1)


def _with_the_empty(column: Column, codes: np.ndarray, slices: list[Slice]) -> Slicing:
    """Give rows without a value a code of their own, behind all others."""
    empty = codes < 0
    if empty.any():
        code = int(codes.max(initial=-1)) + 1
        codes = np.where(empty, code, codes)
        slices = [*slices, Slice(f"{column.name} empty", code, code)]
    return Slicing(column, codes, tuple(slices))
