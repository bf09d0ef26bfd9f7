"""How good probabilities are, by the metrics of the field.

Where there are several classes, each is taken against all others, and the classes count alike
(macro average). A prediction is here the most probable class.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.stats import rankdata

SMALLEST = 1e-4  # where a forest has no vote for what came true, a log loss would be infinite
BINS = 10  # of calibration, as is usual
UNKNOWN = -1  # a label that is none of the model's classes


def indices(labels: Sequence[Any], classes: Sequence[Any]) -> np.ndarray:
    """Answer each label's place among the classes, UNKNOWN where it has none."""
    places = {label: place for place, label in enumerate(classes)}
    return np.array([places.get(label, UNKNOWN) for label in np.asarray(labels).tolist()], int)


def accuracy(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Answer the share of predictions that are right."""
    return float((probabilities.argmax(axis=1) == truth).mean())


def precision(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Answer which share of the predictions of a class is right; 0 where none is made."""
    return _macro(truth, probabilities, lambda right, predicted, held: right / max(predicted, 1))


def recall(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Answer which share of the rows of a class is predicted as such."""
    return _macro(truth, probabilities, lambda right, predicted, held: right / held)


def f1(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Answer the harmonic mean of precision and recall of a class."""
    return _macro(
        truth, probabilities, lambda right, predicted, held: 2 * right / (predicted + held)
    )


def auc(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Answer how often a row of a class gets a higher probability of it than one of another."""
    areas = [
        area_under_curve(truth == each, probabilities[:, each])
        for each in np.unique(truth[truth != UNKNOWN])
        if (truth != each).any()
    ]
    return float(np.mean(areas)) if areas else float("nan")


def area_under_curve(positive: np.ndarray, scores: np.ndarray) -> float:
    """Answer the area under the ROC curve; there are both positive rows and others."""
    ours, others = positive.sum(), (~positive).sum()
    ranks = rankdata(scores)[positive].sum()
    return float((ranks - ours * (ours + 1) / 2) / (ours * others))


def log_loss(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Answer the mean of -log of the probability of what came true."""
    given = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.clip(np.where(truth == UNKNOWN, 0, given), SMALLEST, 1)).mean())


def calibration_error(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Answer how far the probability of the predicted class is from how often it is right.

    It is the expected calibration error: over ten bins of the same number of rows.
    """
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.array_split(np.argsort(sure, kind="stable"), min(BINS, len(truth)))
    return float(sum(abs((sure - right)[each].sum()) for each in bins) / len(truth))


def variance(probabilities: np.ndarray) -> float:
    """Answer the variance of the probability of a class from row to row, as a mean of all."""
    return float(probabilities.var(axis=0).mean())


def _macro(
    truth: np.ndarray, probabilities: np.ndarray, score: Callable[[int, int, int], float]
) -> float:
    predicted = probabilities.argmax(axis=1)
    scores = []
    for each in np.unique(truth[truth != UNKNOWN]):
        held, said = truth == each, predicted == each
        scores.append(score((held & said).sum(), said.sum(), held.sum()))
    return float(np.mean(scores)) if scores else float("nan")
