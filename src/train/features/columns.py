"""Columns as they were measured."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from src.train.features.node import Node


class Columns(Node):
    """Passes columns on as they are; of a boolean, true is 1 and false is 0."""

    def __init__(self, names: Sequence[str]) -> None:
        """Pass on the columns of these names, in this order."""
        self.names = names

    @property
    def reads(self) -> Sequence[str]:
        """Columns that the node reads."""
        return self.names

    def _learn(self, X: pd.DataFrame) -> Sequence[str]:
        return self.names

    def _compute(self, X: pd.DataFrame) -> np.ndarray:
        return np.column_stack([X[name].to_numpy(dtype=float) for name in self.names])
