"""Test the nodes of the feature generator, one by one.

Yesterday you tested the generator as a whole: when that fails, one of 12 nodes is wrong. A unit
test tells which one, and for which point. `FEATURE_STORE` in src/train/features/ is a list of
(name, node). What each node computes, and what all of them keep to, is written in the docstrings of
src/train/features/. A clone of a node is fresh: fit that, never the store's own.

Start with the values that you can compute by hand, and look at the edges. Then comes what all nodes
promise, and what scikit-learn expects of them. Properties come last: no value by hand, but
something that holds for all values.
"""

import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import estimator_checks_generator

from src.train.features import FEATURE_STORE
from src.train.features.columns import Columns
from src.train.features.one_hot import OneHot

NODES = dict(FEATURE_STORE)

every_node = pytest.mark.parametrize("name", NODES)
# The same few examples in each run. What is left out explains failures, and takes seconds for it.
a_few_examples = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=set(Phase) - {Phase.explain},
)


# Made up for round numbers; the index is in no order, as a split leaves it.
POINTS = pd.DataFrame(
    {
        "hitpoint": ["V", "B", "F", "B", "U"],
        "speed": [21.86, 35.2, 18.0, 40.5, 28.4],
        "net_clearance": [0.89, -0.946, -0.35, 1.2, 0.0],
        "distance_from_sideline": [1.27, 0.4, 0.9, 2.0, 3.1],
        "depth": [0.79, 2.5, 3.2, 1.1, 4.0],
        "outside_sideline": [False, False, True, True, False],
        "outside_baseline": [False, True, False, True, False],
        "player_distance_travelled": [6.0, 0.0, 10.0, 3.9, 4.5],
        "player_impact_depth": [9.0, 3.0, 9.0, 10.5, 12.0],
        "player_impact_distance_from_center": [4.0, 1.0, 1.0, 4.4, 5.0],
        "player_depth": [12.0, 3.0, 1.0, 11.5, 12.0],
        "player_distance_from_center": [0.0, 1.0, 7.0, 2.0, 2.0],
        "previous_distance_from_sideline": [1.66, 0.2, 3.0, 0.7, 2.4],
        "previous_time_to_net": [0.66, 0.45, 0.5, 0.38, 0.71],
    },
    index=[31, 7, 19, 4, 12],
)


@pytest.fixture
def points():
    """Five points of a test's own."""
    return POINTS.copy()


BY_HAND = {
    "speed": {"speed": [21.86, 35.2, 18.0, 40.5, 28.4]},
    "net_clearance": {"net_clearance": [0.89, -0.946, -0.35, 1.2, 0.0]},
    "distance_from_sideline": {"distance_from_sideline": [1.27, 0.4, 0.9, 2.0, 3.1]},
    "depth": {"depth": [0.79, 2.5, 3.2, 1.1, 4.0]},
    "player_distance_travelled": {"player_distance_travelled": [6.0, 0.0, 10.0, 3.9, 4.5]},
    "player_impact_depth": {"player_impact_depth": [9.0, 3.0, 9.0, 10.5, 12.0]},
    "previous_distance_from_sideline": {
        "previous_distance_from_sideline": [1.66, 0.2, 3.0, 0.7, 2.4]
    },
    "previous_time_to_net": {"previous_time_to_net": [0.66, 0.45, 0.5, 0.38, 0.71]},
    "hitpoint": {  # V B F B U
        "hitpoint_B": [0, 1, 0, 1, 0],
        "hitpoint_F": [0, 0, 1, 0, 0],
        "hitpoint_U": [0, 0, 0, 0, 1],
        "hitpoint_V": [1, 0, 0, 0, 0],
    },
    "out": {"out": [0, 1, 1, 1, 0]},
    "weird_net_clearance": {"weird_net_clearance": [0, 1, 0, 0, 0]},
    "distance_travelled_over_straight_line": {
        # 6 m for 3 along and 4 across: 5.  Stood still.  10 m for 8 and 6: 10.
        # 3.9 m for 1 and 2.4: 2.6.  4.5 m for 0 and 3: 3.
        "distance_travelled_over_straight_line": pytest.approx([1.2, 1, 1, 1.5, 1.5])
    },
}


