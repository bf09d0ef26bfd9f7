"""A dataset of a hundred rows, with a column of each type, that trains in no time."""

from pathlib import Path

import numpy as np
import pandas as pd

NAME = "shots"

SCHEMA = """
name = "shots"
title = "A hundred shots"
target = "ending"
classes = ["IN", "OUT"]
id = "shot"
rows = 100
provenance = "Made for the tests."
licence = "MIT"

[[column]]
name = "speed"
type = "float"
unit = "m/s"
minimum = 0.0
maximum = 80.0

[[column]]
name = "rally"
type = "integer"

[[column]]
name = "served"
type = "boolean"

[[column]]
name = "stroke"
type = "category"
categories = ["B", "F"]
"""


def shots() -> pd.DataFrame:
    """Make the rows, the same ones each time: the faster the shot, the likelier it is out."""
    random = np.random.default_rng(seed=1)
    speed = random.uniform(10, 60, size=100)
    out = speed + random.normal(scale=8, size=100) > 40
    return pd.DataFrame(
        {
            "shot": np.arange(100),
            "speed": speed,
            "rally": random.integers(1, 10, size=100),
            "served": random.random(size=100) < 0.2,
            "stroke": random.choice(["B", "F"], size=100),
            "ending": np.where(out, "OUT", "IN"),
        }
    )


def write_small_dataset(data_dir: Path) -> Path:
    """Write the dataset's folder into a folder of data, and answer the path of its rows."""
    folder = data_dir / NAME
    folder.mkdir(parents=True)
    (folder / "schema.toml").write_text(SCHEMA)
    path = folder / f"{NAME}.parquet"
    shots().to_parquet(path, index=False)
    return path
