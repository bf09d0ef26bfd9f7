"""Few rows go straight through the fitted objects of a pipeline, where that is sure to be equal."""

import gc
import math
import re
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from threadpoolctl import threadpool_limits

from src.predict.direct import FEW, direct_walk
from src.predict.predictor import ask
from src.train.features import Columns, OneHot

KINDS = ("bought", "given", "stolen")
MEASURES = ["weight", "age"]
FOREST = RandomForestClassifier(5, random_state=0)


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def one_thread():
    """Boosting on several threads takes long where other tests need the cores as well."""
    with threadpool_limits(1):
        yield


class Watched(Columns):
    """Remembers what it was asked with."""

    seen = ()

    def _compute(self, X):
        self.seen = (*self.seen, type(X).__name__)
        return super()._compute(X)


class PandasOnly(Columns):
    """Needs more of a frame than its columns."""

    def _compute(self, X):
        return X.loc[:, list(self.names)].to_numpy(dtype=float)


class Moody(Columns):
    """Computes something else of what is no frame."""

    def _compute(self, X):
        return super()._compute(X) * (1 if isinstance(X, pd.DataFrame) else 1.5)


@pytest.fixture(scope="module")
def frame():
    """120 things: how heavy and how old they are, and where they come from."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "weight": rng.normal(size=120),
            "age": rng.integers(0, 50, size=120),
            "kind": rng.choice(KINDS, size=120),
        }
    )


@pytest.fixture
def fit(frame):
    """Fit a pipeline like ours, with another node or estimator if given."""

    def fit_pipeline(node=None, estimator=None):
        nodes = [("measures", node or Columns(MEASURES)), ("kind", OneHot("kind"))]
        model = Pipeline(
            [
                ("features", FeatureUnion(nodes, verbose_feature_names_out=False)),
                ("estimator", clone(FOREST if estimator is None else estimator)),
            ]
        )
        return model.fit(frame, np.where(frame["weight"] + frame["age"] / 50 > 0.5, "old", "new"))

    return fit_pipeline


@pytest.fixture(scope="module")
def rows(frame):
    return frame.head(5).to_dict("records")


def expected_of(model, rows):
    """Probabilities as the pipeline itself tells them."""
    told = model.predict_proba(pd.DataFrame(rows)).tolist()
    return [dict(zip(model.classes_.tolist(), row, strict=True)) for row in told]


@pytest.mark.parametrize(
    "estimator",
    [
        FOREST,
        HistGradientBoostingClassifier(max_iter=5),
        LogisticRegression(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        make_pipeline(StandardScaler(), FOREST),
    ],
    ids=["forest", "boosting", "regression", "scaled regression", "scaled forest"],
)
def test_few_rows_are_answered_without_the_pipeline_and_equally(fit, rows, estimator):
    model = fit(Watched(MEASURES), estimator)
    ask(model, rows, "predict")  # now it is known to be equal
    node = model[0].transformer_list[0][1]
    node.seen = ()

    classes, probabilities = ask(model, rows, "predict"), ask(model, rows, "predict_proba")

    assert set(node.seen) == {"Few"}
    assert classes == model.predict(pd.DataFrame(rows)).tolist()
    assert probabilities == [pytest.approx(each, abs=1e-12) for each in expected_of(model, rows)]


def test_as_many_rows_as_are_few_are_walked_and_one_more_is_not(fit, rows):
    model = fit()

    assert direct_walk(model, rows[:1] * FEW) is not None
    assert direct_walk(model, rows[:1] * (FEW + 1)) is None


def test_a_frame_is_for_the_pipeline(fit, rows):
    assert direct_walk(fit(), pd.DataFrame(rows)) is None


@pytest.mark.parametrize("value", [None, np.float64(1), [1.0], pd.NA])
def test_values_that_json_does_not_make_are_for_the_pipeline(fit, rows, value):
    model = fit()
    assert direct_walk(model, rows) is not None

    assert direct_walk(model, [rows[0], rows[1] | {"weight": value}]) is None


@pytest.mark.parametrize(
    "estimator",
    [
        ExtraTreesClassifier(3),
        make_pipeline(MinMaxScaler(), LogisticRegression()),
        make_pipeline(StandardScaler(), StandardScaler(), LogisticRegression()),
    ],
)
def test_another_kind_of_pipeline_is_asked_itself_and_nothing_is_said(fit, rows, estimator, caplog):
    model = fit(estimator=estimator)

    assert direct_walk(model, rows) is None
    assert not caplog.records
    assert ask(model, rows, "predict") == model.predict(pd.DataFrame(rows)).tolist()


def test_what_is_no_pipeline_is_asked_itself(rows):
    class Says:
        def predict(self, frame):
            return np.array(["old"] * len(frame))

    assert direct_walk(Says(), rows) is None
    assert ask(Says(), rows, "predict") == ["old"] * len(rows)


@pytest.mark.parametrize("node", [PandasOnly, Moody])
def test_a_pipeline_whose_walk_is_not_equal_answers_itself_and_that_is_said_once(
    fit, rows, node, caplog
):
    model = fit(node(MEASURES))

    answers = [ask(model, rows, "predict_proba") for _ in range(3)]

    assert answers == [expected_of(model, rows)] * 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_pipeline_that_decides_otherwise_than_by_its_scores_answers_itself(fit, rows):
    model = fit()
    model[-1].predict = lambda features: np.array(["neither"] * len(features))

    assert ask(model, rows, "predict") == ["neither"] * len(rows)


def test_a_node_that_depends_on_the_other_rows_shows_in_the_answers(fit, rows):
    class Relative(Columns):
        def _compute(self, X):
            values = super()._compute(X)
            return values - values.mean(axis=0)

    model = fit(Relative(MEASURES))
    direct_walk(model, rows)

    assert ask(model, rows, "predict_proba") == expected_of(model, rows)
    assert ask(model, rows[:1], "predict_proba") == expected_of(model, rows[:1])


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("weight", [math.inf, -math.inf, 1e39, "heavy", ""])
def test_what_the_pipeline_refuses_is_refused_in_its_words(fit, rows, weight):
    model = fit()
    assert direct_walk(model, rows) is not None
    wrong = [rows[0] | {"weight": weight}]
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - whatever it says
        model.predict(pd.DataFrame(wrong))

    with pytest.raises(ValueError, match=re.escape(str(refusal.value))):
        ask(model, wrong, "predict")


@pytest.mark.parametrize("weight", [math.inf, math.nan, 1e39, "1.5", 2**70])
def test_what_the_pipeline_takes_is_answered_equally(fit, rows, weight):
    model = fit(estimator=HistGradientBoostingClassifier(max_iter=5))
    assert direct_walk(model, rows) is not None
    odd = [rows[0] | {"weight": weight}]

    assert ask(model, odd, "predict_proba") == expected_of(model, odd)


def test_a_column_that_is_missing_is_the_pipelines_to_refuse(fit, rows):
    model = fit()
    assert direct_walk(model, rows) is not None

    with pytest.raises(KeyError, match="age"):
        ask(model, [{"weight": 1.0, "kind": "given"}], "predict")


def test_a_model_that_is_not_fitted_says_so(fit, rows, caplog):
    with pytest.raises(NotFittedError):
        ask(clone(fit()), rows, "predict")

    assert not caplog.records


def test_a_model_that_is_fitted_again_answers_as_it_is_now(fit, rows, frame):
    model = fit()
    before = ask(model, rows, "predict")

    model.fit(frame, np.where(np.isin(fit().predict(frame), "old"), "new", "old"))

    assert ask(model, rows, "predict") != before
    assert ask(model, rows, "predict") == model.predict(pd.DataFrame(rows)).tolist()


def test_a_walk_is_forgotten_with_its_model(fit, rows):
    model = fit()
    walk = weakref.ref(direct_walk(model, rows))
    assert direct_walk(model, rows) is walk()

    del model
    gc.collect()

    assert walk() is None


def test_threads_that_ask_side_by_side_get_their_own_answers(fit, frame):
    model = fit()
    rows = frame.to_dict("records")
    expected = expected_of(model, rows)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda row: ask(model, [row], "predict_proba")[0], rows))

    assert answers == expected
