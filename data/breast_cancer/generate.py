"""Cell nuclei of breast masses, benign or malignant: the ones that scikit-learn bundles."""

import pandas as pd
from sklearn.datasets import load_breast_cancer

SEED = 42
ROWS = 569


def generate(seed: int = SEED, rows: int = ROWS) -> pd.DataFrame:
    """Returns `rows` of the 569 masses, in an order that the seed decides."""
    bunch = load_breast_cancer(as_frame=True)
    frame = bunch.data.rename(columns=lambda name: name.replace(" ", "_"))
    frame["diagnosis"] = bunch.target.map(dict(enumerate(bunch.target_names))).astype("str")
    return frame.sample(rows, random_state=seed, ignore_index=True)