def fresh(name):
    """The node of this name, fitted by nobody and shared with nobody."""
    return clone(NODES[name])


def features(node, points):
    """What a fitted node makes of points: the values of each feature by its name."""
    made = pd.DataFrame(node.transform(points), columns=node.get_feature_names_out())
    return made.to_dict("list")


def feature(name, **columns):
    """The values of the one feature that a node makes of these columns."""
    points = pd.DataFrame(columns)
    return fresh(name).fit(points).transform(points)[:, 0].tolist()


def ratios(*runs):
    """The ways over the straight lines of players who ran (so far, from here, to there).

    A place is (metres from the net, metres from the centre line).
    """
    travelled, starts, ends = zip(*runs, strict=True)
    return feature(
        "distance_travelled_over_straight_line",
        player_distance_travelled=travelled,
        player_depth=[start[0] for start in starts],
        player_distance_from_center=[start[1] for start in starts],
        player_impact_depth=[end[0] for end in ends],
        player_impact_distance_from_center=[end[1] for end in ends],
    )


# Values by hand, and the edges


@pytest.mark.parametrize("name", BY_HAND)
def test_a_node_computes_what_you_compute_by_hand(name, points):
    """Each of the 12 nodes, fitted on the five points, makes the values that you get on paper.

    They stand under the names that the node announces.
    """
    assert features(fresh(name).fit(points), points) == BY_HAND[name]


@pytest.mark.parametrize(
    ("beside", "behind", "out"),
    [
        pytest.param(False, False, 0, id="in"),
        pytest.param(True, False, 1, id="wide"),
        pytest.param(False, True, 1, id="long"),
        pytest.param(True, True, 1, id="wide and long"),
    ],
)
def test_a_ball_is_out_beside_the_sideline_or_behind_the_baseline(beside, behind, out):
    """`out` is 1 for a ball outside a sideline, the baseline or both, and 0 for one inside."""
    assert feature("out", outside_sideline=[beside], outside_baseline=[behind]) == [out]


@pytest.mark.parametrize(
    ("net_clearance", "weird"),
    [
        pytest.param(-0.946, 1, id="stuck"),
        pytest.param(-0.945, 1, id="a millimetre above"),
        pytest.param(-0.947, 1, id="a millimetre below"),
        pytest.param(-0.9449, 0, id="a bit more above"),
        pytest.param(-0.9471, 0, id="a bit more below"),
        pytest.param(-1.0, 0, id="as deep as a net can hang"),
        pytest.param(0.946, 0, id="above the net"),
    ],
)
def test_the_sensor_is_stuck_within_a_millimetre(net_clearance, weird):
    """`weird_net_clearance` is 1 from -0.947 to -0.945, both ends included, and else 0."""
    assert feature("weird_net_clearance", net_clearance=[net_clearance]) == [weird]


@pytest.mark.parametrize(
    ("travelled", "start", "end", "expected"),
    [
        pytest.param(5, (12, 0), (7, 0), 1, id="straight to the net"),
        pytest.param(6, (9, 4), (12, 0), 6 / 5, id="back by 3 and 4 m"),
        pytest.param(3, (11, 2), (11, 4), 3 / 2, id="sideways"),
        pytest.param(12, (1, 7), (9, 1), 12 / 10, id="across by 8 and 6 m"),
        pytest.param(0.5, (11, 1), (11, 1.25), 0.5 / 0.25, id="one short step"),
        pytest.param(60, (11, 1), (11, 3), 60 / 2, id="all over the court"),
    ],
)
def test_the_ratio_is_the_way_over_the_straight_line(travelled, start, end, expected):
    """The ratio is the way that a player ran over the straight line from start to end.

    Runs go along the court, across it and both, off the centre line, over a step and a long way.
    """
    assert ratios((travelled, start, end)) == pytest.approx([expected])


