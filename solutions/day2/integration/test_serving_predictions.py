"""Check that the web app and the prediction system understand each other.

The web app makes data points of JSON, asks a predictor, and makes JSON of its answer. Talk to the
app by Flask's test client, which needs no server, and expect what docs/api.md promises: all of it,
and no more.

Start with the client and the first four tests: a single point, 1, 10 and 100 of them, a mistake of
the caller (400), a fault of the application's own (500). The others find subtler bugs.
"""

import json
import pickle
import re
from types import SimpleNamespace

import pandas as pd
import pytest

from exercises.day1.data_points import random_data_points
from src import aws
from src.predict.predictor import Predictor
from src.release.registry import Registry
from src.serve.app import app as flask_app
from src.serve.app import create_app

CLASSES = {"FE", "UE", "W"}


@pytest.fixture
def client():
    """A client that makes requests of the web app without a server."""
    return flask_app.test_client()


@pytest.fixture
def point():
    """A random data point, the same one in every test."""
    return random_data_points(1, seed=1)[0]


@pytest.fixture(scope="module")
def production():
    """The model in production and its model_id, fetched from S3 past the code that is tested."""
    folder = "models/tennis_points/random_forest"
    pointer = json.loads(aws.download(f"{folder}/production.json").body)
    model = pickle.loads(aws.download(f"{folder}/{pointer['model_id']}/model.pkl").body)
    return SimpleNamespace(model=model, model_id=pointer["model_id"])


def message_of(response, status):
    """The message of an error, which has this status and is JSON."""
    assert response.status_code == status
    assert response.is_json
    message = response.get_json()["message"]
    assert isinstance(message, str)
    return message


# The four to start with


def test_serving_predictions(client, point):
    """One data point, sent as a JSON object, is answered with 200 and a list of one class."""
    response = client.post("/invocation", json=point)

    assert response.status_code == 200
    predictions = response.get_json()["predictions"]
    assert isinstance(predictions, list)
    assert len(predictions) == 1
    assert predictions[0] in CLASSES


@pytest.mark.parametrize("count", [1, 10, 100])
def test_serving_predictions_of_an_array(client, count):
    """An array of 1, 10 or 100 data points is answered with 200 and a list of as many classes."""
    response = client.post("/invocation", json=random_data_points(count, seed=count))

    assert response.status_code == 200
    predictions = response.get_json()["predictions"]
    assert isinstance(predictions, list)
    assert len(predictions) == count
    assert set(predictions) <= CLASSES


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("speed", None),
        ("speed", float("nan")),
        ("speed", "20.5"),
        ("speed", True),
        ("speed", -1.0),
        ("serve", 1.5),
        ("same_side", 1),
        ("hitpoint", "smash"),
        ("point_id", 7),
    ],
)
def test_a_wrong_value_is_the_callers_fault(client, point, column, value):
    """A value that the column may not have, or a column too many: 400, and the message names it."""
    response = client.post("/invocation", json={**point, column: value})

    assert column in message_of(response, 400)


def test_a_failure_inside_is_the_applications_fault(point):
    """The predictor raises: 500, and not a word of the exception; 503 from `/health`."""

    class Broken:
        def answer(self, rows, method, dataset, model):
            raise RuntimeError("s3://bucket-of-the-bank")

    client = create_app(predictor=Broken()).test_client()
    invocation = client.post("/invocation", json=point)
    health = client.get("/health")

    assert message_of(invocation, 500)
    assert message_of(health, 503)
    assert "bank" not in invocation.text + health.text


# What is answered


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_predictions_keep_the_order_of_the_points(client, method):
    """Points sent together get, one after the other, what each of them gets alone."""
    points = random_data_points(12, seed=12)

    def ask(body):
        return client.post(f"/invocation?method={method}", json=body).get_json()["predictions"]

    together = ask(points)
    assert len(together) == len(points)
    for point, prediction in zip(points, together, strict=True):
        [alone] = ask(point)
        assert prediction == pytest.approx(alone)


def test_probabilities_are_one_per_class_and_add_up_to_1(client):
    """With `method=predict_proba`, a point gets a probability for each class; they add up to 1."""
    points = random_data_points(100, seed=3)

    response = client.post("/invocation?method=predict_proba", json=points)

    assert response.status_code == 200
    predictions = response.get_json()["predictions"]
    assert len(predictions) == len(points)
    for probabilities in predictions:
        assert set(probabilities) == CLASSES
        assert all(0 <= probability <= 1 for probability in probabilities.values())
        assert sum(probabilities.values()) == pytest.approx(1)


def test_no_class_is_more_probable_than_the_predicted_one(client):
    """Asked for the same points, `predict` answers the class with the highest `predict_proba`."""
    points = random_data_points(100, seed=4)

    def ask(method):
        return client.post(f"/invocation?method={method}", json=points).get_json()["predictions"]

    for predicted, probabilities in zip(ask("predict"), ask("predict_proba"), strict=True):
        assert probabilities[predicted] == pytest.approx(max(probabilities.values()))


