"""Small changes of numbers: how small, and many of them asked at once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from src.stress.context import Context
from src.stress.table import Column
from src.stress.tests.changes import columns_of

FEWEST_STEPS = 10  # of an integer's range: a step of fewer is no small one
MOST_ROWS_A_CALL = 6_000


@dataclass(frozen=True)
class Movable:
    """A column of numbers, and by how much a value may move."""

    column: Column
    most: float

    def moved(self, values: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Move values by parts of `most`, from -1 to 1, but not out of the observed range.

        An integer stays one; a value out of range already goes no further.
        """
        shift = steps * self.most
        if self.column.kind == "integer":
            shift = np.sign(shift) * np.ceil(np.abs(shift) - 1e-9)
        low = np.minimum(values, self.column.minimum)
        high = np.maximum(values, self.column.maximum)
        return np.clip(values + shift, low, high)


def movable(context: Context, fraction: float) -> list[Movable]:
    """Answer the columns that can move a little, each by a fraction of its spread at most.

    The spread is the standard deviation in the reference data. Of integers, those with few steps
    are left out; the others move by one step at least.
    """
    found = []
    for column in columns_of(context, "number", "integer"):
        held = context.evaluation.frame[column.name].dtype
        bounded = column.minimum is not None and np.isfinite(column.maximum - column.minimum)
        if not bounded or not isinstance(held, np.dtype) or held.kind not in "iuf":
            continue  # as numbers that came as text
        most = fraction * float(context.reference.frame[column.name].std())
        if column.kind == "integer":
            many = column.maximum - column.minimum >= FEWEST_STEPS
            most = float(max(1, int(most))) if many else 0.0
        if most > 0:
            found.append(Movable(column, most))
    return found


@dataclass(frozen=True)
class Trial:
    """A change of all rows: for each column that moves, its steps, one for each row."""

    steps: tuple[tuple[Movable, np.ndarray], ...]


def ask(context: Context, frame: pd.DataFrame, trials: list[Trial]) -> np.ndarray:
    """Answer the probabilities of the rows after each trial, shaped (trials, rows, classes).

    Trials share a batch, as calls cost more than rows.

    Raises:
        ModelError: the model cannot answer.
    """
    at_once = max(1, MOST_ROWS_A_CALL // max(1, len(frame)))
    parts = [
        context.model.predict_proba(_frame(frame, trials[start : start + at_once]))
        for start in range(0, len(trials), at_once)
    ]
    return np.concatenate(parts).reshape(len(trials), len(frame), -1)


def _frame(frame: pd.DataFrame, trials: list[Trial]) -> pd.DataFrame:
    size = len(frame)
    together = pd.concat([frame] * len(trials), ignore_index=True)
    changed: dict[str, np.ndarray] = {}
    for place, trial in enumerate(trials):
        rows = slice(place * size, (place + 1) * size)
        for movable, steps in trial.steps:
            name = movable.column.name
            values = changed.setdefault(name, together[name].to_numpy(copy=True))
            values[rows] = movable.moved(values[rows], steps)
    return together.assign(**changed)
