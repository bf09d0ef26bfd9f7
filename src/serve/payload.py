"""From the body of a request to data points, or to an error that names the field."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    FailFast,
    Field,
    TypeAdapter,
    ValidationError,
    with_config,
)
from typing_extensions import TypedDict  # pydantic needs it below Python 3.12

from src.errors import UserError
from src.schema import Column, Schema

MAX_POINTS = 10_000
LONGEST_NAME_SHOWN = 60
EXACT_INTEGERS = 2**53 - 1  # beyond it, a number in JSON may have lost its last digit
SHAPE = f"must be a data point (a JSON object) or an array of 1 to {MAX_POINTS:,} of them"


class BadPayload(UserError):
    """Says what is wrong with a body, and where in it."""


class PointParser:
    """Reads data points of one dataset; make one and keep it, for that is the slow part."""

    def __init__(self, schema: Schema) -> None:
        """Prepare to read the points that a schema describes."""
        self._columns = {column.name: column for column in schema.columns}
        self._type = _point_type(schema)
        self._point = TypeAdapter(self._type)

    @cached_property
    def _points(self) -> TypeAdapter:
        return TypeAdapter(Annotated[list[self._type], FailFast()])

    def parse(self, body: bytes) -> list[dict[str, Any]]:
        """Answer the points of a body, one or an array, in its order, as dictionaries.

        A value has its column's type: int for an integer, float, bool, or str for a category.

        Raises:
            BadPayload: the body is not JSON or not points; names a field that is wrong, and in
                an array the position of its point, counted from 0.
        """
        try:
            if not body.lstrip(b" \t\r\n").startswith(b"["):
                return [self._point.validate_json(body)]
            if body.count(b"{") > MAX_POINTS:  # seen at once: a point has one, and no value has any
                raise BadPayload(f"the body has too many points: it {SHAPE}")
            points = self._points.validate_json(body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise BadPayload(self._explain(first["type"], first["loc"], first["msg"])) from None
        if not points:
            raise BadPayload(f"the body is an empty array: it {SHAPE}")
        return points

    def _explain(self, kind: str, location: tuple[int | str, ...], message: str) -> str:
        if kind == "json_invalid":
            return f"the body is not valid JSON: {message.removeprefix('Invalid JSON: ')}"
        if not location:
            return f"the body {SHAPE}"
        *point, field = location
        if isinstance(field, int):
            return f"point {field} must be a JSON object"
        where = f"point {point[0]}: " if point else ""
        return where + self._explain_field(kind, str(field))

    def _explain_field(self, kind: str, field: str) -> str:
        if kind == "extra_forbidden":
            known = ", ".join(self._columns)
            return f"{field[:LONGEST_NAME_SHOWN]!r} is no column; the columns are {known}"
        if kind == "missing":
            return f"{field!r} is missing; it {requirement(self._columns[field])}"
        return f"{field!r} {requirement(self._columns[field])}"


def requirement(column: Column) -> str:
    """What a column's value must be, as the end of a sentence that starts with its name."""
    if column.type == "boolean":
        return "must be true or false"
    if column.type == "category":
        return f"must be one of {', '.join(column.categories)}"
    kind = "a whole number" if column.type == "integer" else "a number"
    unit = f", in {column.unit}" if column.unit else ""
    return f"must be {kind}{_range(*limits(column))}{unit}"


def limits(column: Column) -> tuple[float | None, float | None]:
    """Smallest and largest number that a column takes, both included; None where there is none."""
    if column.type != "integer":
        return column.minimum, column.maximum
    return (
        -EXACT_INTEGERS if column.minimum is None else column.minimum,
        EXACT_INTEGERS if column.maximum is None else column.maximum,
    )


def _range(smallest: float | None, largest: float | None) -> str:
    if smallest is None and largest is None:
        return ""
    if smallest is None:
        return f" of at most {largest:.16g}"
    if largest is None:
        return f" of at least {smallest:.16g}"
    return f" from {smallest:.16g} to {largest:.16g}"


def _point_type(schema: Schema) -> type:
    point = TypedDict("Point", {column.name: _value_type(column) for column in schema.columns})
    return with_config(ConfigDict(strict=True, extra="forbid"))(point)


def _value_type(column: Column) -> Any:
    if column.type == "boolean":
        return bool
    if column.type == "category":
        return Literal[column.categories]
    smallest, largest = limits(column)
    number = Annotated[float, Field(ge=smallest, le=largest, allow_inf_nan=False)]
    return Annotated[number, AfterValidator(_whole)] if column.type == "integer" else number


def _whole(number: float) -> int:
    """1.0 is a whole number, as in JSON Schema: JavaScript and pandas write 1 so."""
    if not number.is_integer():
        raise ValueError
    return int(number)
