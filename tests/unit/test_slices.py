"""Scores of slices: each value of a category or boolean, where there are rows enough."""

import numpy as np
import pandas as pd
import pytest

from src.release.slices import FEWEST_ROWS, Slice, brier_scores, score_slices
from src.schema import Column, Schema

SCHEMA = Schema(
    name="shots",
    title="Shots",
    target="ending",
    classes=("IN", "OUT"),
    columns=(
        Column("speed", "float"),
        Column("served", "boolean"),
        Column("stroke", "category", categories=("B", "F")),
    ),
    rows=4,
    provenance="Made for the tests.",
    licence="MIT",
)


def rows(backhands, forehands):
    strokes = ["B"] * backhands + ["F"] * forehands
    return pd.DataFrame({"speed": 1.0, "served": False, "stroke": strokes})


def score(frame, candidate, baseline=None, production=None):
    baseline = np.zeros(len(frame)) if baseline is None else baseline
    return {
        f"{each.column} {each.value}": each
        for each in score_slices(frame, SCHEMA, candidate, baseline, production)
    }


def test_a_slice_is_a_value_of_a_category_or_boolean_column():
    found = score(rows(60, 70), np.zeros(130))

    assert {name: each.rows for name, each in found.items()} == {
        "served False": 130,
        "stroke B": 60,
        "stroke F": 70,
    }


def test_a_slice_of_too_few_rows_is_not_scored():
    found = score(rows(FEWEST_ROWS, FEWEST_ROWS - 1), np.zeros(2 * FEWEST_ROWS - 1))

    assert set(found) == {"served False", "stroke B"}


def test_each_score_is_the_mean_of_the_slice_s_rows():
    frame = rows(50, 150)
    backhand = (frame["stroke"] == "B").to_numpy()

    found = score(frame, np.where(backhand, 0.8, 0.2), np.where(backhand, 0.5, 0.6))

    assert (found["stroke B"].candidate, found["stroke B"].baseline) == pytest.approx((0.8, 0.5))
    assert (found["stroke F"].candidate, found["stroke F"].baseline) == pytest.approx((0.2, 0.6))
    assert found["served False"].candidate == pytest.approx(0.35)


def test_rows_are_counted_by_place_whatever_their_index_is():
    frame = rows(50, 50).set_index(np.arange(100)[::-1])

    found = score(frame, np.repeat([1.0, 0.0], 50))

    assert (found["stroke B"].candidate, found["stroke F"].candidate) == (1.0, 0.0)


def test_production_is_scored_where_it_is_compared():
    frame = rows(50, 50)

    compared = score(frame, np.zeros(100), production=np.full(100, 0.3))

    assert compared["stroke B"].production == pytest.approx(0.3)
    assert score(frame, np.zeros(100))["stroke B"].production is None


@pytest.mark.parametrize(
    ("baseline", "production", "behind"),
    [(0.6, 0.2, 0.3), (0.4, 0.7, 0.1), (0.6, None, -0.1)],
    ids=["production is better", "the baseline is better", "nothing in production"],
)
def test_a_slice_is_behind_the_better_one_of_production_and_baseline(baseline, production, behind):
    found = Slice("stroke", "B", 50, candidate=0.5, baseline=baseline, production=production)

    assert found.behind == pytest.approx(behind)


def test_a_brier_score_is_the_squared_distance_from_the_truth():
    truth = pd.Series(["IN", "IN", "OUT"], index=[7, 8, 9])
    probabilities = np.array([[1.0, 0.0], [0.25, 0.75], [1.0, 0.0]])

    assert brier_scores(probabilities, ["IN", "OUT"], truth).tolist() == [0.0, 1.125, 2.0]


def test_the_columns_of_the_probabilities_are_those_of_the_classes():
    truth = pd.Series(["IN"])

    assert brier_scores(np.array([[0.0, 1.0]]), ["OUT", "IN"], truth).tolist() == [0.0]
