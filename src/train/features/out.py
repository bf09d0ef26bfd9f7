"""Whether the ball was out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from src.train.features.node import Node


class Out(Node):
    """Is 1 where the ball landed outside a sideline, the baseline or both, else 0."""

    reads = ("outside_sideline", "outside_baseline")

    def _learn(self, X: pd.DataFrame) -> Sequence[str]:
        return ["out"]

    def _compute(self, X: pd.DataFrame) -> np.ndarray:
        sideline, baseline = (X[name].to_numpy(dtype=bool) for name in self.reads)
        return (sideline | baseline).astype(float).reshape(-1, 1)
