"""The data that a model is tested with."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Kind = Literal["number", "integer", "boolean", "category"]


@dataclass(frozen=True)
class Table:
    """Rows of a dataset: the columns that a model reads, apart from all else.

    Attributes:
        frame: the features; its index is 0, 1, 2, ...
        labels: what is right for each row, or None where nobody knows.
        predictions: probabilities that were recorded, shaped (rows, classes), or None.
        timestamps: when each row was observed, or None.
    """

    frame: pd.DataFrame
    labels: np.ndarray | None = None
    predictions: np.ndarray | None = None
    timestamps: pd.Series | None = None

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.frame)


@dataclass(frozen=True)
class Column:
    """What the reference data shows of a column: its kind, its range or its categories.

    A boolean has neither. Empty values are left out.
    """

    name: str
    kind: Kind
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.kind in ("number", "integer")


def describe(frame: pd.DataFrame) -> tuple[Column, ...]:
    """Tell what each column of a frame is."""
    return tuple(_column(frame[name]) for name in frame.columns)


def _column(values: pd.Series) -> Column:
    name, known = str(values.name), values.dropna()
    if pd.api.types.is_bool_dtype(values):
        return Column(name, "boolean")
    if pd.api.types.is_numeric_dtype(values):
        kind: Kind = "integer" if pd.api.types.is_integer_dtype(values) else "number"
        if known.empty:
            return Column(name, kind)
        return Column(name, kind, float(known.min()), float(known.max()))
    return Column(name, "category", categories=tuple(sorted(known.astype(str).unique())))
