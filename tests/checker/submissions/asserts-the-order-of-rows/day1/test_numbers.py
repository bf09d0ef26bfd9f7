"""Test the numbers."""

from pathlib import Path

import pandas as pd

NUMBERS = Path(__file__).parents[2] / "data/numbers/numbers.parquet"


def test_numbers_are_positive():
    """No number is zero or less."""
    assert pd.read_parquet(NUMBERS)["number"].tolist() == [1, 2, 3]
