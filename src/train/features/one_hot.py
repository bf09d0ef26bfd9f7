"""Categories as numbers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from src.train.features.node import Node


class OneHot(Node):
    """Has one feature for each category seen in fit: 1 in its rows, 0 in the others.

    A feature is called by column and category, such as hitpoint_B. A category that was not seen in
    fit has 0 in all of them.
    """

    def __init__(self, column: str) -> None:
        """Encode the column of this name."""
        self.column = column

    @property
    def reads(self) -> Sequence[str]:
        """Columns that the node reads."""
        return [self.column]

    def _learn(self, X: pd.DataFrame) -> Sequence[str]:
        categories = sorted(X[self.column].dropna().unique())
        self.categories_ = np.array(categories, dtype=object)
        return [f"{self.column}_{category}" for category in categories]

    def _compute(self, X: pd.DataFrame) -> np.ndarray:
        values = X[self.column].to_numpy(dtype=object)
        return (values[:, np.newaxis] == self.categories_).astype(float)
