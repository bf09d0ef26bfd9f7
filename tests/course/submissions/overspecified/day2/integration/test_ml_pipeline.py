"""Written with the code at hand: what it happens to do is taken for what it promises."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from src.train.features import build_features
from src.train.pipeline import build_estimator, build_pipeline

POINTS = Path(__file__).parents[3] / "data" / "tennis_points" / "tennis_points.parquet"


@pytest.fixture
def points():
    return pd.read_parquet(POINTS).sample(500, random_state=1)


@pytest.fixture
def X(points):
    return points.drop(columns=["point_id", "outcome"])


@pytest.fixture
def y(points):
    return points["outcome"]


@pytest.fixture
def features(X):
    return build_features().fit(X)


def test_pipeline_can_be_fitted(X, y):
    pipeline = build_pipeline().fit(X, y)

    assert list(pipeline.classes_) == ["FE", "UE", "W"]
    assert len(pipeline["estimator"].estimators_) == 100


def test_pipeline_can_predict_after_being_fitted(X, y):
    predicted = build_pipeline().fit(X, y).predict(X)

    assert (predicted == y).all()


def test_features_generator_can_be_fitted(features):
    assert list(dict(features.transformer_list)["hitpoint"].categories_) == ["B", "F", "U", "V"]
    assert list(features.get_feature_names_out()[-3:]) == [
        "out",
        "weird_net_clearance",
        "distance_travelled_over_straight_line",
    ]


def test_features_generator_can_transform_after_being_fitted(features, X):
    made = features.transform(X)

    assert made.shape == (500, 15)
    np.testing.assert_array_equal(made[:, 12], X["outside_sideline"] | X["outside_baseline"])
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        build_features().transform(X)


def test_estimator_can_be_fitted_on_features(features, X, y):
    assert build_estimator().fit(features.transform(X), y).get_params()["criterion"] == "gini"


def test_estimator_can_predict_on_features(features, X, y):
    made = features.transform(X)

    probabilities = build_estimator().fit(made, y).predict_proba(made)

    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
