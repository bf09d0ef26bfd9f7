"""An answer is right or wrong by what it says, not only by its status."""

import json

import pytest

from src.load.answers import Answers
from src.load.plan import Draw, Plan
from src.load.server import predictions

FIRST, SECOND = "1" * 40, "2" * 40
DIFFERS = "wrong answer: not what this version answers for this row"


def body(prediction, model_id=FIRST):
    return json.dumps({"predictions": [prediction], "model_id": model_id}).encode()


@pytest.fixture
def classes():
    """Answers of a model whose first version answers rows 0 and 1 with W and FE."""
    return Answers(["W", "FE"], expected={FIRST: {0: "W", 1: "FE"}})


@pytest.fixture
def shares():
    """Answers with probabilities, of which that of row 0 is known."""
    return Answers(["W", "FE"], "predict_proba", {FIRST: {0: {"W": 0.25, "FE": 0.75}}})


def plan(**changes):
    fields = {"dataset": "shots", "model": "random_forest", "method": None, "classes": ["a", "b"]}
    rest = {"expected": {}, "shortest_wait": 0.0, "longest_wait": 0.0, "timeout": 1.0}
    return Plan(**fields | rest | {"rows": [{"speed": 1.5}, {"speed": 2}]} | changes)


def test_the_expected_answer_is_right(classes):
    assert classes.problem(0, 200, body("W")) is None


def test_the_answer_of_another_row_is_wrong(classes):
    assert classes.problem(0, 200, body("FE")) == DIFFERS


@pytest.mark.parametrize("status", [0, 302, 400, 500, 503])
def test_another_status_is_a_failure(classes, status):
    assert classes.problem(0, status, body("W")) == f"status {status}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"<html>", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"model_id": "1"}', "not one prediction for one row"),
        (b'{"predictions": ["W", "W"], "model_id": "1"}', "not one prediction for one row"),
        (b'{"predictions": "W", "model_id": "1"}', "not one prediction for one row"),
        (b'{"predictions": ["W"]}', "no model id"),
        (b'{"predictions": ["W"], "model_id": ["1"]}', "no model id"),
        (body("OUT"), "no class of the dataset"),
        (body(None), "no class of the dataset"),
        (body(["W"]), "no class of the dataset"),
        (body({"W": 1.0}), "no class of the dataset"),
    ],
)
def test_an_answer_of_another_shape_is_wrong(classes, text, problem):
    assert classes.problem(0, 200, text) == f"wrong answer: {problem}"


def test_true_is_not_the_class_1():
    assert Answers([0, 1]).problem(0, 200, body(True)) == "wrong answer: no class of the dataset"


@pytest.mark.parametrize(
    ("prediction", "problem"),
    [
        ({"W": 0.25, "FE": 0.75}, None),
        ({"W": 0.25 + 1e-12, "FE": 0.75 - 1e-12}, None),
        ({"W": 0.26, "FE": 0.74}, DIFFERS),
        ({"W": 0.25, "FE": 0.7}, "wrong answer: probabilities that do not add up to 1"),
        ({"W": -0.25, "FE": 1.25}, "wrong answer: a probability that is none"),
        ({"W": float("nan"), "FE": 0.75}, "wrong answer: a probability that is none"),
        ({"W": True, "FE": False}, "wrong answer: a probability that is none"),
        ({"W": 1.0}, "wrong answer: not a probability for each class"),
        ("W", "wrong answer: not a probability for each class"),
    ],
)
def test_probabilities_are_checked(shares, prediction, problem):
    assert shares.problem(0, 200, body(prediction)) == problem


def test_a_version_deployed_meanwhile_may_answer_otherwise(classes):
    assert classes.problem(0, 200, body("FE", SECOND)) is None


def test_a_version_deployed_meanwhile_answers_a_row_always_alike(classes):
    classes.problem(0, 200, body("FE", SECOND))

    assert classes.problem(0, 200, body("W", SECOND)) == DIFFERS


def test_versions_are_counted(classes):
    for version in (FIRST, SECOND, FIRST):
        classes.problem(0, 200, body("W", version))

    assert classes.versions == {FIRST: 2, SECOND: 1}


def test_what_is_not_known_beforehand_is_not_wrong():
    answers = plan(expected={FIRST: [None, "b"]}).answers()

    assert answers.problem(0, 200, body("a")) is None
    assert answers.problem(1, 200, body("a")) == DIFFERS


def test_a_plan_survives_its_way_to_another_machine():
    sent = plan(expected={FIRST: [{"a": 0.1}, None]}, method="predict_proba", budgets={"p50_ms": 1})

    assert Plan.from_json(sent.to_json()) == sent


@pytest.mark.parametrize(
    ("method", "path"),
    [
        (None, "/invocation?dataset=shots&model=random_forest"),
        ("predict", "/invocation?dataset=shots&model=random_forest&method=predict"),
    ],
)
def test_a_request_says_dataset_model_and_where_it_is_set_the_method(method, path):
    assert plan(method=method).path == path


def test_rare_answers_are_asked_for_as_often_as_others():
    rows = [{"speed": number} for number in range(100)]
    draw = Draw(plan(rows=rows, expected={FIRST: ["a"] * 99 + ["b"]}))

    drawn = [draw() for _ in range(1000)]

    assert 350 < drawn.count(99) < 650


class Slow:
    """A server that takes a second for each answer."""

    def __init__(self):
        self.seconds = 0.0

    def ask(self, path, text):
        self.seconds += 1.0
        return (200, body("a")) if text != b"bad" else (500, b"")


def test_rows_are_asked_for_while_there_is_time():
    server = Slow()

    known = predictions(
        server, "/", [b"0", b"1", b"bad", b"3", b"4", b"5"], 4, lambda: server.seconds
    )

    assert known == {FIRST: ["a", "a", None, "a", "a", None]}
