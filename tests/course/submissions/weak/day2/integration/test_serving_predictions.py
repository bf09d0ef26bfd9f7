"""Written in a hurry: where an answer has the right status, all is well."""

import pytest

from exercises.day1.data_points import random_data_points
from src.serve.app import app as flask_app
from src.serve.app import create_app


@pytest.fixture
def client():
    return flask_app.test_client()


@pytest.mark.parametrize("count", [1, 10, 100])
def test_serving_predictions(client, count):
    response = client.post("/invocation", json=random_data_points(count))

    assert response.status_code == 200


def test_client_error(client):
    response = client.post("/invocation", data="hello", content_type="application/json")

    assert response.status_code == 400


def test_application_error():
    class Broken:
        def answer(self, rows, method, dataset, model):
            raise RuntimeError("broken")

    response = (
        create_app(predictor=Broken()).test_client().post("/invocation", json=random_data_points(1))
    )

    assert response.status_code == 500
