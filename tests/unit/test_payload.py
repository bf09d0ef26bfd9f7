"""Bodies of requests become points, or an error that names the field."""

import json

import pytest

from src.schema import Column, Schema
from src.serve.payload import MAX_POINTS, BadPayload, PointParser, requirement

SPEED = Column("speed", "float", unit="m/s", minimum=0, maximum=80)
RALLY = Column("rally", "integer", minimum=1, maximum=200)
OUT = Column("out", "boolean")
HITPOINT = Column("hit point", "category", categories=("B", "F"))
GOOD = {"speed": 31.5, "rally": 4, "out": False, "hit point": "F"}


@pytest.fixture(scope="module")
def parser():
    return parser_of(SPEED, RALLY, OUT, HITPOINT)


def parser_of(*columns):
    return PointParser(
        Schema(
            "points", "Points", "outcome", ("A", "B"), columns, rows=1, provenance="", licence=""
        )
    )


def complaint(parser, body):
    with pytest.raises(BadPayload) as caught:
        parser.parse(body if isinstance(body, bytes) else json.dumps(body).encode())
    return str(caught.value)


def test_one_point_is_a_list_of_one(parser):
    assert parser.parse(json.dumps(GOOD).encode()) == [GOOD]


def test_points_keep_their_order(parser):
    points = [{**GOOD, "rally": rally} for rally in (3, 1, 2)]

    assert parser.parse(json.dumps(points).encode()) == points


def test_space_around_the_json_does_not_matter(parser):
    assert parser.parse(b"\r\n\t [" + json.dumps(GOOD).encode() + b"] \n") == [GOOD]


def test_as_many_points_as_promised_are_accepted(parser):
    assert parser.parse(json.dumps([GOOD] * MAX_POINTS).encode()) == [GOOD] * MAX_POINTS


def test_one_point_more_is_refused(parser):
    assert "1 to 10,000" in complaint(parser, [GOOD] * (MAX_POINTS + 1))


@pytest.mark.parametrize(("text", "value"), [("1.0", 1), ("2e1", 20), ("200", 200)])
def test_a_whole_number_is_an_integer_however_it_is_written(parser, text, value):
    body = json.dumps(GOOD).replace('"rally": 4', f'"rally": {text}')

    rally = parser.parse(body.encode())[0]["rally"]

    assert (rally, type(rally)) == (value, int)


def test_an_integer_is_a_float_where_a_float_belongs(parser):
    speed = parser.parse(json.dumps({**GOOD, "speed": 31}).encode())[0]["speed"]

    assert (speed, type(speed)) == (31.0, float)


@pytest.mark.parametrize("speed", [0, 80, -0.0])
def test_the_ends_of_a_range_belong_to_it(parser, speed):
    assert parser.parse(json.dumps({**GOOD, "speed": speed}).encode())[0]["speed"] == speed


WRONG_VALUES = {
    "speed": ["NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400, "-0.01", "80.01",
              '"31.5"', "true", "null", "[31.5]", "{}"],
    "rally": ["1.5", "3.9999999999", "0", "201", '"4"', "true", "null", "NaN", "1e400"],
    "out": ["0", "1", "0.0", '"false"', "null", "[]"],
    "hit point": ['"X"', '"f"', '""', "1", "true", "null", '["F"]'],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text"), [(field, text) for field, texts in WRONG_VALUES.items() for text in texts]
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(parser, field, text):
    fields = ", ".join(
        f'"{name}": {text if name == field else json.dumps(value)}' for name, value in GOOD.items()
    )

    assert f"'{field}' must be" in complaint(parser, f"{{{fields}}}".encode())


@pytest.mark.parametrize("field", GOOD)
def test_a_missing_field_is_named(parser, field):
    point = {name: value for name, value in GOOD.items() if name != field}

    assert complaint(parser, point).startswith(f"'{field}' is missing")


@pytest.mark.parametrize("field", ["point_id", "outcome", "Speed", "", "\x00", "Ü" * 5])
def test_an_extra_field_is_named(parser, field):
    assert repr(field) in complaint(parser, {**GOOD, field: 1})


def test_a_long_name_is_not_repeated_at_length(parser):
    assert len(complaint(parser, {**GOOD, "x" * 100_000: 1})) < 200


def test_the_message_says_what_the_field_must_be(parser):
    assert complaint(parser, {**GOOD, "speed": -1}) == (
        "'speed' must be a number from 0 to 80, in m/s"
    )


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (Column("x", "float"), "must be a number"),
        (Column("x", "float", minimum=0.1), "must be a number of at least 0.1"),
        (Column("x", "float", maximum=-5), "must be a number of at most -5"),
        (Column("x", "integer", unit="shots", minimum=2, maximum=1000),
         "must be a whole number from 2 to 1000, in shots"),
        (Column("x", "boolean"), "must be true or false"),
        (Column("x", "category", categories=("B", "F")), "must be one of B, F"),
    ],
)  # fmt: skip
def test_what_a_column_must_be_is_put_in_words(column, expected):
    assert requirement(column) == expected


def test_the_position_of_the_point_is_told(parser):
    message = complaint(parser, [GOOD, GOOD, {**GOOD, "out": None}, {}])

    assert message == "point 2: 'out' must be true or false"


@pytest.mark.parametrize("body", [[GOOD, 5], [GOOD, [GOOD]], [GOOD, None]])
def test_an_element_that_is_no_object_is_told_by_its_position(parser, body):
    assert complaint(parser, body) == "point 1 must be a JSON object"


@pytest.mark.parametrize("body", [5, 1.5, "speed", True, None])
def test_a_body_that_is_neither_object_nor_array_is_refused(parser, body):
    assert "a JSON object" in complaint(parser, body)


def test_an_empty_array_is_refused(parser):
    assert "empty array" in complaint(parser, [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b"speed=31",
        b'{"speed": 31.5,}',
        b"{'speed': 31.5}",
        b"{} {}",
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"hit point": "\xff"}',
        b'{"hit point": "\xed\xa0\x80"}',
        b'{"hit point": "\\ud800"}',
        b'{"\\udfff": 1}',
        b"[" * 100_000,
        b'{"speed":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_not_json_is_refused_as_such(parser, body):
    assert complaint(parser, body).startswith("the body is not valid JSON")


@pytest.mark.parametrize("text", ["1e300", "9007199254740993", "-9007199254740993"])
def test_an_integer_without_a_range_is_still_one_that_a_computer_can_hold(text):
    message = complaint(parser_of(Column("count", "integer")), f'{{"count": {text}}}'.encode())

    assert message == ("'count' must be a whole number from -9007199254740991 to 9007199254740991")


def test_a_float_without_a_range_takes_any_finite_number():
    assert parser_of(Column("change", "float")).parse(b'{"change": -1e308}') == [{"change": -1e308}]
