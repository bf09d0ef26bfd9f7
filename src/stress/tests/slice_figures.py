"""How slices of the rows do, compared with what the model's own probabilities promise.

Some rows are harder than others, and a model that knows it says so: where it gives 60 %, it is
right in 60 of 100 rows at best. So what a row loses is compared with what the model itself expects
it to lose, and a slice with all other rows.

Chance is what a slice would get if its rows were drawn from all. The sum of what they lose beyond
the promise then has a known mean, variance and skewness, so its distribution is taken as Pearson's
type III.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import pearson3

from src.stress.tests.slicing import FEWEST_ROWS, Slicing


@dataclass(frozen=True)
class Loss:
    """What rows lose, the more the worse, as 1 where a prediction is wrong.

    Attributes:
        of: which rows it is about, as "predictions of W"; "" is all of them.
        lost: by each row.
        promised: what each row should lose, by the model's own probabilities.
        weight: how much each row counts where a mean is taken.
    """

    of: str
    lost: np.ndarray
    promised: np.ndarray
    weight: np.ndarray

    @cached_property
    def counted(self) -> np.ndarray:
        """Rows that have a say."""
        return (self.weight > 0) | (self.lost != 0) | (self.promised != 0)

    @cached_property
    def broken(self) -> np.ndarray:
        """How much more than promised each row loses."""
        return np.where(self.counted, self.lost - self.promised, 0.0)

    def moment(self, power: int) -> float:
        """Answer a central moment of what is lost beyond the promise."""
        values = self.broken[self.counted]
        return float(((values - values.mean()) ** power).mean()) if len(values) else 0.0


@dataclass(frozen=True)
class Figures:
    """How the slices of a column do, before correction: an array each, one value a slice.

    Attributes:
        slicing, loss: of what.
        rows: how many count.
        judged: which slices have rows enough, and leave enough to compare with.
        here, promised, elsewhere: the mean loss, what it should be, and that of other rows.
        excess: how much more than promised is lost, and than that is so elsewhere.
        error: the standard error of it.
        p: how probable so much is by chance.
    """

    slicing: Slicing
    loss: Loss
    rows: np.ndarray
    judged: np.ndarray
    here: np.ndarray
    promised: np.ndarray
    elsewhere: np.ndarray
    excess: np.ndarray
    error: np.ndarray
    p: np.ndarray


def figures(slicing: Slicing, loss: Loss) -> Figures:
    """Compare each slice with the other rows."""
    size, weight = slicing.sums(loss.counted.astype(float)), slicing.sums(loss.weight)
    lost, broken = slicing.sums(loss.lost), slicing.sums(loss.broken)
    squares = slicing.sums(loss.broken**2)
    rest = loss.weight.sum() - weight
    judged = (weight >= FEWEST_ROWS) & (rest >= FEWEST_ROWS)
    with np.errstate(divide="ignore", invalid="ignore"):  # a slice may be empty, or all there is
        here, elsewhere = lost / weight, (loss.lost.sum() - lost) / rest
        behind = broken / weight
        excess = np.minimum(behind, behind - (loss.broken.sum() - broken) / rest)
        spread = np.maximum(squares / size - (broken / size) ** 2, loss.moment(2))
        others = (loss.counted.sum() - size) * loss.moment(2)
        error = np.sqrt(size * spread / weight**2 + others / rest**2)
        promised = here - behind
    p = _p_values(loss, size, broken)
    return Figures(slicing, loss, weight, judged, here, promised, elsewhere, excess, error, p)


def _p_values(loss: Loss, size: np.ndarray, sums: np.ndarray) -> np.ndarray:
    values = loss.broken[loss.counted]
    share = size / max(len(values), 1)
    deviation = np.sqrt(loss.moment(2) * size * (1 - share))
    usual = deviation > 0
    scale = np.where(usual, deviation, 1.0)
    skew = loss.moment(3) * size * (1 - share) * (1 - 2 * share) / scale**3
    mean = values.mean() if len(values) else 0.0
    p = pearson3.sf((sums - size * mean) / scale, np.where(usual, skew, 0.0))
    return np.where(usual, p, 1.0)
