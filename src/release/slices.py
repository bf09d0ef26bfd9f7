"""How good a model is on parts of the rows: a good average may hide a bad part.

A slice is the rows that have one value in a category or boolean column. Slices are scored by the
Brier score, the sum over the classes of the squared difference of probability and truth, from 0
to 2 (Brier, "Verification of forecasts expressed in terms of probability", 1950). The log loss
will not do: in 99 rows, one that a model gave a probability of 0 decides it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from src.schema import Schema

FEWEST_ROWS = 50  # of fewer, a few rows decide a score
MARGIN = 0.05  # forests and boosting that differ in their seed alone are up to 0.033 apart


@dataclass(frozen=True)
class Slice:
    """Brier scores of the rows with a value in a column; the smaller, the better.

    baseline says the classes' shares each time. production is None where nothing was compared.
    """

    column: str
    value: str
    rows: int
    candidate: float
    baseline: float
    production: float | None = None

    @property
    def behind(self) -> float:
        """How much worse the candidate is than the better one of production and baseline."""
        others = [self.baseline] if self.production is None else [self.baseline, self.production]
        return self.candidate - min(others)


def score_slices(
    rows: pd.DataFrame,
    schema: Schema,
    candidate: np.ndarray,
    baseline: np.ndarray,
    production: np.ndarray | None = None,
) -> list[Slice]:
    """Score each slice that has rows enough.

    Args:
        rows: that were predicted.
        schema: of their dataset.
        candidate: the Brier score of each row.
        baseline: the same of the baseline.
        production: the same of production, where it is compared.
    """
    return [
        Slice(
            column,
            value,
            int(chosen.sum()),
            float(candidate[chosen].mean()),
            float(baseline[chosen].mean()),
            None if production is None else float(production[chosen].mean()),
        )
        for column, value, chosen in _slices(rows, schema)
    ]


def brier_scores(probabilities: np.ndarray, classes: Any, truth: pd.Series) -> np.ndarray:
    """Answer the Brier score of each row.

    Args:
        probabilities: a row for each, a column for each class.
        classes: in the order of those columns.
        truth: the class of each row.
    """
    came_true = np.asarray(classes)[None, :] == truth.to_numpy()[:, None]
    return ((np.asarray(probabilities) - came_true) ** 2).sum(axis=1)


def _slices(rows: pd.DataFrame, schema: Schema) -> Iterator[tuple[str, str, np.ndarray]]:
    for column in schema.columns:
        if column.type in ("category", "boolean") and column.name in rows.columns:
            for value in sorted(rows[column.name].unique()):
                chosen = (rows[column.name] == value).to_numpy()
                if chosen.sum() >= FEWEST_ROWS:
                    yield column.name, str(value), chosen
