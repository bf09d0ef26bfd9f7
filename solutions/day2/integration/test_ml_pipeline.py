"""Test the machine-learning pipeline, as a whole and in its two parts.

`build_pipeline()` makes a pipeline of two steps: the features generator of `build_features()` makes
numbers of measured points, and the estimator of `build_estimator()` learns from those numbers how
points end. Two tests tell whether the pipeline does its job, four tell which part does not.

Each call of the three makes a fresh object, so that no test finds what another one has fitted. What
they promise is written in the docstrings of src/train/features/ and src/train/pipeline.py. Share
points and fitted features by fixtures; some hundred points are enough, and quick.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss

from src.train.features import build_features
from src.train.pipeline import build_estimator, build_pipeline

POINTS = Path(__file__).parents[3] / "data" / "tennis_points" / "tennis_points.parquet"
OUTCOMES = ["FE", "UE", "W"]
MEASURES = [
    "speed",
    "net_clearance",
    "distance_from_sideline",
    "depth",
    "player_distance_travelled",
    "player_impact_depth",
    "previous_distance_from_sideline",
    "previous_time_to_net",
]
HITPOINTS = ["hitpoint_B", "hitpoint_F", "hitpoint_U", "hitpoint_V"]
RATIO = "distance_travelled_over_straight_line"
FEATURES = [*MEASURES, *HITPOINTS, "out", "weird_net_clearance", RATIO]

FROM_12_M = {"player_depth": 12.0, "player_distance_from_center": 0.0}
TO_4_M_BESIDE = {"player_impact_depth": 9.0, "player_impact_distance_from_center": 4.0}
TO_WHERE_THEY_STOOD = {"player_impact_depth": 12.0, "player_impact_distance_from_center": 0.0}


FEW_TREES = {"n_estimators": 10}  # where the number does not matter: it is quick


@pytest.fixture(scope="module")
def points():
    """Some points in random order, as a split leaves them: enough to learn from, and quick."""
    return pd.read_parquet(POINTS).sample(450, random_state=0)


@pytest.fixture
def X(points):
    """What was measured of the points to fit on; their ids and outcomes are no features."""
    return points[:300].drop(columns=["point_id", "outcome"])


@pytest.fixture
def y(points):
    """How the points to fit on ended."""
    return points["outcome"][:300]


@pytest.fixture
def unseen_X(points):
    """Points that are held out."""
    return points[300:].drop(columns=["point_id", "outcome"])


@pytest.fixture
def unseen_y(points):
    """How the points that are held out ended."""
    return points["outcome"][300:]


@pytest.fixture
def features(X, y):
    """A features generator of this test's own, fitted."""
    return build_features().fit(X, y)


def test_pipeline_can_be_fitted(X, y):
    """Fitting gives the pipeline, which then knows the outcomes by the names that the data has.

    Points and outcomes are left as they were.
    """
    X_before, y_before = X.copy(), y.copy()
    pipeline = build_pipeline(parameters=FEW_TREES)

    assert pipeline.fit(X, y) is pipeline

    assert list(pipeline.classes_) == OUTCOMES
    pd.testing.assert_frame_equal(X, X_before)
    pd.testing.assert_series_equal(y, y_before)


def test_pipeline_can_predict_after_being_fitted(X, y, unseen_X, unseen_y):
    """On points that it has not seen, it is right more often than the commonest outcome is.

    The answer to a point is the same at any place, in any company, and when it is asked twice.
    """
    pipeline = build_pipeline(parameters=FEW_TREES).fit(X, y)

    predicted = pipeline.predict(unseen_X)

    assert (predicted == unseen_y).mean() > unseen_y.value_counts(normalize=True).max()
    assert list(pipeline.predict(unseen_X[::-1])) == list(predicted[::-1])
    assert list(pipeline.predict(unseen_X.iloc[[7, 3, 3]])) == list(predicted[[7, 3, 3]])


