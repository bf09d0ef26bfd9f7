"""The REST API keeps the promises of docs/api.md: whoever is at fault is told so, in JSON."""

import json
import math
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws

from src import aws
from src.config import DEFAULT_DATASET, DEFAULT_MODEL, ROOT, Settings
from src.predict.predictor import Predictor
from src.release.registry import Registry
from src.schema import dataset_names, load_schema
from src.serve.app import create_app
from src.serve.openapi import example
from src.train.dataset import load
from src.train.pipeline import MODELS
from src.train.train import train
from src.utils import serialise

FEW = {
    "random_forest": {"n_estimators": 2},
    "logistic_regression": {"max_iter": 300},
    "hist_gradient_boosting": {"max_iter": 2},
}
SCHEMA = load_schema(DEFAULT_DATASET, ROOT / "data")
POINT = example(SCHEMA)
URL = "/invocation"
DATASETS = dataset_names(ROOT / "data")


class Echo:
    """Predicts each point's speed, so that order and number show, and remembers its questions."""

    def __init__(self):
        self.asked = []

    def answer(self, rows, method, dataset, model):
        self.asked.append((len(rows), method, dataset, model))
        return SimpleNamespace(predictions=[row["speed"] for row in rows], model_id="echo")


class Broken:
    def answer(self, rows, method, dataset, model):
        raise RuntimeError("secret of the inside")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def echo():
    return Echo()


@pytest.fixture
def client(echo):
    return create_app(predictor=echo).test_client()


@pytest.fixture
def broken():
    return create_app(predictor=Broken()).test_client()


@pytest.fixture(scope="module")
def s3():
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("S3_BUCKET", "shelf")
        with mock_aws():
            s3 = boto3.client("s3")
            s3.create_bucket(Bucket="shelf")
            yield s3


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(output_dir=tmp_path_factory.mktemp("output"))


@pytest.fixture(scope="module")
def first(settings):
    return train(parameters=FEW[DEFAULT_MODEL], settings=settings)


@pytest.fixture(scope="module")
def second(settings):
    return train(parameters=FEW[DEFAULT_MODEL], seed=2, settings=settings)


@pytest.fixture
def production(s3, settings, first):
    """Puts the first version in production, and answers what deploys another."""

    def deploy(report):
        Registry().deploy(settings.output_dir / report.model_id)

    deploy(first)
    yield deploy
    empty()


@pytest.fixture
def empty_production(s3):
    empty()


def empty():
    for key in aws.list_keys(""):
        aws.client().delete_object(Bucket="shelf", Key=key)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(s3, clock):
    """A client of the application with the real predictor, whose time stands still."""
    return create_app(Predictor(Registry(), 1.0, clock)).test_client()


