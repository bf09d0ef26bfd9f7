"""A few rows, in as much of a frame as feature nodes need."""

from typing import Any

import numpy as np


class Few:
    """Records whose columns are found by name, as those of a frame are.

    A node that asks for more of a frame than ``X[name].to_numpy(dtype=...)`` gets an error.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        """Hold records, which have the same columns."""
        self._rows = rows

    def __getitem__(self, name: str) -> "_Values":
        """Answer a column.

        Raises:
            KeyError: a record lacks it.
        """
        return _Values([row[name] for row in self._rows])


class _Values:
    __slots__ = ("_values",)

    def __init__(self, values: list[Any]) -> None:
        self._values = values

    def to_numpy(self, dtype: Any) -> np.ndarray:
        return np.array(self._values, dtype=dtype)
