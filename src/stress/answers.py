"""Answers of models in the forms that people use, as probabilities of each class."""

from typing import Any

import numpy as np
import pandas as pd


def as_probabilities(answer: Any, classes: list[Any]) -> np.ndarray:
    """Answer probabilities, a column a class.

    Args:
        answer: a frame with a column a class; a matrix with a column a class, in their order; of
            two classes, the probability of the second for each row; or a class for each row.
        classes: in order.

    Raises:
        ValueError: it is none of these.
    """
    if isinstance(answer, pd.DataFrame):
        answer = _in_order(answer, classes).to_numpy()
    answer = np.asarray(answer)
    if answer.ndim == 2 and answer.shape[1] == 1:
        answer = answer[:, 0]
    if answer.ndim == 2:
        return answer.astype(float)
    if answer.ndim != 1:
        raise ValueError(f"the answer has {answer.ndim} dimensions, where 1 or 2 were expected")
    if len(classes) == 2 and _are_shares(answer, classes):
        second = answer.astype(float)
        return np.column_stack([1 - second, second])
    return np.eye(len(classes))[positions(answer.tolist(), classes)]


def positions(labels: list[Any], classes: list[Any]) -> list[int]:
    """Answer which class each label is; 1, 1.0 and "1" are the same one.

    Raises:
        ValueError: a label is no class.
    """
    numbers = {_text(label): number for number, label in enumerate(classes)}
    for label in labels:
        if _text(label) not in numbers:
            raise ValueError(f"{label!r} is none of the classes {', '.join(map(str, classes))}")
    return [numbers[_text(label)] for label in labels]


def _in_order(frame: pd.DataFrame, classes: list[Any]) -> pd.DataFrame:
    by_name = {str(name): name for name in frame.columns}
    missing = [str(label) for label in classes if str(label) not in by_name]
    if missing:
        raise ValueError(f"the answer has no column {missing[0]!r}, a class")
    return frame[[by_name[str(label)] for label in classes]]


def _are_shares(answer: np.ndarray, classes: list[Any]) -> bool:
    """Whether these are numbers from 0 to 1; whole ones may be classes instead."""
    if answer.dtype.kind not in "fiub" or not np.all((answer >= 0) & (answer <= 1)):
        return False
    names = {_text(label) for label in classes}
    return answer.dtype.kind == "f" or not all(_text(label) in names for label in answer.tolist())


def _text(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return str(int(label))
    whole = isinstance(label, float) and label.is_integer()
    return str(int(label) if whole else label)
