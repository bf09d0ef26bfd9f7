"""The area under the ROC curve within slices.

Each class is ranked against all others, and the classes that have rows enough in a slice count
alike. What the area should be follows from the probabilities themselves: a row is of the class
with its probability. Standard errors: Hanley and McNeil, "The meaning and use of the area under a
receiver operating characteristic (ROC) curve", 1982.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from src.stress.tests.metrics import area_under_curve
from src.stress.tests.scored import Scored
from src.stress.tests.slice_figures import Figures, Loss
from src.stress.tests.slicing import Slicing

FEWEST_OF_EACH = 10  # rows of the class, and of the others


@dataclass(frozen=True)
class Area:
    """A class's area, what it should be, and how many rows it and the others have."""

    area: float
    promised: float
    ours: int
    others: int

    @property
    def error(self) -> float:
        """The standard error of the area."""
        area = min(max(self.area, 0.5), 0.99)  # no area is that sure
        both_ours, both_others = area / (2 - area), 2 * area**2 / (1 + area)
        variance = (
            area * (1 - area)
            + (self.ours - 1) * (both_ours - area**2)
            + (self.others - 1) * (both_others - area**2)
        )
        return float(np.sqrt(variance / (self.ours * self.others)))


def auc_figures(slicing: Slicing, rows: Scored, classes: list) -> Iterator[Figures]:
    """Compare what each slice's area lacks to the promise with what it lacks on all rows."""
    everywhere = _areas(rows)
    parts = [rows.among(slicing.rows(each)) for each in slicing.slices]
    compared = np.array([_slice(part, everywhere) for part in parts]).T
    size, here, promised, usual, excess, error = compared
    p = np.where(size > 0, norm.sf(excess / np.where(error > 0, error, 1.0)), 1.0)
    everyone = np.ones(len(rows))
    loss = Loss("", 1 - rows.given, np.zeros(len(rows)), everyone)
    yield Figures(slicing, loss, size, size > 0, here, promised, usual, excess, error, p)


def _slice(part: Scored, everywhere: dict[int, Area]) -> tuple[float, ...]:
    """Answer rows, what the area lacks to 1 here, as promised and usually, excess and error.

    Only classes that are judged here count, so that all areas are of the same classes.
    """
    here = _areas(part)
    if not here:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    usual = [everywhere[each] for each in here]
    area, promised, error = np.mean([(a.area, a.promised, a.error) for a in here.values()], axis=0)
    area_usual, promised_usual = np.mean([(a.area, a.promised) for a in usual], axis=0)
    excess = min(promised - area, (promised - area) - (promised_usual - area_usual))
    return len(part), 1 - area, 1 - promised, 1 - area_usual, excess, error


def _areas(part: Scored) -> dict[int, Area]:
    """Answer the area of each class that has rows enough; of two classes, both are the same."""
    size, classes = part.probabilities.shape
    counts = np.bincount(part.truth[part.truth >= 0], minlength=classes)
    chosen = np.flatnonzero((counts >= FEWEST_OF_EACH) & (size - counts >= FEWEST_OF_EACH))
    if classes == 2:
        chosen = chosen[-1:]
    return {int(each): _area(part, int(each), int(counts[each])) for each in chosen}


def _area(part: Scored, place: int, ours: int) -> Area:
    scores = part.probabilities[:, place]
    area = area_under_curve(part.truth == place, scores)
    return Area(area, _promised(scores), ours, len(part) - ours)


def _promised(scores: np.ndarray) -> float:
    """Answer the area that is to be expected if each score is how probable the class is."""
    places = np.unique(scores, return_inverse=True)[1]
    ours, others = (np.bincount(places, each) for each in (scores, 1 - scores))
    below = np.cumsum(others) - others
    pairs = ours.sum() * others.sum()
    return float((ours * (below + others / 2)).sum() / pairs) if pairs > 0 else 0.5
