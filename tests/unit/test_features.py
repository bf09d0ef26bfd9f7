import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from src.schema import Column, Schema
from src.train.features import FEATURE_STORE, build_features, features_generator
from src.train.features.columns import Columns
from src.train.features.net_clearance import STUCK_NET_CLEARANCE, WeirdNetClearance
from src.train.features.one_hot import OneHot
from src.train.features.out import Out
from src.train.features.travel import DistanceTravelledOverStraightLine

POINTS = pd.DataFrame(
    {
        "speed": [30.1, 22.4, 41.0, 35.5],
        "net_clearance": [0.4, STUCK_NET_CLEARANCE, -0.1, 1.2],
        "distance_from_sideline": [0.2, 1.4, 0.9, 3.1],
        "depth": [2.2, 0.4, 5.0, 1.1],
        "outside_sideline": [True, False, False, True],
        "outside_baseline": [True, False, True, False],
        "hitpoint": ["F", "B", "U", "V"],
        "player_distance_travelled": [5.0, 0.0, 3.2, 10.0],
        "player_depth": [1.0, 1.0, 2.0, -4.0],
        "player_distance_from_center": [1.0, 0.5, 0.0, 3.0],
        "player_impact_depth": [4.0, 1.0, 2.0, 4.0],
        "player_impact_distance_from_center": [5.0, 0.5, 3.2, -3.0],
        "previous_distance_from_sideline": [1.0, 0.3, 2.2, 0.8],
        "previous_time_to_net": [0.5, 0.7, 0.4, 0.6],
    }
)

metres = st.floats(min_value=-50, max_value=50)
every_node = pytest.mark.parametrize(
    "node", [node for _, node in FEATURE_STORE], ids=[name for name, _ in FEATURE_STORE]
)


def feature(node, **columns):
    """Values of the one feature that a node makes of these columns."""
    return node.fit_transform(pd.DataFrame(columns)).ravel().tolist()


# What all nodes promise


@every_node
def test_fit_answers_the_node_itself(node):
    fresh = clone(node)

    assert fresh.fit(POINTS) is fresh


@every_node
def test_a_node_that_was_not_fitted_does_not_transform(node):
    with pytest.raises(NotFittedError):
        clone(node).transform(POINTS)


@every_node
def test_features_are_floats_with_a_row_for_each_point_and_a_column_for_each_name(node):
    fitted = clone(node).fit(POINTS)
    features = fitted.transform(POINTS)

    assert features.dtype == np.float64
    assert features.shape == (len(POINTS), len(fitted.get_feature_names_out()))


@every_node
def test_neither_fit_nor_transform_changes_its_input(node):
    points = POINTS.copy()
    clone(node).fit(points).transform(points)

    pd.testing.assert_frame_equal(points, POINTS)


@every_node
def test_transform_does_not_learn(node):
    """A point's features do not depend on the points that come with it."""
    fitted = clone(node).fit(POINTS)
    one_by_one = [fitted.transform(POINTS.iloc[[row]]) for row in range(len(POINTS))]

    np.testing.assert_array_equal(np.vstack(one_by_one), fitted.transform(POINTS))


@every_node
def test_rows_keep_their_order(node):
    fitted = clone(node).fit(POINTS)

    np.testing.assert_array_equal(
        fitted.transform(POINTS.iloc[::-1]), fitted.transform(POINTS)[::-1]
    )


@every_node
def test_the_order_of_the_columns_does_not_matter(node):
    fitted = clone(node).fit(POINTS)

    np.testing.assert_array_equal(
        fitted.transform(POINTS[POINTS.columns[::-1]]), fitted.transform(POINTS)
    )


@every_node
def test_no_points_have_no_features(node):
    fitted = clone(node).fit(POINTS)

    assert fitted.transform(POINTS.iloc[:0]).shape == (0, len(fitted.get_feature_names_out()))


@every_node
def test_a_column_that_is_missing_is_named(node):
    missing = node.reads[0]

    with pytest.raises(KeyError, match=missing):
        clone(node).fit(POINTS.drop(columns=missing))


