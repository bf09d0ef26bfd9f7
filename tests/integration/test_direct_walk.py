"""A direct walk predicts as scikit-learn does: on each dataset, with each model, also at edges."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from src.config import ROOT, Settings
from src.predict.direct import direct_walk
from src.predict.predictor import ask
from src.schema import dataset_names, load_schema
from src.serve.payload import limits
from src.train.dataset import load
from src.train.pipeline import MODELS, build_pipeline

DATA = ROOT / "data"
DATASETS = dataset_names(DATA)
SMALL = {
    "random_forest": {"n_estimators": 10},
    "hist_gradient_boosting": {"max_iter": 10, "max_leaf_nodes": 8},
    "logistic_regression": {},
}
TRAINED = 400  # rows; some of the categories are in none of them
EDGES = 40

each_model = pytest.mark.parametrize("model", MODELS)
each_dataset = pytest.mark.parametrize("dataset", DATASETS)


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def one_thread():
    """Boosting on several threads takes long where other tests need the cores as well."""
    with threadpool_limits(1):
        yield


@cache
def data(dataset):
    """The rows of a dataset, those of the rarest class first."""
    loaded = load(dataset, Settings(data_dir=DATA))
    order = loaded.y.map(loaded.y.value_counts()).argsort(kind="stable")
    return loaded.X.iloc[order], loaded.y.iloc[order]


@cache
def fitted(dataset, model):
    """A pipeline that was trained on some rows, but on none of the first of its categories."""
    X, y = data(dataset)
    for column in load_schema(dataset, DATA).columns:
        if column.type == "category":
            X = X[X[column.name] != column.categories[0]]
    some = np.linspace(0, len(X) - 1, TRAINED).astype(int)
    X, y = X.iloc[some], y.loc[X.index].iloc[some]
    pipeline = build_pipeline(load_schema(dataset, DATA), model, 0, SMALL[model]).fit(X, y)
    assert direct_walk(pipeline, X.head(5).to_dict("records")) is not None
    return pipeline


def assert_equal(pipeline, rows):
    """Alone and together, rows get from `ask` what they get from scikit-learn; trees to the bit."""
    assert direct_walk(pipeline, rows[:1]) is not None
    tolerance = 1e-12 if hasattr(pipeline[-1], "steps") else 0
    for asked in (rows, rows[:1], rows[-1:]):
        frame = pd.DataFrame(asked)
        told = [list(each.values()) for each in ask(pipeline, asked, "predict_proba")]
        assert np.abs(told - pipeline.predict_proba(frame)).max() <= tolerance
        assert ask(pipeline, asked, "predict") == pipeline.predict(frame).tolist()


def thresholds_of(pipeline):
    """Features and thresholds of a model of trees, as scikit-learn has them."""
    estimator = pipeline[-1]
    if hasattr(estimator, "estimators_"):
        trees = [each.tree_ for each in estimator.estimators_]
        pairs = [zip(tree.feature, tree.threshold, strict=True) for tree in trees]
        return [(place, value) for tree in pairs for place, value in tree if place >= 0]
    trees = [each.nodes for trees in estimator._predictors for each in trees]
    inner = np.concatenate([nodes[nodes["is_leaf"] == 0] for nodes in trees])
    return list(zip(inner["feature_idx"], inner["num_threshold"], strict=True))


@each_dataset
@each_model
def test_rows_of_the_dataset_are_answered_equally(dataset, model):
    """Also those with categories that training did not see, which come first in some datasets."""
    X, _ = data(dataset)

    assert_equal(fitted(dataset, model), X.iloc[:: len(X) // 30].head(30).to_dict("records"))


@each_dataset
@pytest.mark.parametrize("model", ["random_forest", "hist_gradient_boosting"])
@pytest.mark.parametrize("near", ["at", "above", "below", "rounded up", "rounded down"])
def test_rows_at_thresholds_are_answered_equally(dataset, model, near):
    """A threshold itself goes left; what a float32 rounds to it, or past it, as in training."""
    pipeline, (X, _) = fitted(dataset, model), data(dataset)
    names = pipeline[0].get_feature_names_out()
    nudge = {
        "at": lambda value: value,
        "above": lambda value: np.nextafter(value, np.inf),
        "below": lambda value: np.nextafter(value, -np.inf),
        "rounded up": lambda value: np.nextafter(np.float32(value), np.float32(np.inf)),
        "rounded down": lambda value: np.nextafter(np.float32(value), np.float32(-np.inf)),
    }[near]
    edges = [(names[place], value) for place, value in thresholds_of(pipeline)]
    edges = [(name, value) for name, value in edges if name in X][::5][:EDGES]
    assert edges

    rows = [
        row | {name: float(nudge(value))}
        for row, (name, value) in zip(X.head(EDGES).to_dict("records"), edges, strict=False)
    ]

    for start in range(0, len(rows), 20):
        assert_equal(pipeline, rows[start : start + 20])


@each_model
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw=st.data())
def test_any_valid_point_is_answered_equally(model, draw):
    """Also whole numbers as int, zeros of both signs, and the ends of what a column takes."""
    columns = load_schema("tennis_points", DATA).columns
    point = st.fixed_dictionaries({column.name: _values(column) for column in columns})

    assert_equal(fitted("tennis_points", model), draw.draw(st.lists(point, min_size=1, max_size=4)))


def _values(column):
    smallest, largest = limits(column)
    if column.type == "boolean":
        return st.booleans()
    if column.type == "category":
        return st.sampled_from(column.categories)
    whole = st.integers(int(np.ceil(smallest)), int(largest))
    if column.type == "integer":
        return whole
    ends = [smallest, largest, *([0.0, -0.0] if smallest <= 0 <= largest else [])]
    return st.one_of(st.floats(smallest, largest), whole, st.sampled_from(ends))
