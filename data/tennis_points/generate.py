"""Points of tennis: what the court's sensors and the judge write down of rallies that we play.

`rally.py` is the physical model; here its rallies become rows of measurements.
"""

import numpy as np
import pandas as pd

from data.tennis_points.rally import HALF_LENGTH, HALF_WIDTH, Rallies, play

SEED = 40
ROWS = 5_000
STUCK_NET_CLEARANCE = -0.946  # under the ground, where no ball passes: the sensor is stuck
STUCK_SHARE = 0.02


def generate(seed: int = SEED, rows: int = ROWS) -> pd.DataFrame:
    """Plays rallies until `rows` points have ended; the same seed gives the same values."""
    rng = np.random.default_rng(seed)
    batches = []
    while sum(map(len, batches)) < rows:
        batches.append(_measure(rng, play(rng, rows)))
    points = pd.concat(batches, ignore_index=True).head(rows)
    points.insert(0, "point_id", 100_000 + rng.integers(1, 9, rows).cumsum())
    return points


def _measure(rng: np.random.Generator, played: Rallies) -> pd.DataFrame:
    """A row for each point that ended, to the millimetre and the millisecond."""
    previous, run, shot = played.previous, played.run, played.shot
    points = pd.DataFrame(
        {
            "rally": played.length,
            "serve": played.serve,
            "hitpoint": shot["hitpoint"],
            "speed": shot["speed"],
            "net_clearance": _read_net_sensor(rng, shot["clearance"]),
            "distance_from_sideline": np.abs(HALF_WIDTH - np.abs(shot["y"])),
            "depth": np.abs(HALF_LENGTH - shot["x"]),
            "outside_sideline": np.abs(shot["y"]) > HALF_WIDTH,
            "outside_baseline": shot["x"] > HALF_LENGTH,
            "player_distance_travelled": run["travelled"],
            "player_impact_depth": run["impact_x"],
            "player_impact_distance_from_center": np.abs(run["impact_y"]),
            "player_depth": run["start_x"],
            "player_distance_from_center": np.abs(run["start_y"]),
            "previous_speed": previous["speed"],
            "previous_net_clearance": previous["clearance"],
            "previous_distance_from_sideline": HALF_WIDTH - np.abs(previous["y"]),
            "previous_depth": HALF_LENGTH - previous["x"],
            "opponent_depth": played.opponent_x,
            "opponent_distance_from_center": np.abs(played.opponent_y),
            "same_side": np.sign(run["impact_y"]) == np.sign(played.opponent_y),
            "previous_hitpoint": previous["hitpoint"],
            "previous_time_to_net": previous["time_to_net"],
            "server_is_impact_player": played.length % 2 == 1,  # servers hit shots 1, 3, 5 ...
            "outcome": played.outcome,
        }
    )
    return points[points["outcome"] != ""].round(3)


def _read_net_sensor(rng: np.random.Generator, clearance: np.ndarray) -> np.ndarray:
    """What the sensor says: the clearance or, where it is stuck, the same value to a millimetre."""
    count = len(clearance)
    stuck = rng.random(count) < STUCK_SHARE
    return np.where(stuck, STUCK_NET_CLEARANCE + rng.integers(-1, 2, count) / 1000, clearance)