@every_node
def test_a_column_that_is_missing_in_transform_is_named(node):
    missing = node.reads[0]

    with pytest.raises(KeyError, match=missing):
        clone(node).fit(POINTS).transform(POINTS.drop(columns=missing))


# Columns as they are


def test_columns_are_passed_on_in_the_order_of_their_names():
    features = Columns(["depth", "speed"]).fit_transform(POINTS)

    np.testing.assert_array_equal(features, POINTS[["depth", "speed"]].to_numpy())


def test_of_a_boolean_column_true_is_the_number_one():
    features = Columns(["served"]).fit_transform(pd.DataFrame({"served": [True, False]}))

    np.testing.assert_array_equal(features, np.array([[1.0], [0.0]]), strict=True)


# Hit point


def test_each_category_has_a_feature_in_alphabetical_order():
    hitpoint = OneHot("hitpoint").fit(pd.DataFrame({"hitpoint": ["V", "B", "F", "B"]}))

    assert hitpoint.get_feature_names_out().tolist() == ["hitpoint_B", "hitpoint_F", "hitpoint_V"]


def test_a_category_is_one_in_its_own_feature_and_zero_in_the_others():
    hitpoint = OneHot("hitpoint").fit(pd.DataFrame({"hitpoint": ["B", "F", "V"]}))

    assert hitpoint.transform(pd.DataFrame({"hitpoint": ["V", "B"]})).tolist() == [
        [0.0, 0.0, 1.0],
        [1.0, 0.0, 0.0],
    ]


@pytest.mark.parametrize("unknown", ["X", "b", "", None])
def test_a_category_that_was_not_seen_in_fit_is_zero_everywhere(unknown):
    hitpoint = OneHot("hitpoint").fit(pd.DataFrame({"hitpoint": ["B", "F"]}))
    points = pd.DataFrame({"hitpoint": [unknown, "F"]})

    assert hitpoint.transform(points).tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_a_second_fit_forgets_the_first():
    hitpoint = OneHot("hitpoint").fit(pd.DataFrame({"hitpoint": ["B", "F"]}))
    hitpoint.fit(pd.DataFrame({"hitpoint": ["V"]}))

    assert hitpoint.get_feature_names_out().tolist() == ["hitpoint_V"]


# Out


@pytest.mark.parametrize(
    ("sideline", "baseline", "out"),
    [(False, False, 0.0), (True, False, 1.0), (False, True, 1.0), (True, True, 1.0)],
)
def test_a_ball_is_out_past_a_sideline_or_past_the_baseline(sideline, baseline, out):
    assert feature(Out(), outside_sideline=[sideline], outside_baseline=[baseline]) == [out]


# Weird net clearance


@pytest.mark.parametrize(
    ("net_clearance", "weird"),
    [
        (-0.946, 1.0),
        (-0.945, 1.0),
        (-0.947, 1.0),
        (-0.9449, 0.0),
        (-0.9471, 0.0),
        (0.946, 0.0),
        (0.0, 0.0),
    ],
)
def test_a_net_clearance_is_weird_within_a_millimetre_of_the_stuck_value(net_clearance, weird):
    assert feature(WeirdNetClearance(), net_clearance=[net_clearance]) == [weird]


# Distance travelled over the straight line


def ratio(travelled, start, end):
    """The feature of one player who ran a distance from one (depth, side) to another."""
    return feature(
        DistanceTravelledOverStraightLine(),
        player_distance_travelled=[travelled],
        player_depth=[start[0]],
        player_distance_from_center=[start[1]],
        player_impact_depth=[end[0]],
        player_impact_distance_from_center=[end[1]],
    )[0]


@pytest.mark.parametrize(
    ("travelled", "start", "end", "expected"),
    [
        (5.0, (0.0, 0.0), (3.0, 4.0), 1.0),
        (10.0, (0.0, 0.0), (3.0, 4.0), 2.0),
        (7.5, (4.0, -3.0), (1.0, 1.0), 1.5),
        (3.0, (1.0, 2.0), (1.0, 4.0), 1.5),
    ],
    ids=["straight", "a detour", "towards the net", "sideways"],
)
def test_the_way_is_divided_by_the_straight_line(travelled, start, end, expected):
    assert ratio(travelled, start, end) == pytest.approx(expected)


