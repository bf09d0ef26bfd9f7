"""How straight a player ran to the ball."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from src.train.features.node import Node

NO_DISTANCE = 1e-6  # metres: far below what is measured, above the rounding of a difference


class DistanceTravelledOverStraightLine(Node):
    """The way a player ran over the straight line from where they started to where they hit.

    It is 1 for a player who ran straight, larger for one who did not, and 1 for one who did not
    move, however far they ran: where the straight line has no length, or that of a rounding error.
    """

    reads = (
        "player_distance_travelled",
        "player_depth",
        "player_distance_from_center",
        "player_impact_depth",
        "player_impact_distance_from_center",
    )

    def _learn(self, X: pd.DataFrame) -> Sequence[str]:
        return ["distance_travelled_over_straight_line"]

    def _compute(self, X: pd.DataFrame) -> np.ndarray:
        travelled, depth, side, impact_depth, impact_side = (
            X[name].to_numpy(dtype=float) for name in self.reads
        )
        straight = np.hypot(impact_depth - depth, impact_side - side)
        ratio = np.ones_like(travelled)
        np.divide(travelled, straight, out=ratio, where=straight > NO_DISTANCE)
        return ratio.reshape(-1, 1)
