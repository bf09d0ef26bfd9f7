"""Canary, feedback and red flags as callers of the API see them."""

import json

import pytest

from src.serve.app import create_app
from tests.small_versions import (
    CLASSES,
    DATASET,
    FIRST,
    FOLDER,
    MODEL,
    POINT,
    SECOND,
    TRICKY,
    House,
)


@pytest.fixture
def house():
    """A house whose first version, which says W, is in production."""
    house = House()
    house.deploy(FIRST, "W")
    return house


@pytest.fixture
def traffic(house):
    return house.server()


@pytest.fixture
def client(traffic):
    return create_app(traffic=traffic).test_client()


def invoke(client, body=POINT, query="", **headers):
    response = client.post(f"/invocation{query}", json=body, headers=headers)
    assert response.status_code == 200
    return response


def tell(client, request_id, *labels):
    return client.post("/feedback", json={"request_id": request_id, "labels": list(labels)})


def complaint(response, status):
    assert (response.status_code, list(response.json)) == (status, ["message"])
    return response.json["message"]


def tally(house, traffic):
    """Requests, labels and mistakes of the candidate, after the duty was done."""
    traffic.duty()
    (record,) = house.records()
    return tuple(record["candidate"][count] for count in ("requests", "labels", "mistakes"))


# Who answers


def test_each_answer_has_a_name_of_its_own(client):
    names = [invoke(client).headers["X-Request-Id"] for _ in range(2)]

    assert names[0] != names[1]
    assert names[0].endswith(f".{DATASET}.{MODEL}")


def test_the_header_x_request_key_decides_who_answers(house, client):
    house.challenge(SECOND, "FE", share=0.5)
    points = [{**POINT, "speed": float(speed)} for speed in range(20)]
    keys = [{"X-Request-Key": f"player {number}"} for number in range(20)]

    for headers in keys:
        assert len({invoke(client, point, **headers).json["model_id"] for point in points}) == 1
    assert {invoke(client, **headers).json["model_id"] for headers in keys} == {FIRST, SECOND}


def test_without_the_header_the_body_decides(house, client):
    house.challenge(SECOND, "FE", share=0.5)
    points = [{**POINT, "speed": float(speed)} for speed in range(20)]

    def ids():
        return [invoke(client, point).json["model_id"] for point in points]

    assert set(ids()) == {FIRST, SECOND}
    assert ids() == ids()


def test_the_predictions_are_those_of_the_version_that_is_named(house, client):
    house.challenge(SECOND, "FE", share=0.5)
    says = {FIRST: "W", SECOND: "FE"}

    for number in range(20):
        answer = invoke(client, **{"X-Request-Key": str(number)}).json
        assert answer["predictions"] == [says[answer["model_id"]]]


def test_a_canary_at_fault_is_not_seen_by_the_caller(house, client):
    house.challenge(SECOND, "FE", "fails")

    assert invoke(client, TRICKY).json == {"predictions": ["W"], "model_id": FIRST}


def test_a_wrong_request_is_no_error_of_the_canary(house, traffic, client):
    house.challenge(SECOND)
    response = client.post("/invocation", json={**POINT, "speed": None})

    assert "'speed'" in complaint(response, 400)
    invoke(client)
    assert tally(house, traffic) == (1, 0, 0)


def test_health_is_productions_while_a_canary_runs(house, client):
    house.challenge(SECOND)

    assert client.get("/health").json == {"status": "ok", "model_id": FIRST}


# Feedback


@pytest.mark.parametrize("query", ["", "?method=predict_proba"])
def test_feedback_counts_for_who_answered(house, traffic, client, query):
    house.challenge(SECOND, "FE")
    request_id = invoke(client, [POINT] * 3, query).headers["X-Request-Id"]
    response = tell(client, request_id, "FE", "FE", "W")

    assert (response.status_code, response.json) == (200, {"status": "ok"})
    assert tally(house, traffic) == (1, 3, 1)


def test_the_feedback_of_a_single_point_is_a_list_of_one(house, traffic, client):
    house.challenge(SECOND, "FE")
    tell(client, invoke(client).headers["X-Request-Id"], "FE")

    assert tally(house, traffic) == (1, 1, 0)


def test_feedback_reaches_the_server_that_answered_by_way_of_another(house, traffic, client):
    house.challenge(SECOND, "FE")
    other = house.server()
    asked = create_app(traffic=other).test_client()
    request_id = invoke(client).headers["X-Request-Id"]

    assert tell(asked, request_id, "W").status_code == 200
    other.duty()
    house.clock.pass_by(10)
    traffic.duty()
    assert sum(record["candidate"]["mistakes"] for record in house.records()) == 1


