"""An end-to-end suite that never starts a server: it asks Flask's test client."""

from types import SimpleNamespace

import pytest

from exercises.day1.data_points import random_data_points
from src.serve.app import create_app


class Predictor:
    def answer(self, rows, method, dataset, model):
        return SimpleNamespace(predictions=["W"] * len(rows), model_id="a-model")


@pytest.fixture
def client():
    return create_app(predictor=Predictor()).test_client()


@pytest.mark.parametrize("count", [1, 5, 10, 50])
def test_each_point_gets_a_prediction(client, count):
    response = client.post("/invocation", json=random_data_points(count))
    assert response.status_code == 200
    assert len(response.get_json()["predictions"]) == count


def test_health(client):
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"speed": 1}', b'[{"speed": "fast"}]'])
def test_a_wrong_request_is_the_callers_fault(client, body):
    response = client.post("/invocation", data=body, content_type="application/json")
    assert response.status_code == 400
