"""Written in a hurry: everything runs, and nothing is looked at."""

from pathlib import Path

import pandas as pd
import pytest

from src.train.features import build_features
from src.train.pipeline import build_estimator, build_pipeline

POINTS = Path(__file__).parents[3] / "data" / "tennis_points" / "tennis_points.parquet"


@pytest.fixture
def points():
    return pd.read_parquet(POINTS).head(500)


@pytest.fixture
def X(points):
    return points.drop(columns="outcome")


@pytest.fixture
def y(points):
    return points["outcome"]


def test_pipeline_can_be_fitted(X, y):
    build_pipeline().fit(X, y)


def test_pipeline_can_predict_after_being_fitted(X, y):
    assert len(build_pipeline().fit(X, y).predict(X)) == len(X)


def test_features_generator_can_be_fitted(X):
    build_features().fit(X)


def test_features_generator_can_transform_after_being_fitted(X):
    assert build_features().fit(X).transform(X).shape == (500, 15)


def test_estimator_can_be_fitted_on_features(X, y):
    build_estimator().fit(build_features().fit_transform(X), y)


def test_estimator_can_predict_on_features(X, y):
    features = build_features().fit_transform(X)
    assert set(build_estimator().fit(features, y).predict(features)) == {"W", "FE", "UE"}
