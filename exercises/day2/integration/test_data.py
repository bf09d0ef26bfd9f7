"""Test the input data: may the system rely on this extraction?

`data/tennis_points/tennis_points.parquet` is the ground truth. The next extraction will land at the
same path, and your tests decide about it: they pass on a good one and fail on a bad one. What every
extraction keeps to, and what it is free to do, is told in `data/tennis_points/README.md`; columns,
types, ranges and categories are in `schema.toml` beside it.
"""

import os
import tomllib
from pathlib import Path

import pandas as pd
import pytest

DATASET = Path(__file__).parents[3] / "data/tennis_points"


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
    # This test is done: an example for those below.
    measured = [column["name"] for column in schema["column"]]
    expected = {schema["id"], *measured, schema["target"]}

    missing = expected - set(extraction.columns)

    assert missing == set()


def test_extraction_has_no_other_column(extraction, schema):
    """There is no column besides those."""
    raise NotImplementedError


def test_columns_have_their_types(extraction, schema):
    """Each column has the type that the schema gives it, in pandas' terms."""
    # 1. Write down which dtype of pandas stands for which type of the schema.
    # 2. Make a dictionary of column and expected dtype; the id and the outcome have one too.
    # 3. Compare it with `str(extraction[name].dtype)` for each name.
    raise NotImplementedError


def test_no_value_is_missing(extraction):
    """No column has a gap."""
    raise NotImplementedError


def test_numbers_lie_in_their_ranges(extraction, schema):
    """Each number lies between the schema's minimum and maximum for its column."""
    raise NotImplementedError


def test_categories_and_outcomes_are_known(extraction, schema):
    """Each category is one of its column's categories, and each outcome one of the classes."""
    raise NotImplementedError


def test_extraction_is_complete(extraction):
    """There are as many rows as a month has."""
    raise NotImplementedError


def test_points_are_there_once(extraction):
    """No id is there twice, and no point is there again under another id."""
    raise NotImplementedError


def test_a_ball_outside_is_never_a_winner(extraction):
    """Where the ball landed behind the baseline or beside the sideline, the outcome is not W."""
    raise NotImplementedError


def test_players_travel_at_least_the_straight_line(extraction):
    """No player gets from where they stood to where they hit the ball by less than the way."""
    raise NotImplementedError


def test_the_server_hits_the_odd_shots(extraction):
    """The last shot is the server's where the rally's length is odd, and only there."""
    raise NotImplementedError


def test_means_and_deviations_resemble_the_ground_truth(extraction):
    """The mean and the standard deviation of each number stay near those of the ground truth."""
    # The next extraction replaces the ground truth's file: write down here what you expect.
    # How far may a mean move? Ask the contract: the answer is not a share of the mean.
    raise NotImplementedError


def test_shares_resemble_the_ground_truth(extraction):
    """The share of each outcome, category and flag stays near that of the ground truth."""
    raise NotImplementedError
