"""Which predictions change when the model is asked in another way.

The most probable class will not do where one class is rare: of 100 transactions it is "no fraud"
100 times, whatever else the model is told. So a prediction is here the class that is most probable
compared with how frequent it is: with two classes, whether the probability is above the base rate.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from src.stress.case import Observation
from src.stress.context import Context
from src.stress.model import ModelError
from src.stress.table import Column

ON_THE_FENCE = 0.1  # a prediction that moves by less changes by a hair: of a forest, by one tree
FEWEST = 20  # predictions of a class: fewer count as a part of so many, or one row decides
MOST_ROWS = 10  # that an observation shows
LONGEST_ERROR = 200  # characters of it that are told


def base_rates(context: Context) -> np.ndarray:
    """Answer how frequent each class of the model is.

    It is that in the reference data's labels, else in those of the evaluation data; where there
    are none, the mean of what the model answers for the sample.
    """
    for labels in (context.reference.labels, context.evaluation.labels):
        if labels is not None:
            counts = np.array([np.sum(labels == each) for each in context.model.classes])
            return (counts + 0.5) / (counts + 0.5).sum()  # half a row: no class is impossible
    return np.maximum(context.sample_probabilities.mean(axis=0), 1e-6)


def lean(probabilities: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Answer the probabilities as they would be if all classes were as frequent."""
    compared = probabilities / rates
    return compared / compared.sum(axis=1, keepdims=True)


def distance(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Answer how much probability moved from class to class in each row, from 0 to 1."""
    return np.abs(after - before).sum(axis=1) / 2


@dataclass(frozen=True)
class Changes:
    """Which predictions changed, and their share: each class that was predicted counts alike."""

    rows: np.ndarray
    share: float

    def __str__(self) -> str:
        """As "3 of 200 predictions (10.7 %, each class counting alike)"."""
        return (
            f"{self.rows.sum()} of {len(self.rows)} predictions "
            f"({percent(self.share)}, each class counting alike)"
        )


def changes(before: np.ndarray, after: np.ndarray, rates: np.ndarray, sure: float = 0.0) -> Changes:
    """Compare predictions; what changed by a hair did not, nor to a class not that sure."""
    leaned, leans = lean(before, rates), lean(after, rates)
    predicted = leaned.argmax(axis=1)
    another = predicted != leans.argmax(axis=1)
    rows = another & (distance(leaned, leans) >= ON_THE_FENCE) & (leans.max(axis=1) >= sure)
    groups = [rows[predicted == each] for each in np.unique(predicted)]
    shares = [group.sum() / max(FEWEST, len(group)) for group in groups]
    return Changes(rows, float(np.mean(shares)))


def changes_by_chance(context: Context, rates: np.ndarray) -> float:
    """Answer the share of predictions that change when the model is asked the same again."""
    again = context.model.predict_proba(context.sample_frame)
    return changes(context.sample_probabilities, again, rates).share


def ask_together(context: Context, *frames: pd.DataFrame) -> list[np.ndarray]:
    """Ask the model all frames in one batch, and answer the probabilities of each.

    So a model whose answer depends on the batch is compared with itself in the same batch.

    Raises:
        ModelError: it cannot answer.
    """
    together = pd.concat(frames, ignore_index=True)
    answer = context.model.predict_proba(together)
    return np.split(answer, np.cumsum([len(frame) for frame in frames])[:-1])


def columns_of(context: Context, *kinds: str) -> list[Column]:
    """Answer the columns of these kinds that the evaluation data has, or of all kinds.

    A time is of no kind: it is neither a number nor a text.
    """
    held, known = context.evaluation.frame.columns, context.reference.frame.dtypes
    there = [column for column in context.columns if column.name in held]
    if not kinds:
        return there
    return [each for each in there if each.kind in kinds and known[each.name].kind not in "mM"]


def rows_of_sample(context: Context, chosen: np.ndarray) -> tuple[int, ...]:
    """Answer positions in the evaluation data of rows of the sample, at most ten."""
    return tuple(int(row) for row in context.sample[chosen][:MOST_ROWS])


def raised(context: Context, where: str, error: ModelError, column: str = "") -> Observation:
    """Tell that the model raised, as in "where speed is empty"."""
    lines = str(error).splitlines() or [""]
    reason = lines[0][:LONGEST_ERROR].rstrip(".")
    return Observation(
        None,
        f"The model cannot answer {where}: {reason}.",
        subject=column,
        features=(column,) if column else (),
        rows=rows_of_sample(context, np.array([0])),
        error=reason,
    )


def percent(share: float) -> str:
    """Write a share for people, as "12.5 %"."""
    return f"{100 * share:.1f} %"
