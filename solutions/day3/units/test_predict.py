"""Test the predictor without S3 and without a trained model: give it fakes.

A `Predictor` is given all that it depends on: a registry, which knows what is in production and
loads it, how many seconds a look there may get old, and a clock. So nothing is patched, and no test
waits: a second has passed when the test says so. What is promised is in the docstrings of
src/predict/predictor.py and src/predict/production.py; what a registry does, in those of
`Registry.production` and `Registry.load` in src/release/registry.py.

A fake does what the real one does, only with less: it refuses what the real one refuses, and a test
can read from it what it was asked. Write the registry first, and the tests of what is answered;
then those of what is kept, and for how long; then what happens when something fails.
"""

import json
from threading import Thread

import numpy as np
import pandas as pd
import pytest

from src.errors import UserError
from src.predict.predictor import Answer, Predictor
from src.release.registry import NotInProduction, Version

FAST, SLOW = {"speed": 30.0}, {"speed": 10.0}
DAMAGED = None  # in place of a fitted model


class FakeModel:
    """Tells fast balls from slow ones; the names of its classes show which model answers."""

    def __init__(self, fast, slow):
        self.classes_ = np.array([fast, slow])

    def predict(self, frame):
        """The class of each row, in an array, as scikit-learn's models do."""
        return self.classes_[np.where(self._is_fast(frame), 0, 1)]

    def predict_proba(self, frame):
        """A column for each class, in the order of `classes_`."""
        return np.where(self._is_fast(frame)[:, None], [0.875, 0.125], [0.34375, 0.65625])

    def _is_fast(self, frame):
        if frame.empty:
            raise ValueError("Found array with 0 samples")  # as scikit-learn's models do
        return frame["speed"].to_numpy() > 20


class FakeRegistry:
    """Keeps models in memory, remembers what it was asked, and fails when it is told to."""

    def __init__(self):
        self.versions = {}  # (dataset, model) -> model_id
        self.models = {}  # (dataset, model, model_id) -> fitted model
        self.looks = 0
        self.loads = []  # ids
        self.fault = None
        self.while_loading = None  # what happens meanwhile, once

    def deploy(self, model_id, fitted, dataset="tennis_points", model="random_forest"):
        """Put a fitted model into production."""
        self.versions[dataset, model] = model_id
        self.models[dataset, model, model_id] = fitted

    def production(self, dataset, model):
        """Answer which version is in production, as Registry.production does."""
        self.looks += 1
        if self.fault:
            raise self.fault
        if (dataset, model) not in self.versions:
            raise NotInProduction(f"No {model} on {dataset} is in production.")
        return Version(self.versions[dataset, model], etag="any")

    def load(self, dataset, model, model_id):
        """Answer the fitted model of a version, as Registry.load does."""
        self.loads.append(model_id)
        meanwhile, self.while_loading = self.while_loading, None
        if meanwhile:
            meanwhile()
        fitted = self.models[dataset, model, model_id]
        if fitted is DAMAGED:
            raise UserError(f"{model_id} is not the model that its report tells of.")
        return fitted


class Clock:
    """Time passes when a test says so: `clock.now += 1`."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def registry():
    """A registry where the version "first" of the default model is in production."""
    registry = FakeRegistry()
    registry.deploy("first", FakeModel(fast="W", slow="UE"))
    return registry


@pytest.fixture
def clock():
    """A clock that stands still until the test moves it."""
    return Clock()


@pytest.fixture
def predictor(registry, clock):
    """A predictor that knows nothing yet, and whose looks at the registry are good for 10 s."""
    return Predictor(registry, refresh_seconds=10, clock=clock)


# What is answered


def test_predictions_are_the_models_in_the_order_of_the_rows(predictor):
    """Each row gets the class that the model gives it, in their order; equal rows get one each."""
    answer = predictor.answer([FAST, SLOW, SLOW, FAST])

    assert answer == Answer(["W", "UE", "UE", "W"], "first")


def test_probabilities_bear_the_name_of_their_class(predictor):
    """With predict_proba, each row gets the model's probability of each class, by its name."""
    answer = predictor.answer([FAST, SLOW], "predict_proba")

    assert answer.predictions == [
        pytest.approx({"W": 0.875, "UE": 0.125}),
        pytest.approx({"W": 0.34375, "UE": 0.65625}),
    ]


@pytest.mark.parametrize(
    ("method", "expected"),
    [("predict", [7]), ("predict_proba", [pytest.approx({"7": 0.875, "1": 0.125})])],
)
def test_an_answer_can_be_written_as_json(predictor, registry, method, expected):
    """Predictions of a model of digits, whose classes are NumPy's integers, survive JSON."""
    registry.deploy("digits", FakeModel(fast=7, slow=1), dataset="digits")

    answer = predictor.answer([FAST], method, dataset="digits")

    assert json.loads(json.dumps(answer.predictions)) == expected


def test_a_frame_is_answered_like_records(predictor):
    """Rows in a DataFrame with any index get what the same rows get as dictionaries."""
    frame = pd.DataFrame([FAST, SLOW], index=[7, 3])

    assert predictor.answer(frame) == predictor.answer([FAST, SLOW])


def test_no_rows_get_no_predictions_but_the_id(predictor):
    """An empty list gets no predictions, and the id of what is in production."""
    assert predictor.answer([]) == Answer([], "first")


