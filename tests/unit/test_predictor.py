"""The predictor answers with what is in production, and follows it."""

import logging
import threading

import pandas as pd
import pytest

from src.errors import UserError
from src.predict.predictor import Answer, Predictor
from src.release.registry import Version

ROWS = [{"speed": 10.0}, {"speed": 30.0}, {"speed": 20.0}]


class Model:
    """Calls each speed its own class, so that the order shows."""

    classes_ = (7, "W")

    def predict(self, frame):
        return frame["speed"].to_numpy()

    def predict_proba(self, frame):
        share = frame["speed"].to_numpy() / 40
        return pd.DataFrame({"first": share, "second": 1 - share}).to_numpy()


class Shelf:
    """A registry in memory, which counts and may be out of order."""

    def __init__(self, model_id="first"):
        self.model_id = model_id
        self.looks = 0
        self.loads = []
        self.fault = None
        self.damaged = set()

    def production(self, dataset, model):
        self.looks += 1
        if self.fault:
            raise self.fault
        return Version(self.model_id, "etag")

    def load(self, dataset, model, model_id):
        self.loads.append((dataset, model, model_id))
        if model_id in self.damaged:
            raise UserError(f"{model_id} is damaged")
        return Model()


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def predictor(shelf, clock):
    return Predictor(shelf, refresh_seconds=1.0, clock=clock)


def test_predictions_keep_the_order_of_the_rows(predictor):
    assert predictor.answer(ROWS) == Answer([10.0, 30.0, 20.0], "first")


def test_predictions_are_python_values_that_json_takes(predictor):
    assert {type(value) for value in predictor.answer(ROWS).predictions} == {float}


def test_a_frame_is_as_good_as_records(predictor):
    assert predictor.answer(pd.DataFrame(ROWS)) == predictor.answer(ROWS)


def test_probabilities_bear_the_name_of_their_class(predictor):
    answer = predictor.answer(ROWS[:1], "predict_proba")

    assert answer.predictions == [{"7": 0.25, "W": 0.75}]


def test_no_rows_get_no_predictions_but_the_model_id(predictor):
    assert predictor.answer([]) == Answer([], "first")


def test_an_unknown_method_is_refused(predictor):
    with pytest.raises(UserError, match="predict_proba"):
        predictor.answer(ROWS, "fit")


def test_the_model_is_loaded_once_and_the_pointer_not_looked_at_for_each_answer(predictor, shelf):
    for _ in range(10):
        predictor.answer(ROWS)

    assert (shelf.looks, len(shelf.loads)) == (1, 1)


def test_each_dataset_and_model_has_its_own_production(predictor, shelf):
    predictor.answer(ROWS, "predict", "tennis_points", "random_forest")
    predictor.answer(ROWS, "predict", "digits", "logistic_regression")

    assert shelf.loads == [
        ("tennis_points", "random_forest", "first"),
        ("digits", "logistic_regression", "first"),
    ]


def test_a_deploy_is_seen_when_the_last_look_is_too_old(predictor, shelf, clock):
    predictor.answer(ROWS)
    shelf.model_id = "second"

    clock.now += 0.99
    before = predictor.answer(ROWS).model_id
    clock.now += 0.01
    after = predictor.answer(ROWS).model_id

    assert (before, after) == ("first", "second")


def test_a_look_that_finds_the_same_version_loads_nothing(predictor, shelf, clock):
    predictor.answer(ROWS)
    clock.now += 5
    predictor.answer(ROWS)

    assert (shelf.looks, len(shelf.loads)) == (2, 1)


def test_where_nothing_is_in_production_the_caller_is_told_until_something_is(predictor, shelf):
    shelf.fault = UserError("nothing there")
    with pytest.raises(UserError, match="nothing there"):
        predictor.answer(ROWS)
    shelf.fault = None

    assert predictor.answer(ROWS).model_id == "first"


@pytest.mark.parametrize("fault", [UserError("S3 is away"), RuntimeError("what is this")])
def test_a_failing_look_keeps_the_old_model_and_is_logged(predictor, shelf, clock, caplog, fault):
    predictor.answer(ROWS)
    shelf.fault = fault
    clock.now += 1

    with caplog.at_level(logging.ERROR):
        answer = predictor.answer(ROWS)

    assert (answer.model_id, caplog.messages) == ("first", [f"first keeps answering: {fault}"])


def test_a_damaged_new_version_keeps_the_old_one_answering_until_a_sound_one_comes(
    predictor, shelf, clock
):
    predictor.answer(ROWS)
    shelf.model_id, shelf.damaged = "second", {"second"}
    clock.now += 1
    meanwhile = predictor.answer(ROWS).model_id
    shelf.model_id = "third"
    clock.now += 1

    assert (meanwhile, predictor.answer(ROWS).model_id) == ("first", "third")


def test_while_one_thread_looks_the_others_get_the_old_model(predictor, shelf, clock):
    looking, go_on = threading.Event(), threading.Event()
    predictor.answer(ROWS)
    load = shelf.load

    def slow_load(*version):
        looking.set()
        assert go_on.wait(10)
        return load(*version)

    shelf.load, shelf.model_id = slow_load, "second"
    clock.now += 1
    answers = []
    looker = threading.Thread(target=lambda: answers.append(predictor.answer(ROWS).model_id))
    looker.start()
    assert looking.wait(10)
    meanwhile = predictor.answer(ROWS).model_id
    go_on.set()
    looker.join(10)

    assert (meanwhile, answers) == ("first", ["second"])


def test_threads_that_come_first_together_load_the_model_once(predictor, shelf):
    arrived, answers = threading.Barrier(8), []

    def ask():
        arrived.wait(10)
        answers.append(predictor.answer(ROWS))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert (len(answers), len(shelf.loads)) == (8, 1)
