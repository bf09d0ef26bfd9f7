"""Net clearances that no ball had."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from src.train.features.node import Node

STUCK_NET_CLEARANCE = -0.946  # metres: what the sensor at the net says when it is stuck
TOLERANCE = 0.001  # metres, included
ROUNDING = 1e-9  # -0.945 is a bit more than 0.001 from -0.946, for a computer


class WeirdNetClearance(Node):
    """Is 1 where the sensor at the net was stuck, so that its measure tells nothing, else 0.

    A stuck sensor says -0.946 m, give or take a millimetre.
    """

    reads = ("net_clearance",)

    def _learn(self, X: pd.DataFrame) -> Sequence[str]:
        return ["weird_net_clearance"]

    def _compute(self, X: pd.DataFrame) -> np.ndarray:
        from_stuck = np.abs(X["net_clearance"].to_numpy(dtype=float) - STUCK_NET_CLEARANCE)
        return (from_stuck <= TOLERANCE + ROUNDING).astype(float).reshape(-1, 1)
