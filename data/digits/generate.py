"""Handwritten digits, 8 x 8 pixels: the ones that scikit-learn bundles, as a table."""

import pandas as pd
from sklearn.datasets import load_digits

SEED = 42
ROWS = 1_797


def generate(seed: int = SEED, rows: int = ROWS) -> pd.DataFrame:
    """Returns `rows` of the 1,797 digits, in an order that the seed decides."""
    frame = load_digits(as_frame=True).frame.astype("int64").rename(columns={"target": "digit"})
    return frame.sample(rows, random_state=seed, ignore_index=True)