def test_the_model_in_production_answers(client, production):
    """The predictions are what the model that the fixture fetched says when asked directly."""
    points = random_data_points(100, seed=5)

    response = client.post("/invocation", json=points)

    expected = production.model.predict(pd.DataFrame(points)).tolist()
    assert response.get_json()["predictions"] == expected


def test_answers_name_the_model_in_production(client, point, production):
    """`/invocation` and `/health` answer 200 with the model_id of what is in production."""
    invocation = client.post("/invocation", json=point)
    health = client.get("/health")

    assert (invocation.status_code, health.status_code) == (200, 200)
    assert invocation.get_json()["model_id"] == production.model_id
    assert health.get_json()["model_id"] == production.model_id


def test_the_query_chooses_method_and_model(point):
    """The predictor is asked for what the query says, and without a query for the defaults."""
    asked = []

    class Recorder:
        def answer(self, rows, method, dataset, model):
            asked.append((method, dataset, model))
            return SimpleNamespace(predictions=["W"], model_id="a-version")

    client = create_app(predictor=Recorder()).test_client()
    client.post("/invocation", json=point)
    client.post("/invocation?method=predict_proba&model=logistic_regression", json=point)

    assert asked == [
        ("predict", "tennis_points", "random_forest"),
        ("predict_proba", "tennis_points", "logistic_regression"),
    ]


# The caller's fault


def test_a_missing_column_is_the_callers_fault(client, point):
    """A point that lacks a column: 400, and the message names the column."""
    del point["speed"]

    response = client.post("/invocation", json=point)

    assert "speed" in message_of(response, 400)


def test_one_wrong_point_spoils_the_whole_array(client):
    """A wrong value in the middle of an array: 400; the message names column and position."""
    points = random_data_points(9, seed=6)
    points[7]["hitpoint"] = "smash"

    message = message_of(client.post("/invocation", json=points), 400)

    assert "hitpoint" in message
    assert re.search(r"\b7\b", message)


@pytest.mark.parametrize("body", [b"", b"speed=20.5", b'{"speed": 20.5', b"[]", b"[[]]", b'"W"'])
def test_a_body_without_points_is_the_callers_fault(client, body):
    """A body that is not JSON, or is JSON but holds no data point (as an empty array does): 400."""
    response = client.post("/invocation", data=body, content_type="application/json")

    assert message_of(response, 400)


@pytest.mark.parametrize("content_type", [None, "text/plain"])
def test_a_body_of_another_content_type_is_the_callers_fault(client, point, content_type):
    """A good point whose Content-Type is another than application/json, or is not given: 400."""
    response = client.post("/invocation", data=json.dumps(point), content_type=content_type)

    assert message_of(response, 400)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("method", "fit"),
        ("dataset", "football"),
        ("model", "oracle"),
        ("metod", "predict_proba"),
    ],
)
def test_a_wrong_query_is_the_callers_fault(client, point, parameter, value):
    """An unknown method, dataset, model or parameter: 400; the message names the parameter."""
    response = client.post("/invocation", json=point, query_string={parameter: value})

    assert parameter in message_of(response, 400)


def test_points_of_another_dataset_are_the_callers_fault(client, point):
    """A point of tennis that is sent with `dataset=breast_cancer`: 400."""
    response = client.post("/invocation?dataset=breast_cancer", json=point)

    assert message_of(response, 400)


def test_as_much_as_documented_and_no_more(point):
    """10,000 points are answered; 10,001 are 400, and a body of more than 10 MB is 413."""

    class AlwaysWinner:
        def answer(self, rows, method, dataset, model):
            return SimpleNamespace(predictions=["W"] * len(rows), model_id="a-version")

    client = create_app(predictor=AlwaysWinner()).test_client()

    def send(body):
        return client.post("/invocation", data=body, content_type="application/json")

    def array(count):
        return b"[%s]" % b", ".join([json.dumps(point).encode()] * count)

    assert len(send(array(10_000)).get_json()["predictions"]) == 10_000
    assert message_of(send(array(10_001)), 400)
    assert message_of(send(b" " * 10_000_001), 413)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/invocation", 405), ("POST", "/health", 405)],
)
def test_unknown_paths_and_methods_are_answered_in_json(client, method, path, status):
    """An unknown path is 404, a method that a path does not have is 405; both have a message."""
    response = client.open(path, method=method)

    assert message_of(response, status)


# The application's own fault


def test_no_model_in_production_is_the_applications_fault(point, monkeypatch):
    """Nothing is in production: 500 with a message, and 503 from `/health`."""
    monkeypatch.setenv("S3_BUCKET", "nothing-deployed")
    client = create_app(predictor=Predictor(Registry())).test_client()

    invocation = client.post("/invocation", json=point)
    health = client.get("/health")

    assert message_of(invocation, 500)
    assert message_of(health, 503)
