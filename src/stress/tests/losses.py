"""What rows lose by the metrics that are a mean over rows, and what they should by the promise."""

from collections.abc import Iterator

import numpy as np

from src.stress.tests.metrics import UNKNOWN
from src.stress.tests.scored import Scored
from src.stress.tests.slice_figures import Loss


def wrong(rows: Scored, classes: list) -> Iterator[Loss]:
    """Take the rows that are predicted wrongly."""
    sure = rows.probabilities.max(axis=1)
    yield Loss("", rows.wrong.astype(float), 1 - sure, np.ones(len(rows)))


def missed(rows: Scored, classes: list) -> Iterator[Loss]:
    """Take the rows of a class that are predicted as another; a row is one with its probability."""
    for place, name in enumerate(classes):
        held, another = rows.truth == place, rows.predicted != place
        promised = rows.probabilities[:, place] * another
        yield Loss(f"class {name}", (held & another).astype(float), promised, held.astype(float))


def false_alarms(rows: Scored, classes: list) -> Iterator[Loss]:
    """Take the predictions of a class that are wrong."""
    for place, name in enumerate(classes):
        said = (rows.predicted == place).astype(float)
        promised = (1 - rows.probabilities[:, place]) * said
        yield Loss(f"predictions of {name}", rows.wrong * said, promised, said)


def brier(rows: Scored, classes: list) -> Iterator[Loss]:
    """Take the squared distance of the probabilities from the truth."""
    lost = ((rows.probabilities - _truth(rows)) ** 2).sum(axis=1)
    promised = 1 - (rows.probabilities**2).sum(axis=1)
    yield Loss("", lost, promised, np.ones(len(rows)))


def miscalibrated(rows: Scored, classes: list) -> Iterator[Loss]:
    """Take each class's share, and its probability as the promise: it may be too high or too low.

    Of two classes, the one is too low where the other is too high.
    """
    truth, everyone = _truth(rows), np.ones(len(rows))
    for place, name in enumerate(classes):
        given, held = rows.probabilities[:, place], truth[:, place]
        yield Loss(f"other classes than {name}", 1 - held, 1 - given, everyone)
        if len(classes) > 2:
            yield Loss(f"class {name}", held, given, everyone)


def _truth(rows: Scored) -> np.ndarray:
    came_true = np.eye(rows.probabilities.shape[1])[rows.truth]
    came_true[rows.truth == UNKNOWN] = 0.0
    return came_true
