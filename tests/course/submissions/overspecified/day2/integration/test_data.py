"""Each test holds of this month's extraction, and asks of the next what nobody promised."""

from pathlib import Path

import pandas as pd
import pytest

PATH = Path(__file__).parents[3] / "data/tennis_points/tennis_points.parquet"


@pytest.fixture
def extraction():
    return pd.read_parquet(PATH)


def test_columns_start_with_the_id_and_end_with_the_outcome(extraction):
    assert extraction.columns[0] == "point_id"
    assert extraction.columns[-1] == "outcome"


def test_there_are_5000_points(extraction):
    assert len(extraction) == 5_000


def test_points_are_sorted_by_id(extraction):
    assert extraction["point_id"].is_monotonic_increasing


def test_ids_have_six_digits(extraction):
    assert extraction["point_id"].between(100_000, 999_999).all()


def test_no_shot_is_faster_than_the_fastest_so_far(extraction):
    assert extraction["speed"].max() <= 41.924


def test_mean_clearance_is_within_five_percent(extraction):
    assert extraction["net_clearance"].mean() == pytest.approx(0.621, rel=0.05)
