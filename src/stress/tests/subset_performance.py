"""Subset performance: slices of the rows on which the model is worse than it promises.

A slice may just be hard. So what is graded is how far a slice falls behind what the model's own
probabilities promise there, compared with the other rows: for sure, that is beyond what chance
explains where many slices are searched, and less two standard errors, so that a small slice has to
be much worse.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.severity import Thresholds
from src.stress.tests import losses
from src.stress.tests.auc_of_slices import auc_figures
from src.stress.tests.changes import MOST_ROWS, percent
from src.stress.tests.scored import Scored, classes_of, scored_evaluation
from src.stress.tests.slice_figures import Figures, Loss, figures
from src.stress.tests.slicing import FEWEST_ROWS, Slicing, slicings
from src.stress.tests.weak_slices import Found, found, too_small

MOST_NAMES = 10  # of small slices that are told

Losses = Callable[[Scored, list], Iterable[Loss]]
Tell = Callable[[float], str]


def _observe(compare: Callable[[Slicing, Scored, list], Iterable[Figures]], score: str, tell: Tell):
    """Make the function that observes the worst slices of each column by a score."""

    def observe(context: Context, options: Options) -> Iterator[Observation]:
        rows = scored_evaluation(context)
        if rows is None:
            return
        classes = classes_of(context)
        compared = [
            figure
            for slicing in slicings(context, rows.positions)
            for figure in compare(slicing, rows, classes)
        ]
        for each in found(compared):
            yield _observation(each, rows, score, tell)
        yield from _small(too_small(compared))

    return observe


def _of_losses(take: Losses):
    """Make the function that compares a slicing's slices by what their rows lose."""

    def compare(slicing: Slicing, rows: Scored, classes: list) -> Iterator[Figures]:
        for loss in take(rows, classes):
            yield figures(slicing, loss)

    return compare


def _observation(each: Found, rows: Scored, score: str, tell: Tell) -> Observation:
    of = f" of {each.loss.of}" if each.loss.of else ""
    verdict = "" if each.worse > 0 else " No more than chance explains."
    inside = each.slicing.rows(each.slice) & (each.loss.broken > 0)
    worst = np.flatnonzero(inside)
    worst = worst[np.argsort(-each.loss.broken[worst], kind="stable")][:MOST_ROWS]
    return Observation(
        each.worse,
        f"{score} {tell(each.here)} where {each.slice.name} ({each.rows} rows{of}); by the model's "
        f"own probabilities it should be {tell(each.promised)}, and it is {tell(each.elsewhere)} "
        f"elsewhere.{verdict}",
        subject=f"{each.slice.name}{of}",
        features=(each.slicing.column.name,),
        figures={
            "rows": float(each.rows),
            "here": each.here,
            "promised": each.promised,
            "elsewhere": each.elsewhere,
            "p_corrected": each.p,
        },
        rows=tuple(int(row) for row in rows.positions[worst]),
    )


def _small(names: list[str]) -> Iterator[Observation]:
    if names:
        more = f", and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        told = ", ".join(names[:MOST_NAMES]) + more
        yield Observation(
            None,
            f"Too small to judge, with fewer than {FEWEST_ROWS} rows: {told}.",
            subject="small slices",
            figures={"slices": float(len(names))},
        )


def _share(loss: float) -> str:
    return percent(max(0.0, 1 - loss))


def _area(loss: float) -> str:
    return f"{1 - loss:.3f}"


def _score(loss: float) -> str:
    return f"{loss:.3f}"


def _test(name: str, observe, does: str, vulnerability: str, thresholds: Thresholds, measure: str):
    return StressTest(
        name=name,
        category="subset_performance",
        vulnerability=vulnerability,
        does=does + " Compares it with what the model's own probabilities promise there, and with "
        "the other rows, and allows for the many slices that are searched.",
        measure=measure,
        advice="Look at the rows: if their labels and values are right, train with more rows like "
        "them or with a feature that tells them apart; until then, do not rely on the model there.",
        thresholds=thresholds,
        observe=observe,
        needs_model=False,
    )


# Sixteen models that nothing is wrong with (our four datasets, four models each, five seeds) have
# 0.2 at most, mostly nothing; one has 0.26, in an area of few frauds. Thirty rows of 1,000 that the
# model turns round have 0.28 and more.
_SHARES = Thresholds(0.05, 0.15, 0.4)
TESTS = (
    _test(
        "subset_accuracy",
        _observe(_of_losses(losses.wrong), "Accuracy is", _share),
        "Takes the share of right predictions in each slice of each column.",
        "A good average hides some rows where the model is wrong.",
        _SHARES,
        "how far the accuracy is behind the promise for sure",
    ),
    _test(
        "subset_recall",
        _observe(_of_losses(losses.missed), "Recall is", _share),
        "Takes the share of a class's rows that is found in each slice of each column.",
        "The model misses a class in some rows.",
        _SHARES,
        "how far the recall of a class is behind the promise for sure",
    ),
    _test(
        "subset_precision",
        _observe(_of_losses(losses.false_alarms), "Precision is", _share),
        "Takes the share of a class's predictions that is right in each slice of each column.",
        "The model raises false alarms in some rows.",
        _SHARES,
        "how far the precision of a class is behind the promise for sure",
    ),
    _test(
        "subset_auc",
        _observe(auc_figures, "The area under the ROC curve is", _area),
        "Takes how well each class is ranked before the others within each slice of each column.",
        "Within some rows, the model cannot tell one class from another.",
        _SHARES,
        "how far the area under the ROC curve is behind the promise for sure",
    ),
    _test(
        "subset_brier_score",
        _observe(_of_losses(losses.brier), "The Brier score is", _score),
        "Takes the squared distance of the probabilities from the truth in each slice of each "
        "column; unlike the log loss, it does not hang on one row that got a probability of 0.",
        "The model is sure of what is wrong in some rows.",
        Thresholds(0.1, 0.25, 0.6),  # healthy ones: up to 0.11
        "how much larger than promised the Brier score, from 0 to 2, is for sure",
    ),
    _test(
        "subset_calibration",
        _observe(_of_losses(losses.miscalibrated), "The share is", percent),
        "Takes how far a class's mean probability is from its share in each slice of each column.",
        "The model expects a class too often, or not often enough, in some rows.",
        Thresholds(0.05, 0.15, 0.4),  # healthy ones: up to 0.1
        "how far the share of a class is from its mean probability for sure",
    ),
)
