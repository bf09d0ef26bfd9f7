"""How often each class is, in the reference and in the evaluation data: by labels, by the model."""

from collections.abc import Iterable

import numpy as np

from src.stress.case import Observation, Options, Skipped
from src.stress.context import Context
from src.stress.tests import chance
from src.stress.tests.chance import Difference
from src.stress.tests.values import first

ONCE = 1.0  # times as frequent: as before
A_HALF = 0.5  # a row that is added to each class, so that one that is absent is no infinity


def drift_of_labels(context: Context, options: Options) -> Iterable[Observation]:
    """Tell of each class how much more or less frequent it is among the labels.

    Raises:
        Skipped: one of the datasets has no labels.
    """
    before, now = context.reference.labels, context.evaluation.labels
    if before is None or now is None:
        raise Skipped("it needs the labels of both datasets")
    classes = dict.fromkeys([*context.classes, *np.unique(before), *np.unique(now)])
    seen = [_labelled(label, before == label, now == label) for label in classes]
    return chance.judged(seen, nothing=ONCE)


def drift_of_predictions(context: Context, options: Options) -> Iterable[Observation]:
    """Tell of each class how much more or less probable it is to the model, on average.

    Raises:
        Skipped: there is no model, and no recorded predictions of both datasets.
        ModelError: the model cannot answer.
    """
    recorded = (context.reference.predictions, context.evaluation.predictions)
    if context.model is None and any(predictions is None for predictions in recorded):
        raise Skipped("it needs a model, or recorded predictions of both datasets")
    before, now = context.reference_probabilities, context.probabilities
    seen = [
        _predicted(label, before[:, column], now[:, column])
        for column, label in enumerate(context.classes)
    ]
    return chance.judged(seen, nothing=ONCE)


def _labelled(label: object, before: np.ndarray, now: np.ndarray) -> Difference:
    p_value = chance.of_shares(int(before.sum()), len(before), int(now.sum()), len(now))
    told = f"{label} is the label of {now.mean():.1%} of the rows, and was of {before.mean():.1%}"
    seen = _of_class(label, before, now, told)
    return Difference(seen, p_value)


def _predicted(label: object, before: np.ndarray, now: np.ndarray) -> Difference:
    told = f"{label} has a probability of {now.mean():.1%} on average, and had {before.mean():.1%}"
    return Difference(_of_class(label, before, now, told), chance.of_means(before, now))


def _of_class(label: object, before: np.ndarray, now: np.ndarray, told: str) -> Observation:
    old, new = ((part.sum() + A_HALF) / (len(part) + A_HALF) for part in (before, now))
    figures = {"share": float(now.mean()), "share_before": float(before.mean())}
    more = new > old
    rows = first(now >= A_HALF) if more else ()
    times = float(new / old if more else old / new)
    return Observation(times, told, subject=str(label), figures=figures, rows=rows)
