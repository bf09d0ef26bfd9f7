"""A hurried look at the extraction: it is there, it has its columns, it is not full of holes."""

from pathlib import Path

import pandas as pd
import pytest

PATH = Path(__file__).parents[3] / "data/tennis_points/tennis_points.parquet"


@pytest.fixture
def extraction():
    return pd.read_parquet(PATH)


def test_extraction_is_not_empty(extraction):
    assert len(extraction) > 0


def test_extraction_has_every_column(extraction):
    assert {"point_id", "rally", "speed", "previous_time_to_net", "outcome"} <= set(extraction)


def test_no_value_is_missing(extraction):
    assert not extraction.isna().any().any()


def test_speed_is_plausible(extraction):
    assert (extraction["speed"] > 0).all()


def test_outcomes_are_known(extraction):
    assert set(extraction["outcome"]) <= {"W", "FE", "UE"}
