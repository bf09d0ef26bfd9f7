"""The REST API as an OpenAPI document, exact enough to be tested against."""

from collections.abc import Mapping, Sequence
from typing import Any

from src.config import API_VERSION, DEFAULT_DATASET, DEFAULT_MODEL
from src.schema import Column, Schema
from src.serve.payload import MAX_POINTS, limits

MAX_BYTES = 10_000_000
REQUEST_ID = "X-Request-Id"
REQUEST_KEY = "X-Request-Key"
SIGNIFICANT_DIGITS = 3  # of the numbers in an example


def document(schema: Schema, choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Describe the API for the points of one dataset.

    Args:
        schema: the dataset's.
        choices: values that each query parameter of an invocation may have.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Predictions for {schema.name}",
            "version": API_VERSION,
            "description": f"{schema.title}. Every answer but /docs is JSON, "
            "and every error has a message.",
        },
        "paths": {
            "/health": {"get": _health()},
            "/invocation": {"post": _invocation(schema, choices)},
            "/feedback": {"post": _feedback()},
            "/openapi.json": {"get": _description(choices, "application/json", "document")},
            "/docs": {"get": _description(choices, "text/html", "page")},
        },
        "components": {
            "schemas": {
                "Point": _point(schema),
                "Predictions": _predictions(schema),
                "Feedback": _labels(schema),
                "Error": _object({"message": {"type": "string", "minLength": 1}}),
            }
        },
    }


def example(schema: Schema) -> dict[str, Any]:
    """Answer a data point that the schema allows: numbers in the middle of their range."""
    return {column.name: _example_value(column) for column in schema.columns}


def _health() -> dict[str, Any]:
    warning = {"type": "string", "minLength": 1, "description": "What an operator should look at."}
    healthy = _object({"status": {"const": "ok"}, "model_id": {"type": "string"}}, warning=warning)
    return {
        "operationId": "health",
        "summary": f"Whether the {DEFAULT_MODEL} of {DEFAULT_DATASET} can answer.",
        "responses": {
            "200": _response("It can.", healthy),
            "503": _response("No model can answer.", _ref("Error")),
        },
    }


def _invocation(schema: Schema, choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    points = {"type": "array", "items": _ref("Point"), "minItems": 1, "maxItems": MAX_POINTS}
    return {
        "operationId": "invocation",
        "summary": "Predict for one data point, or for an array of them.",
        "parameters": [
            _parameter("method", choices["method"], choices["method"][0]),
            _parameter("dataset", [schema.name], DEFAULT_DATASET),
            _parameter("model", choices["model"], DEFAULT_MODEL),
            _key(),
        ],
        "requestBody": {
            "description": f"At most {MAX_BYTES:,} bytes of JSON in UTF-8.",
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"oneOf": [_ref("Point"), points]},
                    "example": example(schema),
                }
            },
        },
        "responses": {
            "200": {
                **_response("One prediction for each point, in their order.", _ref("Predictions")),
                "headers": {REQUEST_ID: _request_id()},
            },
            "400": _response("The request is wrong; names the field.", _ref("Error")),
            "413": _response(f"The body has more than {MAX_BYTES:,} bytes.", _ref("Error")),
            "500": _response("The application is at fault; its log says why.", _ref("Error")),
        },
    }


def _feedback() -> dict[str, Any]:
    return {
        "operationId": "feedback",
        "summary": "Tell what was right for the points of an earlier request.",
        "requestBody": {
            "description": f"The {REQUEST_ID} of an answer, and a class for each of its points.",
            "required": True,
            "content": {"application/json": {"schema": _ref("Feedback")}},
        },
        "responses": {
            "200": _response("Understood.", _object({"status": {"const": "ok"}})),
            "400": _response("The request is wrong; names the field.", _ref("Error")),
            "404": _response("No answer that is remembered has this id.", _ref("Error")),
            "413": _response(f"The body has more than {MAX_BYTES:,} bytes.", _ref("Error")),
        },
    }


def _description(
    choices: Mapping[str, Sequence[str]], media_type: str, form: str
) -> dict[str, Any]:
    schema = {"type": "object" if media_type == "application/json" else "string"}
    return {
        "summary": f"Describe all this, as a {form}.",
        "parameters": [_parameter("dataset", choices["dataset"], DEFAULT_DATASET)],
        "responses": {
            "200": _response(f"The {form}.", schema, media_type),
            "400": _response("The request is wrong; names the parameter.", _ref("Error")),
        },
    }


def _parameter(name: str, values: Sequence[str], default: str) -> dict[str, Any]:
    """Describe a query parameter; it must be given where the default is none of its values."""
    schema = {"type": "string", "enum": list(values)}
    if default not in values:
        return {"name": name, "in": "query", "required": True, "schema": schema}
    return {"name": name, "in": "query", "schema": {**schema, "default": default}}


def _key() -> dict[str, Any]:
    return {
        "name": REQUEST_KEY,
        "in": "header",
        "description": "Requests of the same key are answered by the same version.",
        "schema": {"type": "string"},
    }


def _request_id() -> dict[str, Any]:
    return {"description": "Names this answer, for /feedback.", "schema": {"type": "string"}}


def _point(schema: Schema) -> dict[str, Any]:
    return {
        **_object({column.name: _value(column) for column in schema.columns}),
        "title": schema.title,
    }


def _value(column: Column) -> dict[str, Any]:
    about = {"description": column.description}
    if column.unit:
        about["x-unit"] = column.unit
    if column.type == "category":
        return {"type": "string", "enum": list(column.categories), **about}
    if column.type == "boolean":
        return {"type": "boolean", **about}
    bounds = zip(("minimum", "maximum"), limits(column), strict=True)
    number = {"type": "integer" if column.type == "integer" else "number"}
    return {**number, **{name: bound for name, bound in bounds if bound is not None}, **about}


def _predictions(schema: Schema) -> dict[str, Any]:
    share = {"type": "number", "minimum": 0, "maximum": 1}
    probabilities = _object({str(name): share for name in schema.classes})
    of_one_kind = [
        {"type": "array", "items": item, "minItems": 1, "maxItems": MAX_POINTS}
        for item in ({"enum": list(schema.classes)}, probabilities)
    ]
    return _object(
        {
            "predictions": {
                "oneOf": of_one_kind,
                "description": "Classes, or with predict_proba the probability of each class.",
            },
            "model_id": {"type": "string"},
        }
    )


def _labels(schema: Schema) -> dict[str, Any]:
    labels = {"enum": list(schema.classes)}
    return _object(
        {
            "request_id": {"type": "string", "minLength": 1},
            "labels": {"type": "array", "items": labels, "minItems": 1, "maxItems": MAX_POINTS},
        }
    )


def _object(properties: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, **optional},
        "required": list(properties),
        "additionalProperties": False,
    }


def _response(what: str, schema: dict, media_type: str = "application/json") -> dict[str, Any]:
    return {"description": what, "content": {media_type: {"schema": schema}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _example_value(column: Column) -> Any:
    if column.type == "boolean":
        return False
    if column.type == "category":
        return column.categories[0]
    lowest, highest = limits(column)
    lowest = min(0, highest or 0) if lowest is None else lowest
    highest = max(0, lowest) if highest is None else highest
    middle = (lowest + highest) / 2
    if column.type == "integer":
        return int(middle)
    return min(max(float(f"{middle:.{SIGNIFICANT_DIGITS}g}"), lowest), highest)
