"""The model that is tested, whatever it is made of."""

from typing import Any, Protocol

import numpy as np
import pandas as pd


class ModelError(Exception):
    """The model raised, or what it answered is no answer; the message says which."""


class Model(Protocol):
    """Answers the probability of each class.

    classes are the labels, in the order of the probabilities' columns.
    """

    classes: list[Any]

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        """Answer probabilities shaped (rows, classes), which add up to 1 in each row.

        Raises:
            ModelError: the model raised, or what it answered is no answer.
        """


class Fitted:
    """A fitted estimator of scikit-learn, as a model."""

    def __init__(self, estimator: Any) -> None:
        """Ask this estimator; it is never changed."""
        self._estimator = estimator
        self.classes = list(estimator.classes_)

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        """Answer probabilities shaped (rows, classes).

        Raises:
            ModelError: the estimator raised, or what it answered is no answer.
        """
        try:
            answer = self._estimator.predict_proba(frame)
        except Exception as error:
            raise ModelError(f"{type(error).__name__}: {error}") from error
        return checked(answer, len(frame), len(self.classes))


def checked(answer: Any, rows: int, classes: int) -> np.ndarray:
    """Answer probabilities as an array, if that is what they are.

    Raises:
        ModelError: the shape is another, or they are no probabilities.
    """
    try:
        probabilities = np.asarray(answer, dtype=float)
    except (TypeError, ValueError) as error:
        raise ModelError("the model's answer holds something that is no number") from error
    if probabilities.shape != (rows, classes):
        shape = " x ".join(str(size) for size in probabilities.shape)
        raise ModelError(f"the model's answer is {shape}, where {rows} x {classes} was expected")
    sums = probabilities.sum(axis=1)
    if not (np.all(probabilities >= -1e-9) and np.allclose(sums, 1, atol=1e-6)):
        raise ModelError("the model's answer holds rows that do not add up to 1")
    return probabilities
