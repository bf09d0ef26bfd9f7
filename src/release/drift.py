"""Do new rows look like those that production was trained on?

Columns are compared by the population stability index of credit scoring: the sum over bins of
(q - p) * ln(q / p), where p and q are the parts of the old and the new rows in a bin. By the usual
convention less than 0.1 is no change, and more than 0.2 (some say 0.25) is drift: Lewis, "An
Introduction to Credit Scoring", 1994. Few rows differ by chance alone, by (1/n + 1/m) times a
chi-squared variable: Yurdakul and Naranjo, "Statistical properties of the population stability
index", 2020. So the limit is the greater of the convention and what chance explains.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from src.schema import Schema

BINS = 10
DRIFT = 0.2
BY_CHANCE = 0.999  # a column that did not drift stays below what chance explains so often
A_HALF = 0.5  # a row that is added to each bin of both, so that an empty bin is no infinity

SHARE_FACTOR = 1.5  # the index hardly moves where a rare class gets three times as frequent
SHARE_ERRORS = 3.0  # standard errors; by chance alone, 1 share in 400 is off by more


@dataclass(frozen=True)
class Drift:
    """How far a column moved, and how far it may have."""

    column: str
    index: float
    limit: float

    @property
    def drifted(self) -> bool:
        """Whether it moved too far."""
        return self.index > self.limit


@dataclass(frozen=True)
class Share:
    """Which part of the old rows and of the new ones a class is."""

    label: str
    before: float
    now: float
    error: float  # the standard error of their difference

    @property
    def drifted(self) -> bool:
        """Whether it is another by a factor, and by more than chance explains."""
        low, high = sorted((self.before, self.now))
        return high > SHARE_FACTOR * low and high - low > SHARE_ERRORS * self.error


def drift_of_columns(before: pd.DataFrame, now: pd.DataFrame, schema: Schema) -> list[Drift]:
    """Compare each column of a schema that both frames have, in order."""
    return [
        drift_of(before[name], now[name])
        for name in schema.feature_names
        if name in before.columns and name in now.columns
    ]


def drift_of(before: pd.Series, now: pd.Series) -> Drift:
    """Compare two columns of the same name.

    Numbers are binned by the deciles of the old ones. What has no more values than there would be
    bins, as categories and booleans, has a bin for each, and one for all values that are new.
    """
    few = before.nunique() <= BINS or not pd.api.types.is_numeric_dtype(before)
    old, new = (_by_value if few else _by_deciles)(before, now)
    index = _index(_parts(old), _parts(new))
    return Drift(str(before.name), index, _limit(len(old), len(before), len(now)))


def shares_of_classes(before: pd.Series, now: pd.Series, schema: Schema) -> list[Share]:
    """Compare how frequent each class of a schema is."""
    return [_share(label, before == label, now == label) for label in schema.classes]


def _by_value(before: pd.Series, now: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    values = before.unique()
    old = [int((before == value).sum()) for value in values]
    new = [int((now == value).sum()) for value in values]
    return np.array([*old, 0]), np.array([*new, len(now) - sum(new)])


def _by_deciles(before: pd.Series, now: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    edges = np.unique(np.quantile(before, np.arange(1, BINS) / BINS))
    bins = len(edges) + 1
    old, new = (np.searchsorted(edges, column) for column in (before, now))
    return np.bincount(old, minlength=bins), np.bincount(new, minlength=bins)


def _parts(counts: np.ndarray) -> np.ndarray:
    return (counts + A_HALF) / (counts + A_HALF).sum()


def _index(before: np.ndarray, now: np.ndarray) -> float:
    return float(((now - before) * np.log(now / before)).sum())


def _limit(bins: int, rows_before: int, rows_now: int) -> float:
    by_chance = chi2.ppf(BY_CHANCE, bins - 1) * (1 / rows_before + 1 / rows_now)
    return max(DRIFT, float(by_chance))


def _share(label: object, before: pd.Series, now: pd.Series) -> Share:
    all_of_both = (before.sum() + now.sum()) / (len(before) + len(now))
    variance = all_of_both * (1 - all_of_both)
    error = math.sqrt(variance * (1 / len(before) + 1 / len(now)))
    return Share(str(label), float(before.mean()), float(now.mean()), error)