@pytest.mark.parametrize("method", ["fit", "predict_log_proba", "Predict", ""])
def test_an_unknown_method_is_refused(predictor, method):
    """A method that is neither predict nor predict_proba is a UserError."""
    with pytest.raises(UserError):
        predictor.answer([FAST], method)


# What is kept, and for how long


def test_each_dataset_and_model_has_its_own_production(predictor, registry):
    """Asked in turn for two datasets and two models, what is in production for each answers."""
    registry.deploy("regression", FakeModel(fast="A", slow="B"), model="logistic_regression")
    registry.deploy("digits", FakeModel(fast=7, slow=1), dataset="digits")

    answers = [
        predictor.answer([FAST], dataset="tennis_points", model="random_forest"),
        predictor.answer([FAST], dataset="tennis_points", model="logistic_regression"),
        predictor.answer([FAST], dataset="digits", model="random_forest"),
    ]

    assert answers == [Answer(["W"], "first"), Answer(["A"], "regression"), Answer([7], "digits")]


def test_what_is_known_is_not_asked_for_again(predictor, registry, clock):
    """After the first answer, nothing is asked of the registry for the refresh time."""
    predictor.answer([FAST])
    asked = (registry.looks, len(registry.loads))

    clock.now += 9.9
    predictor.answer([FAST])

    assert (registry.looks, len(registry.loads)) == asked


def test_a_version_that_stays_is_loaded_once(predictor, registry, clock):
    """When the refresh time is over, the registry is looked at, but nothing is loaded again."""
    predictor.answer([FAST])
    looks = registry.looks

    clock.now += 10.1
    predictor.answer([FAST])

    assert registry.looks > looks
    assert registry.loads == ["first"]


def test_a_deploy_is_seen_when_the_refresh_time_is_over(predictor, registry, clock):
    """Until then the old model answers under the old id, and then the new under the new."""
    predictor.answer([FAST])
    registry.deploy("second", FakeModel(fast="winner", slow="error"))

    clock.now += 9.9
    before = predictor.answer([FAST])
    clock.now += 0.2
    after = predictor.answer([FAST])

    assert before == Answer(["W"], "first")
    assert after == Answer(["winner"], "second")


def test_a_slow_look_is_as_old_as_its_beginning(predictor, registry, clock):
    """Loading takes 8 of the 10 seconds: 3 s later, a deploy that came meanwhile is seen."""

    def deploy_while_time_passes():
        registry.deploy("second", FakeModel(fast="winner", slow="error"))
        clock.now += 8

    registry.while_loading = deploy_while_time_passes
    predictor.answer([FAST])

    clock.now += 3

    assert predictor.answer([FAST]).model_id == "second"


def test_while_a_version_is_loaded_the_old_one_answers_others(predictor, registry, clock):
    """A request of another thread, made in the middle of a load, gets the old model's answer."""
    others = []

    def ask_beside():
        other = Thread(target=lambda: others.append(predictor.answer([FAST])), daemon=True)
        other.start()
        other.join(timeout=5)  # for ever, where it has to wait for us

    predictor.answer([FAST])
    registry.deploy("second", FakeModel(fast="winner", slow="error"))
    registry.while_loading = ask_beside

    clock.now += 10.1
    own = predictor.answer([FAST])

    assert others == [Answer(["W"], "first")]
    assert own == Answer(["winner"], "second")


# When something fails


@pytest.mark.parametrize(
    ("dataset", "model"), [("football", "random_forest"), ("tennis_points", "oracle")]
)
def test_nothing_in_production_is_told_until_something_is(predictor, registry, dataset, model):
    """An unknown dataset or model is a UserError, and once it is deployed, it answers at once."""
    with pytest.raises(UserError):
        predictor.answer([FAST], dataset=dataset, model=model)

    registry.deploy("new", FakeModel(fast="A", slow="B"), dataset, model)

    assert predictor.answer([FAST], dataset=dataset, model=model) == Answer(["A"], "new")


@pytest.mark.parametrize("fault", [UserError("S3 is away"), OSError("the disk is gone")])
def test_a_failed_look_leaves_the_old_model_answering(predictor, registry, clock, fault):
    """The registry raises when it is looked at again: the model that is known answers."""
    predictor.answer([FAST])
    registry.fault = fault

    clock.now += 10.1

    assert predictor.answer([FAST]) == Answer(["W"], "first")


def test_a_failed_look_is_not_made_again_at_once(predictor, registry, clock):
    """After a failed look, nothing is asked of the registry for the refresh time."""
    predictor.answer([FAST])
    registry.fault = UserError("S3 is away")
    clock.now += 10.1
    predictor.answer([FAST])
    looks = registry.looks

    clock.now += 9.9
    predictor.answer([FAST])

    assert registry.looks == looks


def test_a_damaged_version_is_passed_over(predictor, registry, clock):
    """What cannot be loaded leaves the old model answering, under its id, until a sound one is."""
    predictor.answer([FAST])

    registry.deploy("damaged", DAMAGED)
    clock.now += 10.1
    meanwhile = predictor.answer([FAST])
    registry.deploy("sound", FakeModel(fast="winner", slow="error"))
    clock.now += 10.1
    after = predictor.answer([FAST])

    assert meanwhile == Answer(["W"], "first")
    assert after == Answer(["winner"], "sound")


def test_a_damaged_version_is_told_where_no_other_is_known(predictor, registry):
    """What cannot be loaded is a UserError where no model has answered yet."""
    registry.deploy("damaged", DAMAGED)

    with pytest.raises(UserError):
        predictor.answer([FAST])
