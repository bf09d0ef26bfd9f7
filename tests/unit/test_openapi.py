"""The OpenAPI document says of points what the parser does."""

import json

import jsonschema_rs
import pytest

from src.schema import Column, Schema
from src.serve.openapi import document, example
from src.serve.payload import BadPayload, PointParser

COLUMNS = (
    Column("speed", "float", unit="m/s", minimum=0, maximum=80, description="How fast."),
    Column("change", "float", maximum=-5),
    Column("rally", "integer", minimum=1, maximum=200),
    Column("count", "integer"),
    Column("out", "boolean"),
    Column("hit point", "category", categories=("B", "F")),
)
SCHEMA = Schema("points", "Points", "outcome", ("FE", "W"), COLUMNS, 1, "", "")
CHOICES = {
    "method": ["predict", "predict_proba"],
    "dataset": ["points", "digits"],
    "model": ["random_forest"],
}
GOOD = {"speed": 1.0, "change": -6, "rally": 1, "count": 0, "out": True, "hit point": "F"}


@pytest.fixture(scope="module")
def api():
    return document(SCHEMA, CHOICES)


@pytest.fixture(scope="module")
def is_valid(api):
    """Whether the document allows a body."""
    route = api["paths"]["/invocation"]["post"]
    schema = {
        **route["requestBody"]["content"]["application/json"]["schema"],
        "components": api["components"],
    }
    return jsonschema_rs.validator_for(schema).is_valid


@pytest.fixture(scope="module")
def is_parsed():
    """Whether the parser takes a body."""
    parser = PointParser(SCHEMA)

    def takes(body):
        try:
            return bool(parser.parse(json.dumps(body).encode()))
        except BadPayload:
            return False

    return takes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("speed", value) for value in (0, 80, 31, 31.5)),
        *(("change", value) for value in (-5, -1e300)),
        *(("rally", value) for value in (1, 200, 7.0)),
        *(("count", value) for value in (2**53 - 1, 1 - 2**53)),
        *(("out", value) for value in (True, False)),
        *(("hit point", value) for value in ("B", "F")),
    ],
)
def test_a_value_that_the_document_allows_is_parsed(is_valid, is_parsed, field, value):
    body = {**GOOD, field: value}

    assert (is_valid(body), is_parsed(body)) == (True, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("speed", value) for value in (-0.1, 80.1, "1", True, None)),
        *(("change", value) for value in (-4.9, "x")),
        *(("rally", value) for value in (0, 201, 1.5, True)),
        *(("count", value) for value in (2**53 + 1, 0.5)),
        *(("out", value) for value in (0, 1, "true", None)),
        *(("hit point", value) for value in ("X", "b", 1, None)),
        ("outcome", "W"),
    ],
)
def test_a_value_that_the_document_forbids_is_refused(is_valid, is_parsed, field, value):
    body = [GOOD, {**GOOD, field: value}]

    assert (is_valid(body), is_parsed(body)) == (False, False)


@pytest.mark.parametrize("body", [[], {}, 5, "x", None, [[GOOD]], [GOOD] * 10_001])
def test_a_body_that_the_document_forbids_is_refused(is_valid, is_parsed, body):
    assert (is_valid(body), is_parsed(body)) == (False, False)


def test_the_example_is_allowed(is_valid, is_parsed):
    assert (is_valid(example(SCHEMA)), is_parsed(example(SCHEMA))) == (True, True)


@pytest.mark.parametrize(
    ("minimum", "maximum"), [(0.12345, 0.12346), (-80, -79.9), (None, -3), (7, None), (None, None)]
)
def test_the_example_stays_in_the_range_of_its_column(minimum, maximum):
    column = Column("x", "float", minimum=minimum, maximum=maximum)
    schema = Schema("points", "Points", "outcome", ("A", "B"), (column,), 1, "", "")

    assert PointParser(schema).parse(json.dumps(example(schema)).encode()) == [example(schema)]


def test_the_dataset_described_must_be_named_where_it_is_not_the_default(api):
    parameters = {each["name"]: each for each in api["paths"]["/invocation"]["post"]["parameters"]}

    assert parameters["dataset"]["schema"] == {"type": "string", "enum": ["points"]}
    assert parameters["dataset"]["required"]


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (["W", "FE"], True),
        ([{"FE": 0.25, "W": 0.75}], True),
        (["W", {"FE": 0.25, "W": 0.75}], False),
        (["UE"], False),
        ([{"FE": 0.25}], False),
        ("W", False),
        ([], False),
    ],
)
def test_predictions_are_classes_or_probabilities(api, answer, allowed):
    schema = {**api["components"]["schemas"]["Predictions"], "components": api["components"]}
    body = {"predictions": answer, "model_id": "abc"}

    assert jsonschema_rs.validator_for(schema).is_valid(body) is allowed
