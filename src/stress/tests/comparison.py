"""The labelled rows of the evaluation and the reference data, and the skill that a metric shows."""

from collections.abc import Callable

import numpy as np

from src.stress.case import Observation
from src.stress.context import Context
from src.stress.tests import metrics
from src.stress.tests.scored import Scored, classes_of, scored, scored_evaluation

FEWEST_ROWS = 50  # of fewer, a few rows decide a score
FEWEST_OF_A_CLASS = 10  # a class of fewer rows is left out: macro averages would be of chance

Metric = Callable[[np.ndarray, np.ndarray], float]


def labelled_pair(context: Context) -> tuple[Scored, Scored] | Observation | None:
    """Answer the labelled rows of both datasets, or why they cannot be compared."""
    now = scored_evaluation(context)
    if now is None:
        return None
    if context.reference.labels is None or not has_reference(context):
        return Observation(None, "The reference data has no labels or predictions to compare with.")
    before = scored(context.reference, context.reference_probabilities, classes_of(context))
    kept = [] if before is None else _classes_of_both(before, now)
    if len(kept) >= 2:  # a label that the model cannot say stays: it is a mistake
        chosen = [*kept, metrics.UNKNOWN]
        before, now = (part.among(np.isin(part.truth, chosen)) for part in (before, now))
    if len(kept) < 2 or min(len(before), len(now)) < FEWEST_ROWS:
        return Observation(
            None,
            f"There are too few rows to judge: it takes {FEWEST_ROWS} with a label in both "
            f"datasets, and {FEWEST_OF_A_CLASS} of each of two classes.",
        )
    return before, now


def has_reference(context: Context) -> bool:
    """Tell whether there are probabilities for the reference data."""
    return context.model is not None or context.reference.predictions is not None


def _classes_of_both(before: Scored, now: Scored) -> list[int]:
    return [
        each
        for each in np.unique(now.truth[now.truth != metrics.UNKNOWN])
        if min((part.truth == each).sum() for part in (before, now)) >= FEWEST_OF_A_CLASS
    ]


def skill(metric: Metric, rows: Scored) -> float:
    """Answer 0 for probabilities that tell nothing, and 1 for those without a mistake."""
    truth, probabilities = rows.truth, rows.probabilities
    classes = probabilities.shape[1]
    known = truth[truth != metrics.UNKNOWN]
    shares = np.bincount(known, minlength=classes) / len(known)
    if metric is metrics.accuracy:  # always the frequent class is right nearly always: guess
        nothing = 1 / np.count_nonzero(shares)
    else:
        nothing = metric(known, np.tile(shares, (len(known), 1)))
    perfect = metric(known, np.eye(classes)[known])
    return (metric(truth, probabilities) - nothing) / (perfect - nothing)
