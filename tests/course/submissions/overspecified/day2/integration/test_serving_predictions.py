"""Written with an answer at hand: what it happens to look like is taken for what is promised."""

from unittest.mock import Mock

import pandas as pd
import pytest

from exercises.day1.data_points import random_data_points
from src.release.registry import Registry
from src.serve.app import app as flask_app
from src.serve.app import create_app


@pytest.fixture
def client():
    return flask_app.test_client()


@pytest.fixture
def point():
    return random_data_points(1, seed=1)[0]


@pytest.mark.parametrize("count", [1, 10, 100])
def test_serving_predictions(client, count):
    response = client.post("/invocation", json=random_data_points(count))

    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert len(response.get_json()["predictions"]) == count


def test_the_answer_starts_with_the_predictions(client, point):
    response = client.post("/invocation", json=point)

    assert list(response.get_json()) == ["predictions", "model_id"]


def test_the_message_for_a_wrong_value(client, point):
    points = [point, {**point, "speed": "fast"}]

    response = client.post("/invocation", json=points)

    assert response.status_code == 400
    assert response.get_json() == {
        "message": "point 1: 'speed' must be a number from 0 to 80, in m/s"
    }


def test_the_message_for_no_points_at_all(client):
    response = client.post("/invocation", json=[])

    assert response.status_code == 400
    assert "empty array" in response.get_json()["message"]


def test_probabilities_are_in_the_order_of_the_classes(client, point):
    response = client.post("/invocation?method=predict_proba", json=point)

    assert list(response.get_json()["predictions"][0]) == ["FE", "UE", "W"]


def test_probabilities_are_those_of_the_model_to_the_last_digit(client, point):
    registry = Registry()
    version = registry.production("tennis_points", "random_forest")
    model = registry.load("tennis_points", "random_forest", version.model_id)

    response = client.post("/invocation?method=predict_proba", json=point)

    expected = dict(zip(model.classes_, *model.predict_proba(pd.DataFrame([point])), strict=True))
    assert response.get_json()["predictions"] == [expected]


def test_the_predictor_is_asked(point):
    predictor = Mock()
    predictor.answer.return_value = Mock(predictions=["W"], model_id="1")

    create_app(predictor).test_client().post("/invocation", json=point)

    predictor.answer.assert_called_once_with([point], "predict", "tennis_points", "random_forest")


def test_application_error(point):
    predictor = Mock()
    predictor.answer.side_effect = RuntimeError("broken")

    response = create_app(predictor).test_client().post("/invocation", json=point)

    assert response.status_code == 500
    assert response.get_json() == {"message": "internal error; the log has the details"}