def test_feedback_without_a_canary_is_accepted(client):
    request_id = invoke(client).headers["X-Request-Id"]

    assert tell(client, request_id, "W").json == {"status": "ok"}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"labels": ["W"]}, "'request_id'"),
        ({"request_id": "ID"}, "'labels'"),
        ({"request_id": 5, "labels": ["W"]}, "'request_id'"),
        ({"request_id": "", "labels": ["W"]}, "'request_id'"),
        ({"request_id": "ID", "labels": "W"}, "'labels'"),
        ({"request_id": "ID", "labels": []}, "'labels'"),
        ({"request_id": "ID", "labels": ["W"] * 10_001}, "'labels'"),
        ({"request_id": "ID", "labels": ["W", None]}, "label 1 of 'labels'"),
        ({"request_id": "ID", "labels": ["W", True]}, "label 1 of 'labels'"),
        ({"request_id": "ID", "labels": ["W", ["W"]]}, "label 1 of 'labels'"),
        ({"request_id": "ID", "labels": ["W", "w"]}, "label 1 of 'labels' must be one of"),
        ({"request_id": "ID", "labels": ["W", 1]}, "label 1 of 'labels' must be one of"),
        ({"request_id": "ID", "labels": ["W"], "why": 1}, "'why'"),
        ({"request_id": "ID", "labels": ["W", "W"]}, "'labels' must have one label for each"),
        ([], "the body"),
        ("W", "the body"),
    ],
)
def test_wrong_feedback_is_the_callers_fault_and_its_field_is_named(house, client, body, named):
    house.challenge(SECOND)
    request_id = invoke(client).headers["X-Request-Id"]
    text = json.dumps(body).replace('"ID"', json.dumps(request_id))

    response = client.post("/feedback", data=text, content_type="application/json")

    assert named in complaint(response, 400)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b'{"labels": "\\ud800"}'])
def test_feedback_that_is_not_json_is_the_callers_fault(client, body):
    response = client.post("/feedback", data=body, content_type="application/json")

    assert "JSON" in complaint(response, 400)


def test_feedback_that_does_not_say_it_is_json_is_the_callers_fault(client):
    assert "Content-Type" in complaint(client.post("/feedback", data=b"{}"), 400)


def test_feedback_that_is_too_large_is_refused(client):
    response = client.post("/feedback", data=b" " * 10_000_001, content_type="application/json")

    assert "10,000,000" in complaint(response, 413)


@pytest.mark.parametrize(
    "change",
    [
        lambda name: "nonsense",
        lambda name: name.replace(name.split(".")[2], "0" * 16),
        lambda name: name.replace(name.split(".")[0], "0" * 8),
        lambda name: name.replace(DATASET, "another"),
        lambda name: name.replace(MODEL, "another"),
    ],
    ids=["nonsense", "number", "server", "dataset", "model"],
)
def test_an_id_that_no_server_gave_is_not_found(house, client, change):
    house.challenge(SECOND)
    name = invoke(client).headers["X-Request-Id"]

    assert "'request_id'" in complaint(tell(client, change(name), "W"), 404)


def test_a_label_is_a_class_of_the_dataset_that_the_request_was_of(client):
    name = invoke(client).headers["X-Request-Id"].replace(DATASET, "digits")

    assert tell(client, name, 7).status_code == tell(client, name, 7.0).status_code == 200
    assert "must be one of 0, 1" in complaint(tell(client, name, CLASSES[0]), 400)


# Health


def test_health_warns_while_s3_is_away_and_requests_flow(house, client):
    invoke(client)
    house.store.is_away = True
    house.clock.pass_by(1)
    health = client.get("/health")

    assert (health.status_code, health.json["status"]) == (200, "ok")
    assert "S3 has not told since 2026-01-01" in health.json["warning"]
    assert invoke(client).json["model_id"] == FIRST


def test_health_is_as_before_when_s3_is_back(house, client):
    invoke(client)
    house.store.is_away = True
    house.clock.pass_by(1)
    client.get("/health")
    house.store.is_away = False
    house.clock.pass_by(1)

    assert client.get("/health").json == {"status": "ok", "model_id": FIRST}


def test_health_tells_of_a_red_flag_and_nothing_of_the_inside(house, client):
    invoke(client)
    house.deploy(SECOND, "FE")
    house.store.upload(f"{FOLDER}/{SECOND}/model.pkl", b"no model")
    house.clock.pass_by(1)
    health = client.get("/health").json

    assert health["model_id"] == FIRST
    assert health["warning"] == f"{SECOND} is not fit to answer: it does not load"


# Red flags


def test_an_automatic_roll_back_loses_no_request(house, traffic, client):
    house.deploy(SECOND, "FE", "fails")
    answers = []
    for _ in range(5):
        answers.append(invoke(client, TRICKY).json["model_id"])
        traffic.duty()

    assert set(answers) == {FIRST}
    assert client.get("/health").json == {"status": "ok", "model_id": FIRST}


def test_without_another_version_a_failure_is_still_an_error_without_the_inside():
    house = House()
    house.deploy(FIRST, "W", "fails")
    client = create_app(traffic=house.server()).test_client()
    response = client.post("/invocation", json=TRICKY)

    assert "secret" not in complaint(response, 500)


# An app with a predictor of its own


def test_a_predictor_of_ones_own_has_neither_names_nor_feedback():
    class AlwaysWinner:
        def answer(self, rows, method, dataset, model):
            return self

        predictions, model_id, request_id = ["W"], "fake", "secret"

    client = create_app(predictor=AlwaysWinner()).test_client()

    assert "X-Request-Id" not in invoke(client).headers
    assert complaint(tell(client, "12ab.0.34cd.tennis_points.random_forest", "W"), 404)
