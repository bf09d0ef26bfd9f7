"""Test the input data: may the system rely on this extraction?

`data/tennis_points/tennis_points.parquet` is the ground truth. The next extraction will land at the
same path, and your tests decide about it: they pass on a good one and fail on a bad one. What every
extraction keeps to, and what it is free to do, is told in `data/tennis_points/README.md`; columns,
types, ranges and categories are in `schema.toml` beside it.
"""

import os
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

DATASET = Path(__file__).parents[3] / "data/tennis_points"
DTYPES = {"float": "float64", "integer": "int64", "boolean": "bool", "category": "str"}

# The ground truth in figures: its own file is where the next extraction lands.
FIGURES = {  # column: mean, standard deviation
    "rally": (5.86, 4.38),
    "serve": (1.38, 0.485),
    "speed": (25.3, 4.64),
    "net_clearance": (0.621, 0.793),
    "distance_from_sideline": (1.28, 0.945),
    "depth": (4.14, 4.61),
    "player_distance_travelled": (3.65, 1.91),
    "player_impact_depth": (10.9, 3.29),
    "player_impact_distance_from_center": (2.16, 0.989),
    "player_depth": (12.0, 2.90),
    "player_distance_from_center": (0.885, 0.662),
    "previous_speed": (33.1, 9.22),
    "previous_net_clearance": (0.786, 0.480),
    "previous_distance_from_sideline": (1.60, 1.05),
    "previous_depth": (4.16, 2.26),
    "opponent_depth": (11.7, 3.25),
    "opponent_distance_from_center": (0.946, 0.711),
    "previous_time_to_net": (0.448, 0.156),
}
SHARES = {
    ("outcome", "FE"): 0.25,
    ("outcome", "UE"): 0.41,
    ("outcome", "W"): 0.33,
    ("hitpoint", "B"): 0.36,
    ("hitpoint", "F"): 0.53,
    ("hitpoint", "U"): 0.02,
    ("hitpoint", "V"): 0.09,
    ("previous_hitpoint", "B"): 0.29,
    ("previous_hitpoint", "F"): 0.38,
    ("previous_hitpoint", "U"): 0.24,
    ("previous_hitpoint", "V"): 0.09,
    ("outside_sideline", True): 0.23,
    ("outside_baseline", True): 0.26,
    ("same_side", True): 0.51,
    ("server_is_impact_player", True): 0.43,
}


@pytest.fixture
def extraction_path():
    """The file to judge: the dataset's own, or the one that the variable EXTRACTION names."""
    return Path(os.environ.get("EXTRACTION", DATASET / "tennis_points.parquet"))


@pytest.fixture
def extraction(extraction_path):
    """The extraction to judge."""
    return pd.read_parquet(extraction_path)


@pytest.fixture
def schema():
    """What schema.toml tells: `id`, `target`, `classes`, and in `column` a dictionary a column."""
    return tomllib.loads((DATASET / "schema.toml").read_text(encoding="utf-8"))


def test_extraction_has_every_column(extraction, schema):
    """The id, every column of the schema and the outcome are there."""
    measured = [column["name"] for column in schema["column"]]
    expected = {schema["id"], *measured, schema["target"]}

    missing = expected - set(extraction.columns)

    assert missing == set()


def test_extraction_has_no_other_column(extraction, schema):
    """There is no column besides those."""
    measured = [column["name"] for column in schema["column"]]
    expected = {schema["id"], *measured, schema["target"]}

    others = set(extraction.columns) - expected

    assert others == set()


def test_columns_have_their_types(extraction, schema):
    """Each column has the type that the schema gives it, in pandas' terms."""
    expected = {column["name"]: DTYPES[column["type"]] for column in schema["column"]}
    expected |= {schema["id"]: "int64", schema["target"]: "str"}

    actual = {name: str(extraction[name].dtype) for name in expected}

    assert actual == expected


def test_no_value_is_missing(extraction):
    """No column has a gap."""
    gaps = extraction.isna().sum()

    assert gaps[gaps > 0].to_dict() == {}


def test_numbers_lie_in_their_ranges(extraction, schema):
    """Each number lies between the schema's minimum and maximum for its column."""
    ranges = {
        column["name"]: (column["minimum"], column["maximum"])
        for column in schema["column"]
        if "minimum" in column
    }

    for name, (minimum, maximum) in ranges.items():
        assert extraction[name].between(minimum, maximum).all(), name


def test_categories_and_outcomes_are_known(extraction, schema):
    """Each category is one of its column's categories, and each outcome one of the classes."""
    known = {
        column["name"]: column["categories"]
        for column in schema["column"]
        if "categories" in column
    }
    known[schema["target"]] = schema["classes"]

    for name, values in known.items():
        assert set(extraction[name]) <= set(values), name


def test_extraction_is_complete(extraction):
    """There are as many rows as a month has."""
    assert 4_000 <= len(extraction) <= 6_000


def test_points_are_there_once(extraction):
    """No id is there twice, and no point is there again under another id."""
    assert extraction["point_id"].is_unique
    assert not extraction.drop(columns="point_id").duplicated().any()


def test_a_ball_outside_is_never_a_winner(extraction):
    """Where the ball landed behind the baseline or beside the sideline, the outcome is not W."""
    outside = extraction["outside_baseline"] | extraction["outside_sideline"]

    assert "W" not in set(extraction.loc[outside, "outcome"])


def test_players_travel_at_least_the_straight_line(extraction):
    """No player gets from where they stood to where they hit the ball by less than the way."""
    straight_line = np.hypot(
        extraction["player_depth"] - extraction["player_impact_depth"],
        extraction["player_distance_from_center"]
        - extraction["player_impact_distance_from_center"],
    )

    assert (extraction["player_distance_travelled"] >= straight_line - 0.01).all()


def test_the_server_hits_the_odd_shots(extraction):
    """The last shot is the server's where the rally's length is odd, and only there."""
    odd = extraction["rally"] % 2 == 1

    assert (extraction["server_is_impact_player"] == odd).all()


def test_means_and_deviations_resemble_the_ground_truth(extraction):
    """The mean and the standard deviation of each number stay near those of the ground truth."""
    truth = pd.DataFrame(FIGURES, index=["mean", "std"])
    actual = extraction[truth.columns].agg(["mean", "std"])

    moved = (actual.loc["mean"] - truth.loc["mean"]) / truth.loc["std"]
    stretched = actual.loc["std"] / truth.loc["std"]

    assert moved[moved.abs() > 0.2].to_dict() == {}
    assert stretched[(stretched - 1).abs() > 0.25].to_dict() == {}


def test_shares_resemble_the_ground_truth(extraction):
    """The share of each outcome, category and flag stays near that of the ground truth."""
    actual = {(column, value): (extraction[column] == value).mean() for column, value in SHARES}

    assert actual == pytest.approx(SHARES, abs=0.1)
