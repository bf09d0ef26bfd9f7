"""What forests that never saw a row say about its label."""

from dataclasses import dataclass

import numpy as np

from src.stress.case import Skipped
from src.stress.context import Context
from src.stress.tests.encoding import encoded
from src.stress.tests.values import shared

MOST = 6_000  # rows of each dataset that are looked at
FEWEST = 50  # of each; with fewer, forests know nothing
FOLDS = 3
TREES = 30
FEWEST_OF_A_LEAF = 3  # so that no tree echoes the label of a single row


@dataclass(frozen=True)
class Opinions:
    """Rows of a dataset, and what forests say about them.

    Attributes:
        rows: the positions that were looked at.
        labels: codes of their labels; -1 is a class that the reference data does not have.
        probabilities: shaped (rows, classes).
    """

    rows: np.ndarray
    labels: np.ndarray
    probabilities: np.ndarray


def second_opinions(context: Context) -> tuple[list[object], Opinions, Opinions]:
    """Answer the classes, and opinions on the reference and on the evaluation data.

    Each row is judged by one of the forests, and never by one that learned from it. So the
    opinions on both datasets are of the same quality and can be compared.

    Raises:
        Skipped: labels are missing, or there are too few rows or classes.
    """
    before, now = context.reference.labels, context.evaluation.labels
    if before is None or now is None:
        raise Skipped("it needs the labels of both datasets")
    if min(len(before), len(now)) < FEWEST or len(np.unique(before)) < 2 or not shared(context):
        raise Skipped(f"it needs {FEWEST} rows of each dataset, two classes, and a column")
    rng = context.rng("second_opinion")
    old, new = (np.sort(rng.permutation(len(labels))[:MOST]) for labels in (before, now))
    classes, codes = np.unique(before[old], return_inverse=True)
    folds = _folds(codes, rng), np.arange(len(new)) % FOLDS
    matrices = [
        encoded(table.frame.iloc[rows], shared(context), like=context.reference.frame)
        for table, rows in ((context.reference, old), (context.evaluation, new))
    ]
    found = _judged(matrices, folds, codes)
    known = {label: code for code, label in enumerate(classes)}
    of_new = np.array([known.get(label, -1) for label in now[new]])
    return list(classes), Opinions(old, codes, found[0]), Opinions(new, of_new, found[1])


def _folds(codes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    shuffled = rng.permutation(len(codes))
    by_class = shuffled[np.argsort(codes[shuffled], kind="stable")]  # each class in each fold
    folds = np.empty(len(codes), dtype=int)
    folds[by_class] = np.arange(len(codes)) % FOLDS
    return folds


def _judged(
    matrices: list[np.ndarray], folds: tuple[np.ndarray, np.ndarray], codes: np.ndarray
) -> list[np.ndarray]:
    from sklearn.ensemble import RandomForestClassifier

    found = [np.zeros((len(matrix), codes.max() + 1)) for matrix in matrices]
    for fold in range(FOLDS):
        forest = RandomForestClassifier(
            TREES, min_samples_leaf=FEWEST_OF_A_LEAF, random_state=fold, n_jobs=1
        ).fit(matrices[0][folds[0] != fold], codes[folds[0] != fold])
        for probabilities, matrix, of in zip(found, matrices, folds, strict=True):
            judged = np.ix_(of == fold, forest.classes_)
            probabilities[judged] = forest.predict_proba(matrix[of == fold])
    return found
