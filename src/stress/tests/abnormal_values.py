"""Values of the evaluation data that are not as the reference data is."""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Number

import numpy as np
import pandas as pd

from src.stress.table import Column

Find = Callable[[pd.Series, pd.Series, Column], np.ndarray]


@dataclass(frozen=True)
class Abnormal:
    """A kind of abnormal value.

    Attributes:
        name: as "nulls".
        told: as in "speed holds ...".
        find: tells for each value whether it is one, from values, reference values and column.
        kinds: of columns that may hold one; none is all.
    """

    name: str
    told: str
    find: Find
    kinds: tuple[str, ...] = ()


def _nulls(values: pd.Series, reference: pd.Series, column: Column) -> np.ndarray:
    return values.isna().to_numpy()


def _empty_text(values: pd.Series, reference: pd.Series, column: Column) -> np.ndarray:
    return np.array([isinstance(value, str) and not value.strip() for value in values], bool)


def _unseen(values: pd.Series, reference: pd.Series, column: Column) -> np.ndarray:
    """Find text that differs from all that is known by more than its capitals, and is not empty."""
    known = {text.casefold() for text in column.categories}
    return np.array(
        [isinstance(v, str) and bool(v.strip()) and v.casefold() not in known for v in values], bool
    )


def _other_capitals(values: pd.Series, reference: pd.Series, column: Column) -> np.ndarray:
    known = set(column.categories)
    folded = {text.casefold() for text in known}
    return np.array(
        [isinstance(v, str) and v not in known and v.casefold() in folded for v in values], bool
    )


def _out_of_range(values: pd.Series, reference: pd.Series, column: Column) -> np.ndarray:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    if column.minimum is None:
        return np.zeros(len(numbers), bool)
    return ((numbers < column.minimum) | (numbers > column.maximum)).to_numpy()


def _other_types(values: pd.Series, reference: pd.Series, column: Column) -> np.ndarray:
    """Find what is neither null nor of a type that the reference data has; 7 is a number too."""
    if values.dtype == reference.dtype and values.dtype != object:
        return np.zeros(len(values), bool)
    known = tuple({type(value) for value in reference.dropna()})
    fits = {
        "number": lambda value: isinstance(value, Number) and not _is_bool(value),
        "integer": lambda value: _is_whole(value) and not _is_bool(value),
        "boolean": _is_bool,
        "category": lambda value: isinstance(value, known),
    }[column.kind]
    return np.array([not pd.isna(value) and not fits(value) for value in values], bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, Number) and float(value).is_integer()


def _is_bool(value: object) -> bool:
    return isinstance(value, bool | np.bool_)


NULLS = Abnormal("nulls", "a missing value", _nulls)
EMPTY_TEXT = Abnormal("empty_text", "an empty text", _empty_text, ("category",))
UNSEEN = Abnormal("unseen_categories", "a category never seen", _unseen, ("category",))
CAPITALS = Abnormal(
    "other_capitals", "a category in other capitals", _other_capitals, ("category",)
)
OUT_OF_RANGE = Abnormal(
    "out_of_range_values", "a number out of range", _out_of_range, ("number", "integer")
)
OTHER_TYPES = Abnormal("other_types", "a value of another type", _other_types)
ALL = (NULLS, UNSEEN, CAPITALS, OUT_OF_RANGE, OTHER_TYPES, EMPTY_TEXT)
