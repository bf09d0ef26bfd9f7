"""From the body of a feedback to labels, or to an error that names the field."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import ConfigDict, FailFast, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # pydantic needs it below Python 3.12

from src.serve.payload import LONGEST_NAME_SHOWN, MAX_POINTS, BadPayload

Label = str | int | float

SHAPE = "must be a JSON object with 'request_id' and 'labels'"
FIELDS = {
    "request_id": "must be the X-Request-Id of an answer",
    "labels": f"must be an array of 1 to {MAX_POINTS:,} classes",
}


def parse_feedback(body: bytes) -> tuple[str, list[Label]]:
    """Answer the request id and the labels of a body, which may be of any request.

    Raises:
        BadPayload: the body is not JSON or no feedback; names a field that is wrong.
    """
    try:
        feedback = _feedback().validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadPayload(_explain(first["type"], first["loc"], first["msg"])) from None
    return feedback["request_id"], feedback["labels"]


def classes_among(labels: Sequence[Label], classes: Sequence[Any]) -> list[Any]:
    """Answer labels as the classes of a dataset: 1.0 is the class 1, as in JSON Schema.

    Raises:
        BadPayload: a label is none of the classes; names its position, counted from 0.
    """
    known = {label: label for label in classes}
    for number, label in enumerate(labels):
        if label not in known:
            names = ", ".join(map(str, classes))
            raise BadPayload(f"label {number} of 'labels' must be one of {names}")
    return [known[label] for label in labels]


def _explain(kind: str, location: tuple[int | str, ...], message: str) -> str:
    if kind == "json_invalid":
        return f"the body is not valid JSON: {message.removeprefix('Invalid JSON: ')}"
    if not location:
        return f"the body {SHAPE}"
    field = str(location[0])
    if kind == "extra_forbidden":
        return f"{field[:LONGEST_NAME_SHOWN]!r} is no field: the body {SHAPE}"
    if kind == "missing":
        return f"{field!r} is missing; it {FIELDS[field]}"
    where = f"label {location[1]} of " if len(location) > 1 else ""
    return f"{where}{field!r} {FIELDS[field]}"


@cache
def _feedback() -> TypeAdapter:
    labels = Annotated[list[Label], FailFast(), Field(min_length=1, max_length=MAX_POINTS)]
    fields = {"request_id": Annotated[str, Field(min_length=1)], "labels": labels}
    strict = with_config(ConfigDict(strict=True, extra="forbid"))
    return TypeAdapter(strict(TypedDict("Feedback", fields)))
