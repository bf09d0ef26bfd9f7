"""Check that the web app and the prediction system understand each other.

The web app makes data points of JSON, asks a predictor, and makes JSON of its answer. Talk to the
app by Flask's test client, which needs no server, and expect what docs/api.md promises: all of it,
and no more.

Start with the client and the first four tests: a single point, 1, 10 and 100 of them, a mistake of
the caller (400), a fault of the application's own (500). The others find subtler bugs.
"""

import json
import pickle
from types import SimpleNamespace

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
    # flask_app can make one.
    raise NotImplementedError


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


# The four to start with


def test_serving_predictions(client, point):
    """One data point, sent as a JSON object, is answered with 200 and a list of one class."""
    # 1. Send the point with the client: which path, which HTTP method, which form?
    # 2. Look at the status.
    # 3. Look at the predictions: how many, and which values may they have?
    raise NotImplementedError


# Parametrize the count.
def test_serving_predictions_of_an_array(client):
    """An array of 1, 10 or 100 data points is answered with 200 and a list of as many classes."""
    raise NotImplementedError


# Parametrize the column and its value: start with a few, and read docs/api.md for more.
def test_a_wrong_value_is_the_callers_fault(client, point):
    """A value that the column may not have, or a column too many: 400, and the message names it."""
    raise NotImplementedError


def test_a_failure_inside_is_the_applications_fault(point):
    """The predictor raises: 500, and not a word of the exception; 503 from `/health`."""
    # 1. Write a predictor: a class with the method answer(self, rows, method, dataset, model).
    # 2. Make an application of its own for it: create_app(predictor=...).
    # 3. Ask that application's test client.
    raise NotImplementedError


# What is answered


# Parametrize the method: predict, predict_proba.
def test_predictions_keep_the_order_of_the_points(client):
    """Points sent together get, one after the other, what each of them gets alone."""
    raise NotImplementedError


def test_probabilities_are_one_per_class_and_add_up_to_1(client):
    """With `method=predict_proba`, a point gets a probability for each class; they add up to 1."""
    raise NotImplementedError


def test_no_class_is_more_probable_than_the_predicted_one(client):
    """Asked for the same points, `predict` answers the class with the highest `predict_proba`."""
    raise NotImplementedError


def test_the_model_in_production_answers(client, production):
    """The predictions are what the model that the fixture fetched says when asked directly."""
    # production.model.predict takes a DataFrame of the same points.
    raise NotImplementedError


def test_answers_name_the_model_in_production(client, point, production):
    """`/invocation` and `/health` answer 200 with the model_id of what is in production."""
    raise NotImplementedError


def test_the_query_chooses_method_and_model(point):
    """The predictor is asked for what the query says, and without a query for the defaults."""
    # A predictor of your own can keep a list of what it was asked.
    raise NotImplementedError


# The caller's fault


def test_a_missing_column_is_the_callers_fault(client, point):
    """A point that lacks a column: 400, and the message names the column."""
    raise NotImplementedError


def test_one_wrong_point_spoils_the_whole_array(client):
    """A wrong value in the middle of an array: 400; the message names column and position."""
    raise NotImplementedError


# Parametrize the body: client.post(..., data=body, content_type=...) sends it as it is.
def test_a_body_without_points_is_the_callers_fault(client):
    """A body that is not JSON, or is JSON but holds no data point (as an empty array does): 400."""
    raise NotImplementedError


def test_a_body_of_another_content_type_is_the_callers_fault(client, point):
    """A good point whose Content-Type is another than application/json, or is not given: 400."""
    raise NotImplementedError


# Parametrize the parameter and its value.
def test_a_wrong_query_is_the_callers_fault(client, point):
    """An unknown method, dataset, model or parameter: 400; the message names the parameter."""
    raise NotImplementedError


def test_points_of_another_dataset_are_the_callers_fault(client, point):
    """A point of tennis that is sent with `dataset=breast_cancer`: 400."""
    raise NotImplementedError


def test_as_much_as_documented_and_no_more(client, point):
    """10,000 points are answered; 10,001 are 400, and a body of more than 10 MB is 413."""
    raise NotImplementedError


# Parametrize method, path and status: client.open(path, method=...) makes any request.
def test_unknown_paths_and_methods_are_answered_in_json(client):
    """An unknown path is 404, a method that a path does not have is 405; both have a message."""
    raise NotImplementedError


# The application's own fault


def test_no_model_in_production_is_the_applications_fault(point, monkeypatch):
    """Nothing is in production: 500 with a message, and 503 from `/health`."""
    # 1. Let S3_BUCKET name another bucket: monkeypatch.setenv.
    # 2. Give an application a predictor that knows no model yet: Predictor(Registry()).
    # 3. Ask that application's test client.
    raise NotImplementedError
