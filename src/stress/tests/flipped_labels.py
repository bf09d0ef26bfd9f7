"""Rows whose label forests contradict that are sure of another one."""

from collections.abc import Iterator

import numpy as np

from src.stress.case import Observation, Options
from src.stress.context import Context
from src.stress.tests import chance
from src.stress.tests.chance import Difference
from src.stress.tests.second_opinion import Opinions, second_opinions
from src.stress.tests.values import positions

UNSURE = -1
CERTAIN = 0.7  # where classes overlap, forests are contradicted anyway; that hides what is flipped
SUREST = 4  # a part in so many


def contradictions(context: Context, options: Options) -> list[Observation]:
    """Tell of all classes, and of each, in which dataset labels are contradicted more often.

    Raises:
        Skipped: labels are missing, or there are too few rows or classes.
    """
    classes, before, now = second_opinions(context)
    limits = _usual_confidence(before)
    old, new = _sure_of(before, limits), _sure_of(now, limits)
    subjects = [("", "a class", _certain(before, old), _certain(now, new))]
    subjects += [
        (str(label), str(label), old == code, new == code) for code, label in enumerate(classes)
    ]
    seen = [
        _compared(subject, word, (of_old, before.labels != old), (of_new, now.labels != new), now)
        for subject, word, of_old, of_new in subjects
        if of_old.any() and of_new.any()
    ]
    return list(chance.judged(seen))


def noise(context: Context, options: Options) -> Iterator[Observation]:
    """Tell of each dataset how often the surest opinions are contradicted.

    Raises:
        Skipped: labels are missing, or there are too few rows or classes.
    """
    _, *both = second_opinions(context)
    for name, opinions in zip(("reference", "evaluation"), both, strict=True):
        confidence = opinions.probabilities.max(axis=1)
        surest = np.argsort(-confidence, kind="stable")[: len(confidence) // SUREST]
        wrong = opinions.probabilities.argmax(axis=1)[surest] != opinions.labels[surest]
        share, rows = float(wrong.mean()), opinions.rows[surest[wrong]]
        yield Observation(
            share,
            f"{share:.1%} of the {len(surest):,} rows of the {name} data of which forests are "
            "surest bear another label.",
            subject=name,
            figures={"share": share, "confidence": float(confidence[surest].mean())},
            rows=positions(rows) if name == "evaluation" else (),
        )


def _usual_confidence(opinions: Opinions) -> np.ndarray:
    """Answer for each class how probable it is, on average, on the rows that bear its label."""
    return np.array(
        [
            opinions.probabilities[opinions.labels == code, code].mean()
            for code in range(opinions.probabilities.shape[1])
        ]
    )


def _sure_of(opinions: Opinions, limits: np.ndarray) -> np.ndarray:
    """Answer for each row the class that is as probable as usual or more, else UNSURE."""
    confident = np.where(opinions.probabilities >= limits, opinions.probabilities, -np.inf)
    return np.where(np.isfinite(confident).any(axis=1), confident.argmax(axis=1), UNSURE)


def _certain(opinions: Opinions, sure_of: np.ndarray) -> np.ndarray:
    return (sure_of != UNSURE) & (opinions.probabilities.max(axis=1) >= CERTAIN)


def _compared(
    subject: str,
    word: str,
    old: tuple[np.ndarray, np.ndarray],
    new: tuple[np.ndarray, np.ndarray],
    evaluation: Opinions,
) -> Difference:
    counts = [(int((sure & wrong).sum()), int(sure.sum())) for sure, wrong in (old, new)]
    was, share = (some / of for some, of in counts)
    told = (
        f"Where forests are sure of {word}, {was:.1%} of {counts[0][1]:,} reference labels "
        f"and {share:.1%} of {counts[1][1]:,} evaluation labels are another"
    )
    figures = {"reference": was, "evaluation": share}
    rows = positions(evaluation.rows[new[0] & new[1]])
    seen = Observation(abs(was - share), told, subject, figures=figures, rows=rows)
    return Difference(seen, chance.of_shares(*counts[0], *counts[1]))