@pytest.mark.parametrize(
    ("travelled", "start", "end"),
    [
        pytest.param(0, (11, 2), (11, 2), id="stood still"),
        pytest.param(4, (11, 2), (11, 2), id="ran, and came back"),
        pytest.param(0.1, (11, 0.1 + 0.2), (11, 0.3), id="moved by rounding"),
    ],
)
def test_a_player_who_did_not_move_has_a_ratio_of_1(travelled, start, end):
    """The ratio is 1 where the straight line has no length, however far the player ran.

    The rounding of a computer is no length: for it, 0.1 + 0.2 is a bit more than 0.3.
    """
    assert ratios((travelled, start, end)) == [1]


@pytest.mark.parametrize("unknown", ["S", "A", "Z", "b", ""])
def test_an_unknown_hit_point_is_0_everywhere(unknown, points):
    """A hit point that was not seen in fit has 0 in all features; its neighbours keep their 1."""
    node = fresh("hitpoint").fit(points)

    made = features(node, pd.DataFrame({"hitpoint": ["F", unknown]}))

    assert made == {
        "hitpoint_B": [0, 0],
        "hitpoint_F": [1, 0],
        "hitpoint_U": [0, 0],
        "hitpoint_V": [0, 0],
    }


def test_several_columns_keep_their_order_and_flags_become_numbers(points):
    """`Columns` of several names has a feature each, in the order of the names; true is 1."""
    node = Columns(["speed", "outside_baseline", "depth"]).fit(points)

    assert list(node.get_feature_names_out()) == ["speed", "outside_baseline", "depth"]
    assert node.transform(points)[:2].tolist() == [[21.86, 0, 0.79], [35.2, 1, 2.5]]


# What every node keeps to


@every_node
def test_features_have_a_row_a_point_and_a_column_a_name(name, points):
    """What transform makes is float64, with as many rows as points and as many columns as names."""
    node = fresh(name).fit(points)

    made = node.transform(points)

    assert made.dtype == np.float64
    assert made.shape == (len(points), len(node.get_feature_names_out()))


@every_node
def test_points_are_left_as_they_were(name, points):
    """Neither fit nor transform changes the points: values, columns, index and order."""
    fresh(name).fit(points).transform(points)

    pd.testing.assert_frame_equal(points, POINTS)


@every_node
def test_a_point_has_the_same_features_in_any_company(name, points):
    """Points in reverse order, twice, one alone or none at all: each row is what it was."""
    node = fresh(name).fit(points)
    made = node.transform(points)

    for rows in ([4, 3, 2, 1, 0], [2, 2, 0], [3], []):
        np.testing.assert_array_equal(node.transform(points.iloc[rows]), made[rows])


@every_node
def test_other_columns_do_not_matter(name, points):
    """More columns, in another order, make no difference: a node finds its columns by name."""
    node = fresh(name).fit(points)
    others = points.assign(opponent_depth=11.0, outcome="W")

    reversed_columns = others[others.columns[::-1]]

    np.testing.assert_array_equal(node.transform(reversed_columns), node.transform(points))
    refitted = fresh(name).fit(reversed_columns)
    np.testing.assert_array_equal(refitted.transform(points), node.transform(points))


@every_node
def test_outcomes_are_not_looked_at(name, points):
    """A node that is fitted with outcomes makes the features of one that is fitted without.

    Some outcomes may be None: nobody knows them yet.
    """
    outcomes = pd.Series(["W", None, "FE", "UE", None], index=points.index)

    with_outcomes = fresh(name).fit(points, outcomes)

    assert features(with_outcomes, points) == features(fresh(name).fit(points), points)


@every_node
def test_a_missing_column_is_named(name, points):
    """Fit and transform raise a KeyError that names the missing one of the columns it `reads`."""
    fitted = fresh(name).fit(points)

    for column in fitted.reads:
        lacking = points.drop(columns=column)
        with pytest.raises(KeyError, match=column):
            fresh(name).fit(lacking)
        with pytest.raises(KeyError, match=column):
            fitted.transform(lacking)


