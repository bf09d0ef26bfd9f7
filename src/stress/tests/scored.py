"""Rows whose label is known, with the probabilities that the model gave them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from src.stress.context import Context
from src.stress.table import Table
from src.stress.tests.metrics import UNKNOWN, indices


@dataclass(frozen=True)
class Scored:
    """Rows of a table whose label is known.

    Attributes:
        truth: each row's label, as its place among the classes.
        probabilities: shaped (rows, classes).
        positions: of the rows in their table.
    """

    truth: np.ndarray
    probabilities: np.ndarray
    positions: np.ndarray

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.truth)

    @cached_property
    def predicted(self) -> np.ndarray:
        """The most probable class of each row."""
        return self.probabilities.argmax(axis=1)

    @cached_property
    def wrong(self) -> np.ndarray:
        """Whether each row's prediction is wrong."""
        return self.predicted != self.truth

    @cached_property
    def given(self) -> np.ndarray:
        """The probability that each row's label got."""
        got = self.probabilities[np.arange(len(self)), self.truth]
        return np.where(self.truth == UNKNOWN, 0.0, got)

    def among(self, chosen: np.ndarray) -> "Scored":
        """Answer some of the rows."""
        parts = self.truth, self.probabilities, self.positions
        return Scored(*(part[chosen] for part in parts))


def scored(table: Table, probabilities: np.ndarray, classes: list) -> Scored | None:
    """Answer the rows of a table whose label is known; None where no row has one."""
    if table.labels is None:
        return None
    known = np.flatnonzero(~pd.isna(table.labels))
    truth = indices(np.asarray(table.labels)[known], classes)
    return Scored(truth, probabilities[known], known) if len(known) else None


def scored_evaluation(context: Context) -> Scored | None:
    """Answer the evaluation data's rows whose label is known; None where no row has one."""
    if context.evaluation.labels is None or not context.has_predictions:
        return None
    return scored(context.evaluation, context.probabilities, classes_of(context))


def classes_of(context: Context) -> list:
    """Answer the classes, in the order of the probabilities' columns."""
    return list(context.classes or context.model.classes)