def test_features_generator_can_be_fitted(X, y):
    """Fitting gives the generator, which then announces each documented feature once.

    It changes no point, and learns the same where it is given no outcomes. A second generator,
    built beside it, is still not fitted: it refuses to transform.
    """
    before = X.copy()
    generator, second = build_features(), build_features()

    assert generator.fit(X, y) is generator

    assert sorted(generator.get_feature_names_out()) == sorted(FEATURES)
    pd.testing.assert_frame_equal(X, before)
    without_outcomes = build_features().fit(X)
    np.testing.assert_array_equal(without_outcomes.transform(X), generator.transform(X))
    with pytest.raises(NotFittedError):
        second.transform(X)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param({}, {}, id="as measured"),
        pytest.param({"outside_sideline": True, "outside_baseline": False}, {"out": 1}, id="wide"),
        pytest.param({"outside_sideline": False, "outside_baseline": True}, {"out": 1}, id="long"),
        pytest.param({"outside_sideline": False, "outside_baseline": False}, {"out": 0}, id="in"),
        pytest.param({"net_clearance": -0.946}, {"weird_net_clearance": 1}, id="sensor stuck"),
        pytest.param({"net_clearance": 0.946}, {"weird_net_clearance": 0}, id="sensor fine"),
        pytest.param(
            {"player_distance_travelled": 6.0, **FROM_12_M, **TO_4_M_BESIDE},
            {RATIO: 6 / 5},
            id="player ran 6 m to get 5 m away",
        ),
        pytest.param(
            {"player_distance_travelled": 0.0, **FROM_12_M, **TO_WHERE_THEY_STOOD},
            {RATIO: 1},
            id="player stood still",
        ),
    ],
)
def test_features_generator_can_transform_after_being_fitted(features, unseen_X, told, expected):
    """Each point gets a row of numbers, in order, and each announced feature a column.

    A column holds what its name says: a measure as it is, the hit point one-hot, whether the ball
    was out, whether the sensor was stuck, the way travelled over the straight line (also of a
    player who stood still). No number is missing, and no point is changed.
    """
    points = unseen_X.assign(**told)
    before = points.copy()

    made = pd.DataFrame(features.transform(points), columns=features.get_feature_names_out())

    assert (made.dtypes == "float64").all()
    assert made.notna().all(axis=None)
    for measure in MEASURES:
        assert list(made[measure]) == list(points[measure])
    for hitpoint in HITPOINTS:
        assert list(made[hitpoint]) == list(points["hitpoint"] == hitpoint[-1])
    for name, value in expected.items():
        assert list(made[name]) == pytest.approx([value] * len(points))
    pd.testing.assert_frame_equal(points, before)


def test_estimator_can_be_fitted_on_features(features, X, y):
    """Fitting gives the estimator, which then knows nearly every point that it was fitted on.

    It knows the outcomes by the names that the data has, and the same seed makes the same one.
    """
    made = features.transform(X)
    estimator = build_estimator(seed=1, **FEW_TREES)

    assert estimator.fit(made, y) is estimator

    assert list(estimator.classes_) == OUTCOMES
    assert estimator.score(made, y) > 0.95
    second = build_estimator(seed=1, **FEW_TREES).fit(made, y)
    np.testing.assert_allclose(second.predict_proba(made), estimator.predict_proba(made))


def test_estimator_can_predict_on_features(features, X, y, unseen_X, unseen_y):
    """On points that it has not seen, its log loss is lower than that of the outcomes' shares.

    A pipeline with the same seed gives the same probabilities.
    """
    estimator = build_estimator(seed=1).fit(features.transform(X), y)

    probabilities = estimator.predict_proba(features.transform(unseen_X))

    shares = np.tile(y.value_counts(normalize=True)[OUTCOMES], (len(unseen_y), 1))
    assert log_loss(unseen_y, probabilities) < log_loss(unseen_y, shares)
    alone = build_estimator(seed=1, **FEW_TREES).fit(features.transform(X), y)
    pipeline = build_pipeline(seed=1, parameters=FEW_TREES).fit(X, y)
    np.testing.assert_allclose(
        pipeline.predict_proba(unseen_X), alone.predict_proba(features.transform(unseen_X))
    )
