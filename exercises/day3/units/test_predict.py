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
        # What should a test be able to read afterwards, and what should it be able to set?

    def deploy(self, model_id, fitted, dataset="tennis_points", model="random_forest"):
        """Put a fitted model into production."""
        self.versions[dataset, model] = model_id
        self.models[dataset, model, model_id] = fitted

    def production(self, dataset, model):
        """Answer which version is in production, as Registry.production does."""
        # 1. Which class has the answer, and with which fields?
        # 2. What does the real one raise where nothing is in production?
        raise NotImplementedError

    def load(self, dataset, model, model_id):
        """Answer the fitted model of a version, as Registry.load does."""
        # What does the real one raise where the model is DAMAGED?
        raise NotImplementedError


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
    # FakeModel can be read: which classes do FAST and SLOW get?
    raise NotImplementedError


def test_probabilities_bear_the_name_of_their_class(predictor):
    """With predict_proba, each row gets the model's probability of each class, by its name."""
    raise NotImplementedError


# Parametrize the method: predict, predict_proba.
def test_an_answer_can_be_written_as_json(predictor, registry):
    """Predictions of a model of digits, whose classes are NumPy's integers, survive JSON."""
    raise NotImplementedError


def test_a_frame_is_answered_like_records(predictor):
    """Rows in a DataFrame with any index get what the same rows get as dictionaries."""
    raise NotImplementedError


def test_no_rows_get_no_predictions_but_the_id(predictor):
    """An empty list gets no predictions, and the id of what is in production."""
    raise NotImplementedError


# Parametrize the method.
def test_an_unknown_method_is_refused(predictor):
    """A method that is neither predict nor predict_proba is a UserError."""
    raise NotImplementedError


# What is kept, and for how long


def test_each_dataset_and_model_has_its_own_production(predictor, registry):
    """Asked in turn for two datasets and two models, what is in production for each answers."""
    raise NotImplementedError


def test_what_is_known_is_not_asked_for_again(predictor, registry, clock):
    """After the first answer, nothing is asked of the registry for the refresh time."""
    # The registry has to count: how often it was asked before, and how often after?
    raise NotImplementedError


def test_a_version_that_stays_is_loaded_once(predictor, registry, clock):
    """When the refresh time is over, the registry is looked at, but nothing is loaded again."""
    raise NotImplementedError


def test_a_deploy_is_seen_when_the_refresh_time_is_over(predictor, registry, clock):
    """Until then the old model answers under the old id, and then the new under the new."""
    raise NotImplementedError


def test_a_slow_look_is_as_old_as_its_beginning(predictor, registry, clock):
    """Loading takes 8 of the 10 seconds: 3 s later, a deploy that came meanwhile is seen."""
    # Let the registry do something while it loads: deploy, and move the clock.
    raise NotImplementedError


def test_while_a_version_is_loaded_the_old_one_answers_others(predictor, registry, clock):
    """A request of another thread, made in the middle of a load, gets the old model's answer."""
    # Let the registry do something while it loads: start a thread that asks, and join it.
    raise NotImplementedError


# When something fails


# Parametrize dataset and model.
def test_nothing_in_production_is_told_until_something_is(predictor, registry):
    """An unknown dataset or model is a UserError, and once it is deployed, it answers at once."""
    raise NotImplementedError


# Parametrize what is raised: a UserError, and something that nobody expects.
def test_a_failed_look_leaves_the_old_model_answering(predictor, registry, clock):
    """The registry raises when it is looked at again: the model that is known answers."""
    # The registry has to be able to fail.
    raise NotImplementedError


def test_a_failed_look_is_not_made_again_at_once(predictor, registry, clock):
    """After a failed look, nothing is asked of the registry for the refresh time."""
    raise NotImplementedError


def test_a_damaged_version_is_passed_over(predictor, registry, clock):
    """What cannot be loaded leaves the old model answering, under its id, until a sound one is."""
    raise NotImplementedError


def test_a_damaged_version_is_told_where_no_other_is_known(predictor, registry):
    """What cannot be loaded is a UserError where no model has answered yet."""
    raise NotImplementedError
