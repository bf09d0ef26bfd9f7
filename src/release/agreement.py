"""How well the answers of two models agree, or those of one under other circumstances."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

TOLERANCE = 1e-9  # of a probability, as docs/api.md promises, and of a log loss
THREADS = (1, 2, 4)

EXACT = "the same, bit for bit"
CLOSE = "the same within 1e-9"
DIFFERENT = "different"


@dataclass(frozen=True)
class Agreement:
    """How well figures agree with the recorded ones.

    largest is the largest absolute difference, infinite where they cannot be compared. others is
    how many rows are predicted to be of another class; where any is, nothing agrees.
    """

    exact: bool
    largest: float
    others: int = 0

    @property
    def verdict(self) -> str:
        """EXACT, CLOSE or DIFFERENT."""
        if self.others or not self.largest <= TOLERANCE:
            return DIFFERENT
        return EXACT if self.exact else CLOSE


@dataclass(frozen=True)
class Answers:
    """What a model says of some rows: a class of each, and a probability of each class."""

    classes: list[Any]
    predictions: np.ndarray
    probabilities: np.ndarray


def answers_of(model: Any, rows: pd.DataFrame, threads: int = 1) -> Answers:
    """Ask a model about rows, with so many threads of the numeric libraries."""
    with threadpool_limits(threads):
        probabilities = np.asarray(model.predict_proba(rows))
        return Answers(list(model.classes_), np.asarray(model.predict(rows)), probabilities)


def agreement(was: Answers, now: Answers) -> Agreement:
    """Compare answers to the same rows."""
    if was.classes != now.classes:
        return Agreement(False, np.inf, len(was.predictions))
    figures = agreement_of_numbers(was.probabilities, now.probabilities)
    return replace(figures, others=int((was.predictions != now.predictions).sum()))


def agreement_of_numbers(was: np.ndarray, now: np.ndarray) -> Agreement:
    """Compare arrays of numbers."""
    if was.shape != now.shape:
        return Agreement(False, np.inf)
    largest = float(np.abs(was - now).max())
    return Agreement(was.tobytes() == now.tobytes(), np.inf if np.isnan(largest) else largest)


def stability(model: Any, rows: pd.DataFrame, threads: Sequence[int] = THREADS) -> Agreement:
    """Compare what a model answers with the first number of threads and with the others.

    The threads are those of the numeric libraries. The answer is that of the worst.
    """
    first, *others = (answers_of(model, rows, number) for number in threads)
    return _worst(agreement(first, other) for other in others)


def _worst(agreements: Iterable[Agreement]) -> Agreement:
    known = list(agreements)
    return Agreement(
        exact=all(one.exact for one in known),
        largest=max(one.largest for one in known),
        others=max(one.others for one in known),
    )
