"""Checks the attendee's random data points.

What a failing check says is shown on the board, to the attendee.
"""

import json
import math
import random
from types import SimpleNamespace

import numpy as np
import pytest

from exercises.day1.data_points import random_data_points
from src.config import ROOT
from src.schema import load_schema
from src.serve.app import create_app

SCHEMA = load_schema("tennis_points", ROOT / "data")
TYPES = {"float": (float, int), "integer": (int,), "boolean": (bool,), "category": (str,)}
CATEGORIES = [column for column in SCHEMA.columns if column.type == "category"]
FLAGS = [column.name for column in SCHEMA.columns if column.type == "boolean"]
HALF_WIDTH = 4.115  # of the singles court, in m
TO_WITHIN = 0.01  # m, for the straight line


@pytest.fixture(scope="module")
def points():
    return random_data_points(1000, seed=1)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_there_are_as_many_points_as_asked_for(count):
    found = random_data_points(count, seed=2)

    if not isinstance(found, list) or len(found) != count:
        what = f"{len(found)} points" if isinstance(found, list) else type(found).__name__
        raise AssertionError(f"Asked for {count}, you must make a list of {count}, not {what}.")


def test_there_is_one_point_where_no_count_is_given():
    assert len(random_data_points()) == 1, "Without a count, there must be one point, in a list."


def test_the_api_accepts_every_point(points):
    class Ours:
        def answer(self, rows, method, dataset, model):
            return SimpleNamespace(predictions=["W"] * len(rows), model_id="ours")

    response = create_app(predictor=Ours()).test_client().post("/invocation", json=points)

    if response.status_code != 200:
        raise AssertionError(f"The API refuses your points: {response.get_json()['message']}.")


def test_values_are_of_the_types_that_the_schema_gives(points):
    for column in SCHEMA.columns:
        found = {type(point.get(column.name)) for point in points}
        if not found <= set(TYPES[column.type]):
            names = ", ".join(sorted(one.__name__ for one in found))
            raise AssertionError(f"{column.name} is of the type {column.type}, and yours: {names}.")


def test_points_are_the_same_after_a_journey_as_json(points):
    if json.loads(json.dumps(points, allow_nan=False)) != points:
        raise AssertionError(
            "Written as JSON and read again, your points are others: use Python's own types."
        )


@pytest.mark.parametrize("column", CATEGORIES, ids=lambda column: column.name)
def test_every_category_turns_up(points, column):
    missing = set(column.categories) - {point.get(column.name) for point in points}

    if missing:
        raise AssertionError(
            f"In 1,000 points, {column.name} is never {' nor '.join(sorted(missing))}."
        )


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_is_sometimes_up_and_sometimes_down(points, flag):
    found = {point.get(flag) for point in points}

    if found != {True, False}:
        raise AssertionError(f"In 1,000 points, {flag} is always {found.pop()}.")


def test_both_serves_turn_up(points):
    found = {point["serve"] for point in points}

    assert found == {1, 2}, f"In 1,000 points, there are only serves {sorted(found)}."


def test_numbers_vary_from_point_to_point(points):
    for column in SCHEMA.columns:
        if column.type == "float" and column.name != "player_distance_travelled":
            values = [point[column.name] for point in points]
            if len(set(values)) < 100:
                raise AssertionError(
                    f"{column.name} has only {len(set(values))} values in 1,000 points: draw them."
                )


def test_players_run_at_least_the_straight_line(points):
    for point in points:
        run, line = point["player_distance_travelled"], straight_line(point)
        if run < line - TO_WITHIN:
            raise AssertionError(
                f"A player ran {run} m from one place to another that is {line:.2f} m away: "
                "player_distance_travelled is at least the straight line from player_depth, "
                "player_distance_from_center to where the ball was hit."
            )


def test_the_server_hits_the_last_shot_of_an_odd_number(points):
    for point in points:
        if point["server_is_impact_player"] != (point["rally"] % 2 == 1):
            raise AssertionError(
                f"In a rally of {point['rally']} shots, server_is_impact_player is "
                f"{point['server_is_impact_player']}: the server hits the shots 1, 3, 5, ..."
            )


def test_a_ball_inside_is_at_most_half_a_court_from_the_sideline(points):
    for point in points:
        inside = not point["outside_sideline"]
        if inside and point["distance_from_sideline"] > HALF_WIDTH:
            raise AssertionError(
                f"A ball landed {point['distance_from_sideline']} m from the sideline, and "
                f"outside_sideline is False: half the court is {HALF_WIDTH} m wide."
            )


@pytest.mark.parametrize("seed", [0, 7])
def test_a_seed_makes_the_same_points_again(seed):
    first, second = random_data_points(3, seed=seed), random_data_points(3, seed=seed)

    assert first == second, f"With the seed {seed}, two calls make different points."


@pytest.mark.parametrize(("one", "other"), [(7, 8), (0, 1)])
def test_another_seed_makes_other_points(one, other):
    first, second = random_data_points(3, seed=one), random_data_points(3, seed=other)

    assert first != second, f"The seeds {one} and {other} make the same points."


def test_points_differ_from_call_to_call_without_a_seed():
    first, second = random_data_points(3), random_data_points(3)

    assert first != second, "Without a seed, two calls make the same points."


def test_the_points_of_a_call_differ_from_each_other():
    found = random_data_points(100, seed=3)

    different = {json.dumps(point) for point in found}
    assert len(different) == len(found), f"Of 100 points, only {len(different)} are different."


def test_other_peoples_random_numbers_stay_as_they_are():
    random.seed(1)
    np.random.seed(1)  # the generator that all share has a twin
    before = random.getstate(), np.random.get_state()[1].tolist()

    random_data_points(3, seed=7)
    random_data_points(3)

    after = random.getstate(), np.random.get_state()[1].tolist()
    if after != before:
        raise AssertionError(
            "Your function draws from the random generator that all share, or seeds it: make one "
            "of its own, random.Random(seed) or numpy.random.default_rng(seed)."
        )


def straight_line(point: dict) -> float:
    return math.hypot(
        point["player_impact_depth"] - point["player_depth"],
        point["player_impact_distance_from_center"] - point["player_distance_from_center"],
    )
