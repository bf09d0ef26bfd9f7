"""Which slices of the rows do worse than promised, by more than chance explains.

As many slices are searched, the p-values are corrected by Benjamini and Hochberg, "Controlling the
false discovery rate", 1995; and of what a slice does worse, two standard errors are forgiven, so
that a small one has to be much worse.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import false_discovery_control

from src.stress.tests.slice_figures import Figures, Loss
from src.stress.tests.slicing import FEWEST_ROWS, Slice, Slicing

BY_CHANCE = 0.05  # corrected p-values up to this are a finding
FORGIVEN = 2  # standard errors
MOST_OF_A_COLUMN = 3  # slices that are told


@dataclass(frozen=True)
class Found:
    """How a slice does; see Figures.

    worse is how much worse it does for sure; 0 where chance explains it.
    """

    slicing: Slicing
    slice: Slice
    loss: Loss
    rows: int
    here: float
    promised: float
    elsewhere: float
    p: float
    worse: float


def found(compared: Iterable[Figures]) -> Iterator[Found]:
    """Answer the worst slices of each column, where there are any of rows enough."""
    compared = [part for part in compared if part.judged.any()]
    if not compared:
        return
    corrected = false_discovery_control(np.concatenate([part.p[part.judged] for part in compared]))
    ends = np.cumsum([part.judged.sum() for part in compared])[:-1]
    by_column: dict[str, list[Found]] = {}
    for part, p in zip(compared, np.split(corrected, ends), strict=True):
        by_column.setdefault(part.slicing.column.name, []).extend(_graded(part, p))
    for slices in by_column.values():
        yield from _worst(slices)


def too_small(compared: Iterable[Figures]) -> list[str]:
    """Name slices that have too few rows; a range that others cover is not named."""
    names = []
    for part in compared:
        of = f" of {part.loss.of}" if part.loss.of else ""
        if not part.judged.any():
            names.append(f"{part.slicing.column.name}{of}")
        elif not part.slicing.column.is_numeric:
            small = np.flatnonzero(part.rows < FEWEST_ROWS)
            names += [f"{part.slicing.slices[i].name}{of} ({part.rows[i]:.0f})" for i in small]
    return names


def _graded(part: Figures, p: np.ndarray) -> Iterator[Found]:
    judged = np.flatnonzero(part.judged)
    certain = np.maximum(0.0, part.excess[judged] - FORGIVEN * part.error[judged])
    worse = np.where(p <= BY_CHANCE, certain, 0.0)
    for place, index in enumerate(judged):
        yield Found(
            part.slicing,
            part.slicing.slices[index],
            part.loss,
            int(part.rows[index]),
            float(part.here[index]),
            float(part.promised[index]),
            float(part.elsewhere[index]),
            float(p[place]),
            float(worse[place]),
        )


def _worst(slices: list[Found]) -> Iterator[Found]:
    """Answer the worst slice, and others that do worse for sure and overlap with none before."""
    first, *others = sorted(slices, key=lambda each: (-each.worse, each.p))
    told = [first]
    for each in others:
        apart = not any(
            each.slice.overlaps(other.slice) for other in told if other.loss is each.loss
        )
        if each.worse > 0 and apart and len(told) < MOST_OF_A_COLUMN:
            told.append(each)
    yield from told