@pytest.mark.parametrize("travelled", [0.0, 2.0])
def test_a_player_who_ends_where_they_began_has_one(travelled):
    assert ratio(travelled, start=(1.2, 3.4), end=(1.2, 3.4)) == 1.0


def test_a_straight_line_that_is_only_rounding_counts_as_none():
    """0.1 + 0.2 is not 0.3 for a computer; without care the ratio would be 9e15."""
    assert ratio(0.5, start=(0.1 + 0.2, 0.0), end=(0.3, 0.0)) == 1.0


def test_a_small_step_is_a_step():
    assert ratio(0.02, start=(0.0, 0.0), end=(0.01, 0.0)) == pytest.approx(2.0)


@settings(deadline=None)
@given(start=st.tuples(metres, metres), end=st.tuples(metres, metres), detour=st.floats(0, 100))
def test_no_way_is_shorter_than_the_straight_line(start, end, detour):
    straight = np.hypot(end[0] - start[0], end[1] - start[1])

    assert 1.0 - 1e-9 <= ratio(straight + detour, start, end) < np.inf


@settings(deadline=None)
@given(start=st.tuples(metres, metres), end=st.tuples(metres, metres), way=st.floats(0, 100))
def test_the_way_back_is_as_straight_as_the_way_there(start, end, way):
    assert ratio(way, start, end) == ratio(way, end, start)


# The union


def test_the_features_of_a_point_of_tennis():
    fitted = build_features().fit(POINTS)
    first = dict(zip(fitted.get_feature_names_out(), fitted.transform(POINTS)[0], strict=True))

    assert first == {
        "speed": 30.1,
        "net_clearance": 0.4,
        "distance_from_sideline": 0.2,
        "depth": 2.2,
        "player_distance_travelled": 5.0,
        "player_impact_depth": 4.0,
        "previous_distance_from_sideline": 1.0,
        "previous_time_to_net": 0.5,
        "hitpoint_B": 0.0,
        "hitpoint_F": 1.0,
        "hitpoint_U": 0.0,
        "hitpoint_V": 0.0,
        "out": 1.0,
        "weird_net_clearance": 0.0,
        "distance_travelled_over_straight_line": 1.0,
    }


def test_the_generator_has_the_nodes_of_the_store():
    assert [name for name, _ in features_generator.transformer_list] == [
        name for name, _ in FEATURE_STORE
    ]


def test_fitting_one_union_fits_no_other():
    build_features().fit(POINTS)

    with pytest.raises(NotFittedError):
        build_features().transform(POINTS)
    with pytest.raises(NotFittedError):
        FEATURE_STORE[0][1].transform(POINTS)


def schema_with(*columns):
    return Schema("shots", "Shots", "ending", ("IN", "OUT"), columns, 2, "ours", "MIT")


def test_another_dataset_has_its_measures_as_they_are_and_its_categories_one_hot():
    schema = schema_with(
        Column("stroke", "category", categories=("B", "F")),
        Column("speed", "float"),
        Column("served", "boolean"),
        Column("rally", "integer"),
    )
    shots = pd.DataFrame(
        {"stroke": ["F", "B"], "speed": [1.5, 2.5], "served": [True, False], "rally": [3, 4]}
    )
    fitted = build_features(schema).fit(shots)
    first, second = fitted.transform(shots).tolist()

    assert [*zip(fitted.get_feature_names_out(), first, second, strict=True)] == [
        ("speed", 1.5, 2.5),
        ("served", 1.0, 0.0),
        ("rally", 3.0, 4.0),
        ("stroke_B", 0.0, 1.0),
        ("stroke_F", 1.0, 0.0),
    ]


def test_a_dataset_may_have_categories_alone():
    schema = schema_with(Column("stroke", "category", categories=("B", "F")))
    shots = pd.DataFrame({"stroke": ["F", "B"]})

    assert build_features(schema).fit_transform(shots).tolist() == [[0.0, 1.0], [1.0, 0.0]]