# What scikit-learn expects of every transformer


@every_node
def test_what_was_not_fitted_does_not_answer(name, points):
    """A fresh node, and a clone of a fitted one: before any fit, both raise NotFittedError.

    They do so in transform and in get_feature_names_out. A clone has its original's parameters.
    """
    fitted = fresh(name).fit(points)
    cloned = clone(fitted)

    for node in (fresh(name), cloned):
        with pytest.raises(NotFittedError):
            node.transform(points)
        with pytest.raises(NotFittedError):
            node.get_feature_names_out()
    assert cloned.get_params() == fitted.get_params()


def test_a_second_fit_forgets_the_first():
    """Fitted on forehands and then on volleys, the encoder has a feature for volleys alone."""
    node = fresh("hitpoint").fit(pd.DataFrame({"hitpoint": ["F", "B"]}))

    node.fit(pd.DataFrame({"hitpoint": ["V"]}))

    assert features(node, pd.DataFrame({"hitpoint": ["V", "F"]})) == {"hitpoint_V": [1, 0]}


def test_two_encoders_do_not_share_what_they_learnt(points):
    """One encoder is fitted; then another one, on other points: the first answers as before."""
    first = fresh("hitpoint").fit(points)
    before = features(first, points)

    fresh("hitpoint").fit(pd.DataFrame({"hitpoint": ["V"]}))

    assert features(first, points) == before


def test_an_encoder_can_be_set_to_another_column(points):
    """After set_params(column=...) and a fit, values and names are those of the other column."""
    surfaces = points.assign(surface=["clay", "grass", "clay", "clay", "grass"])

    node = OneHot("hitpoint").set_params(column="surface").fit(surfaces)

    assert features(node, surfaces) == {
        "surface_clay": [1, 0, 1, 1, 0],
        "surface_grass": [0, 1, 0, 0, 1],
    }


@every_node
def test_a_fitted_node_survives_being_pickled(name, points):
    """A fitted node, pickled and loaded again as in a model's file, makes the same features."""
    fitted = fresh(name).fit(points)

    loaded = pickle.loads(pickle.dumps(fitted))

    assert features(loaded, points) == features(fitted, points)


@every_node
def test_a_node_passes_scikit_learns_own_checks(name):
    """Those of scikit-learn's estimator checks pass that bring no data of their own.

    The others bring arrays without column names, and a node asks for a DataFrame.
    """
    without_data = {
        "check_estimator_cloneable",
        "check_no_attributes_set_in_init",
        "check_get_params_invariance",
        "check_set_params",
        "check_parameters_default_constructible",
    }

    passed = set()
    for node, check in estimator_checks_generator(fresh(name)):
        if check.func.__name__ in without_data:
            check(node)
            passed.add(check.func.__name__)

    assert passed == without_data


# Properties

places = st.tuples(st.floats(0, 30), st.floats(0, 20))  # from the net, from the centre line


@a_few_examples
@given(start=places, end=places, detour=st.floats(0, 60))
def test_no_ratio_is_below_1(start, end, detour):
    """Who runs at least the straight line has a ratio of at least 1, but for rounding.

    It is finite, and the same on the way back.
    """
    travelled = math.dist(start, end) + detour

    there, back = ratios((travelled, start, end), (travelled, end, start))

    assert 1 - 1e-9 <= there < math.inf
    assert back == pytest.approx(there)


hitpoints = st.lists(st.sampled_from("BFUV?"), min_size=1, max_size=6)


@a_few_examples
@given(seen=hitpoints, asked=hitpoints)
def test_a_row_of_hit_points_has_one_1_at_most(seen, asked):
    """Whatever was seen in fit, a row sums to 1 if its hit point was among that, and else to 0."""
    node = fresh("hitpoint").fit(pd.DataFrame({"hitpoint": seen}))

    made = node.transform(pd.DataFrame({"hitpoint": asked}))

    assert made.sum(axis=1).tolist() == [hitpoint in seen for hitpoint in asked]