def post(client, body, query="", content_type="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(URL + query, data=data, content_type=content_type)


def complaint(response, status=400):
    """The message of an error, which has nothing else."""
    assert (response.status_code, response.mimetype) == (status, "application/json")
    assert list(response.json) == ["message"]
    return response.json["message"]


def is_open(response):
    return "secret" in response.text or "Traceback" in response.text or ".py" in response.text


# What a good request gets


@pytest.mark.parametrize("count", [1, 10, 100, 10_000])
def test_as_many_predictions_as_points_come_in_their_order(client, count):
    speeds = [80.0 * number / count for number in range(count)]

    response = post(client, [{**POINT, "speed": speed} for speed in speeds])

    assert response.status_code == 200
    assert response.json == {"predictions": speeds, "model_id": "echo"}


def test_one_point_gets_a_list_of_one_prediction(client):
    assert post(client, POINT).json["predictions"] == [POINT["speed"]]


def test_the_defaults_are_those_of_the_contract(client, echo):
    post(client, POINT)

    assert echo.asked == [(1, "predict", "tennis_points", "random_forest")]


def test_the_query_decides_who_answers_and_how(client, echo):
    point = example(load_schema("breast_cancer", ROOT / "data"))
    echo.answer = lambda *asked: SimpleNamespace(predictions=[asked[1:]], model_id="")

    query = "?method=predict_proba&dataset=breast_cancer&model=logistic_regression"

    assert post(client, point, query).json["predictions"] == [
        ["predict_proba", "breast_cancer", "logistic_regression"]
    ]


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_may_be_announced_with_a_character_set(client, content_type):
    assert post(client, POINT, content_type=content_type).status_code == 200


def test_the_predictor_gets_values_of_the_schemas_types(client, echo):
    """1.0 is an integer in JSON, and 31 a number."""
    rows = []
    echo.answer = lambda points, *_: (
        rows.extend(points) or SimpleNamespace(predictions=[], model_id="")
    )
    post(client, {**POINT, "rally": 7.0, "speed": 31})

    assert (rows[0]["rally"], type(rows[0]["rally"])) == (7, int)
    assert (rows[0]["speed"], type(rows[0]["speed"])) == (31.0, float)


# The caller's fault


def with_text(field, text):
    """A point as JSON whose field has a value that is written like this."""
    return json.dumps({**POINT, field: "HERE"}).replace('"HERE"', text).encode()


WRONG = {
    "text for a number": ("speed", '"31.5"'),
    "boolean for a number": ("speed", "true"),
    "object for a number": ("speed", "{}"),
    "number for a boolean": ("outside_baseline", "1"),
    "text for a boolean": ("outside_baseline", '"false"'),
    "fraction for an integer": ("rally", "1.5"),
    "text for an integer": ("rally", '"4"'),
    "number for a category": ("hitpoint", "1"),
    "unknown category": ("hitpoint", '"X"'),
    "category in small letters": ("hitpoint", '"f"'),
    "null": ("depth", "null"),
    "null for a boolean": ("same_side", "null"),
    "null for a category": ("hitpoint", "null"),
    "NaN": ("speed", "NaN"),
    "Infinity": ("speed", "Infinity"),
    "minus Infinity": ("net_clearance", "-Infinity"),
    "1e400": ("speed", "1e400"),
    "too many digits": ("speed", "9" * 400),
    "below the range": ("speed", "-0.1"),
    "above the range": ("speed", "80.1"),
    "below an integer's range": ("serve", "0"),
    "a nested array": ("speed", "[[31.5]]"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_the_callers_fault_and_its_field_is_named(client, echo, name):
    field, text = WRONG[name]

    assert f"'{field}'" in complaint(post(client, with_text(field, text)))
    assert echo.asked == []


@pytest.mark.parametrize("field", POINT)
def test_each_column_must_be_there(client, field):
    point = {name: value for name, value in POINT.items() if name != field}

    assert f"'{field}'" in complaint(post(client, point))


@pytest.mark.parametrize("field", ["point_id", "outcome", "Speed", "", "\ue000"])
def test_no_column_may_be_added(client, field):
    assert repr(field) in complaint(post(client, {**POINT, field: 1}))


def test_a_wrong_point_among_many_is_named_by_its_position(client, echo):
    points = [POINT] * 100
    points[41] = {**POINT, "speed": None}

    message = complaint(post(client, points))

    assert ("point 41" in message, "'speed'" in message) == (True, True)
    assert echo.asked == []


BODIES = {
    "nothing": b"",
    "half an object": b'{"rally": 1',
    "a form": b"rally=1&serve=1",
    "html": b"<html>",
    "a number": b"5",
    "a text": b'"speed"',
    "null": b"null",
    "an empty array": b"[]",
    "an empty object": b"{}",
    "an array of numbers": b"[1, 2]",
    "an array of arrays": b"[[]]",
    "an array of null": b"[null]",
    "two documents": b"{} {}",
    "a trailing comma": b"[{},]",
    "a zero byte": b"\x00",
    "no utf-8": b'{"hitpoint": "\xff"}',
    "utf-16": json.dumps(POINT).encode("utf-16"),
    "half a surrogate pair": with_text("hitpoint", '"\\ud800"'),
    "half a surrogate pair for a name": b'{"\\udc00": 1}',
    "a surrogate in utf-8": b'{"hitpoint": "\xed\xa0\x80"}',
    "100,000 brackets": b"[" * 100_000,
    "100,000 nested arrays": b"[" * 100_000 + b"]" * 100_000,
    "100,000 nested objects": b'{"speed":' * 100_000 + b"1" + b"}" * 100_000,
    "10,001 points": json.dumps([POINT] * 10_001).encode(),
    "a million zeros": b"[" + b"0," * 1_000_000 + b"0]",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_point_is_the_callers_fault(client, echo, name):
    assert complaint(post(client, BODIES[name])) != ""
    assert echo.asked == []


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "text/json", "application/x-www-form-urlencoded"]
)
def test_a_body_that_does_not_say_it_is_json_is_the_callers_fault(client, content_type):
    assert "Content-Type" in complaint(post(client, POINT, content_type=content_type))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?method=fit", "'method'"),
        ("?method=", "'method'"),
        ("?method=__class__", "'method'"),
        ("?method=Predict", "'method'"),
        ("?method=%ff", "'method'"),
        ("?dataset=unknown", "'dataset'"),
        ("?dataset=../tennis_points", "'dataset'"),
        ("?model=unknown", "'model'"),
        ("?model=", "'model'"),
        ("?verbose=1", "'verbose'"),
        ("?Method=predict", "'Method'"),
        ("?method=predict&method=predict", "'method'"),
        ("?model=random_forest&model=unknown", "'model'"),
    ],
)
def test_a_wrong_query_parameter_is_the_callers_fault_and_named(client, echo, query, named):
    assert named in complaint(post(client, POINT, query))
    assert echo.asked == []


def test_a_body_of_10_mb_is_read(client):
    assert "JSON" in complaint(post(client, b" " * 10_000_000))


def test_a_larger_body_is_refused_as_too_large(client, echo):
    assert "10,000,000" in complaint(post(client, b" " * 10_000_001), 413)
    assert echo.asked == []


