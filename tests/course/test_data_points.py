"""Day 1's helper, as Day 2 relies on it."""

import json
import math

import pytest

from solutions.day1.data_points import random_data_points
from src.config import ROOT
from src.schema import load_schema
from src.serve.payload import PointParser

SCHEMA = load_schema("tennis_points", ROOT / "data")
CATEGORIES = [column for column in SCHEMA.columns if column.type == "category"]
FLAGS = [column.name for column in SCHEMA.columns if column.type == "boolean"]


@pytest.fixture(scope="module")
def points():
    return random_data_points(1000, seed=1)


def test_the_api_accepts_every_point(points):
    assert PointParser(SCHEMA).parse(json.dumps(points).encode()) == points


def test_there_is_one_point_where_no_count_is_given():
    assert len(random_data_points()) == 1


@pytest.mark.parametrize("column", CATEGORIES, ids=lambda column: column.name)
def test_every_category_turns_up(points, column):
    assert {point[column.name] for point in points} == set(column.categories)


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_is_sometimes_up_and_sometimes_down(points, flag):
    assert {point[flag] for point in points} == {True, False}


def test_players_run_at_least_the_straight_line(points):
    shortest = min(
        point["player_distance_travelled"]
        - math.hypot(
            point["player_impact_depth"] - point["player_depth"],
            point["player_impact_distance_from_center"] - point["player_distance_from_center"],
        )
        for point in points
    )

    assert shortest >= 0


def test_the_server_hits_the_last_shot_of_an_odd_number(points):
    assert [point["server_is_impact_player"] for point in points] == [
        point["rally"] % 2 == 1 for point in points
    ]


def test_a_seed_makes_the_same_points_again():
    assert random_data_points(3, seed=7) == random_data_points(3, seed=7)


def test_another_seed_makes_other_points():
    assert random_data_points(3, seed=7) != random_data_points(3, seed=8)


def test_points_differ_from_call_to_call_without_a_seed():
    assert random_data_points(3) != random_data_points(3)