@pytest.mark.parametrize("path", ["/", "/invocations", "/invocation/", "/Health", "/static/x"])
def test_an_unknown_path_is_not_found_in_json(client, path):
    assert complaint(client.get(path), 404) != ""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/health", {"GET", "HEAD"}),
        ("/invocation", {"POST"}),
        ("/feedback", {"POST"}),
        ("/openapi.json", {"GET", "HEAD"}),
        ("/docs", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_not_allowed_in_json(client, path, allowed):
    others = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - allowed

    for method in others:
        response = client.open(path, method=method)
        assert complaint(response, 405) != ""
        assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
@pytest.mark.parametrize("query", ["?dataset=x", "?data=1", "?dataset=digits&dataset=digits"])
def test_a_description_of_what_is_unknown_is_the_callers_fault(client, path, query):
    assert "'data" in complaint(client.get(path + query))


# The application's fault


def test_a_predictor_that_raises_is_our_fault_and_tells_nothing_of_the_inside(broken, caplog):
    response = post(broken, POINT)

    assert (complaint(response, 500) != "", is_open(response)) == (True, False)
    assert "secret of the inside" in caplog.text


def test_a_callers_fault_comes_before_ours(broken):
    assert "'speed'" in complaint(post(broken, {**POINT, "speed": None}))


def test_health_is_bad_where_no_model_can_answer(broken, caplog):
    response = broken.get("/health")

    assert (complaint(response, 503) != "", is_open(response)) == (True, False)
    assert "secret of the inside" in caplog.text


def test_health_tells_which_model_answers(client):
    response = client.get("/health")

    assert (response.status_code, response.json) == (200, {"status": "ok", "model_id": "echo"})


# With the models in production


def test_where_nothing_is_in_production_it_says_so(empty_production, live, caplog):
    response = post(live, POINT)

    assert "no model in production" in complaint(response, 500)
    assert not is_open(response)
    assert "python -m src deploy" in caplog.text
    assert live.get("/health").status_code == 503


def test_another_model_that_is_not_in_production_is_our_fault_too(production, live):
    assert post(live, POINT).status_code == 200
    assert "no model" in complaint(post(live, POINT, "?model=logistic_regression"), 500)


@pytest.mark.parametrize("model", MODELS)
def test_each_model_predicts_as_its_pipeline_does(production, live, settings, model):
    report = train(model=model, parameters=FEW[model], settings=settings)
    production(report)
    rows = load(DEFAULT_DATASET, settings).X.sample(100, random_state=1)
    fitted = Registry().load(DEFAULT_DATASET, model, report.model_id)
    points = rows.to_dict("records")

    classes = post(live, points, f"?model={model}").json
    shares = post(live, points, f"?model={model}&method=predict_proba").json

    assert classes["model_id"] == shares["model_id"] == report.model_id
    assert classes["predictions"] == fitted.predict(rows).tolist()
    assert [list(share.values()) for share in shares["predictions"]] == (
        fitted.predict_proba(rows).tolist()
    )


@pytest.mark.parametrize("dataset", DATASETS)
def test_each_dataset_gets_its_own_classes(production, live, settings, dataset):
    report = train(dataset, "random_forest", parameters=FEW["random_forest"], settings=settings)
    production(report)
    schema = load_schema(dataset, settings.data_dir)
    query = f"?dataset={dataset}"

    (label,) = post(live, example(schema), query).json["predictions"]
    (shares,) = post(live, example(schema), query + "&method=predict_proba").json["predictions"]

    assert label in schema.classes
    assert sorted(shares) == sorted(str(name) for name in schema.classes)
    assert math.isclose(sum(shares.values()), 1.0)


def test_a_deploy_is_seen_without_a_restart(production, live, clock, first, second):
    ids = [post(live, POINT).json["model_id"]]
    production(second)
    clock.now += 0.5
    ids.append(post(live, POINT).json["model_id"])
    clock.now += 0.5
    ids.append(post(live, POINT).json["model_id"])

    assert ids == [first.model_id, first.model_id, second.model_id]
    assert live.get("/health").json["model_id"] == second.model_id


def damage(report):
    """Put another model where a version's was."""
    key = f"models/{DEFAULT_DATASET}/{DEFAULT_MODEL}/{report.model_id}/model.pkl"
    aws.upload(key, serialise("not the model"))


def test_a_damaged_model_is_refused_without_a_word_of_the_inside(production, live, first, caplog):
    damage(first)

    response = post(live, POINT)

    assert (complaint(response, 500) != "", is_open(response)) == (True, False)
    assert live.get("/health").status_code == 503
    assert "Refusing to load a model" in caplog.text


def test_a_damaged_new_version_leaves_the_old_one_answering(production, live, clock, first, second):
    before = post(live, POINT).json
    production(second)
    damage(second)
    clock.now += 1

    assert post(live, POINT).json == before
    assert live.get("/health").status_code == 200


def test_a_pointer_that_goes_away_leaves_the_old_model_answering(production, live, clock):
    before = post(live, POINT).json
    empty()
    clock.now += 1

    assert post(live, POINT).json == before
