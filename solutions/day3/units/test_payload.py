"""Test the way from the body of a request to data points.

`PointParser` of src/serve/payload.py is given bytes that anybody may have sent. It answers rows
that a model can rely on, or raises a `BadPayload` that tells what is wrong. Its docstrings and
docs/api.md tell which points are good. The wording of a message is free, and so is which one it
tells of several faults.

Good bodies come first, then a table of bad ones: a row a case, each with an id that you would like
to read on the day when it fails. In the end, make strategies of the schema, and let hypothesis look
for the body that nobody has thought of.
"""

import json
import re
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from src.schema import Column, Schema, load_schema
from src.serve.payload import BadPayload, PointParser

SCHEMA = load_schema("tennis_points", Path(__file__).parents[3] / "data")
GOOD = {
    "rally": 5,
    "serve": 1,
    "hitpoint": "V",
    "speed": 21.86,
    "net_clearance": 0.89,
    "distance_from_sideline": 1.27,
    "depth": 0.79,
    "outside_sideline": False,
    "outside_baseline": False,
    "player_distance_travelled": 0.39,
    "player_impact_depth": 3.13,
    "player_impact_distance_from_center": 1.27,
    "player_depth": 3.46,
    "player_distance_from_center": 1.13,
    "previous_speed": 25.16,
    "previous_net_clearance": 0.87,
    "previous_distance_from_sideline": 1.66,
    "previous_depth": 3.74,
    "opponent_depth": 13.45,
    "opponent_distance_from_center": 0.99,
    "same_side": False,
    "previous_hitpoint": "F",
    "previous_time_to_net": 0.66,
    "server_is_impact_player": True,
}

# The same few examples in each run. What is left out explains failures, and takes seconds for it.
a_few_examples = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=set(Phase) - {Phase.explain},
)


@pytest.fixture(scope="module")
def parser():
    """What reads points of tennis; making it takes longer than using it, so all tests share it."""
    return PointParser(SCHEMA)


def parser_of(*columns):
    """What reads the points of a small dataset with these columns."""
    about = {"name": "small", "title": "Small", "target": "end", "classes": ("A", "B")}
    return PointParser(Schema(columns=columns, rows=1, provenance="", licence="", **about))


def in_json(points):
    """A body that holds these points."""
    return json.dumps(points).encode()


def good_but(column, text):
    """A body that holds the good point but for one column: its value is this text, as it stands."""
    texts = {name: json.dumps(value) for name, value in GOOD.items()} | {column: text}
    return ("{" + ", ".join(f'"{name}": {value}' for name, value in texts.items()) + "}").encode()


def refusal(parser, body):
    """The message of the BadPayload with which a body is refused."""
    with pytest.raises(BadPayload) as caught:
        parser.parse(body)
    return str(caught.value)


# Good bodies


def test_a_point_alone_is_a_list_of_one(parser):
    """A JSON object is one point, and read as a list of one row that is equal to it."""
    assert parser.parse(in_json(GOOD)) == [GOOD]


def test_points_of_an_array_keep_their_order(parser):
    """An array is read as one row for each point, in its order; equal points are not merged."""
    points = [{**GOOD, "rally": rally} for rally in (9, 2, 5, 2)]

    assert parser.parse(in_json(points)) == points


@pytest.mark.parametrize("points", [GOOD, [GOOD]], ids=["an object", "an array"])
def test_space_around_the_json_does_not_matter(parser, points):
    """Spaces, tabs and ends of lines may stand before the JSON and after it."""
    assert parser.parse(b"\r\n\t " + in_json(points) + b" \n") == [GOOD]


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        pytest.param("rally", "4", 4, id="an integer"),
        pytest.param("rally", "4.0", 4, id="an integer with a point"),
        pytest.param("rally", "2e1", 20, id="an integer with an exponent"),
        pytest.param("speed", "22.5", 22.5, id="a float"),
        pytest.param("speed", "22", 22.0, id="a float without a point"),
        pytest.param("same_side", "true", True, id="a boolean"),
        pytest.param("hitpoint", '"U"', "U", id="a category"),
    ],
)
def test_a_value_gets_the_type_of_its_column(parser, column, text, expected):
    """However a number is written, an integer is read as int and a float as float.

    A boolean is read as bool, and a category as str.
    """
    [row] = parser.parse(good_but(column, text))

    assert row[column] == expected
    assert type(row[column]) is type(expected)


NUMBERS = [column for column in SCHEMA.columns if column.type in ("integer", "float")]


@pytest.mark.parametrize("column", NUMBERS, ids=lambda column: column.name)
def test_the_ends_of_a_range_belong_to_it(parser, column):
    """The smallest and the largest value that the schema gives a column are accepted."""
    points = [{**GOOD, column.name: end} for end in (column.minimum, column.maximum)]

    assert parser.parse(in_json(points)) == points


def test_as_many_points_as_documented_and_no_more():
    """10,000 points are read as 10,000 rows; 10,001 are refused."""
    # Of a dataset with one column: that is as many points, and quicker.
    small = parser_of(Column("out", "boolean"))
    points = [{"out": True}] * 10_000

    assert len(small.parse(in_json(points))) == 10_000  # no list: of that, a diff takes minutes
    assert refusal(small, in_json([*points, {"out": True}]))


# Bad bodies

WRONG_VALUES = {
    "speed": {
        "missing": "null",
        "not a number": "NaN",
        "infinite": "Infinity",
        "too large for a computer": "1e400",
        "below zero": "-0.01",
        "faster than any ball": "80.01",
        "a number in quotes": '"21.86"',
        "a flag": "true",
        "a list": "[21.86]",
    },
    "net_clearance": {"below the ground": "-1.01"},
    "rally": {"half a shot": "4.5", "a serve alone": "1", "a number in quotes": '"4"'},
    "serve": {"a third serve": "3", "a flag": "true"},
    "same_side": {"missing": "null", "one": "1", "zero": "0", "a word": '"no"'},
    "hitpoint": {
        "missing": "null",
        "unknown": '"X"',
        "in small letters": '"v"',
        "a whole word": '"Volley"',
        "empty": '""',
        "a number": "1",
    },
}


@pytest.mark.parametrize(
    ("column", "text"),
    [
        pytest.param(column, text, id=f"{column}: {what}")
        for column, texts in WRONG_VALUES.items()
        for what, text in texts.items()
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_column(parser, column, text):
    """A value of another type, out of range or unknown: BadPayload, and the message names it."""
    assert column in refusal(parser, good_but(column, text))


@pytest.mark.parametrize("column", SCHEMA.feature_names)
def test_a_missing_column_is_named(parser, column):
    """A point without one of the 24 columns: BadPayload, and the message names that column."""
    point = {name: value for name, value in GOOD.items() if name != column}

    assert column in refusal(parser, in_json(point))


@pytest.mark.parametrize("column", ["point_id", "outcome", "Speed", "handedness"])
def test_a_column_too_many_is_named(parser, column):
    """A point with a column that the dataset does not have: BadPayload, and the message names it.

    The id and the outcome are such columns, and so is a name in other letters.
    """
    assert column in refusal(parser, in_json({**GOOD, column: 1}))


@pytest.mark.parametrize("position", [0, 7, 11], ids=["first", "in the middle", "last"])
def test_a_wrong_point_is_told_by_its_position(parser, position):
    """One wrong point spoils the array; the message names column and position, from 0."""
    points = [GOOD] * 12
    points[position] = {**GOOD, "same_side": "no"}

    message = refusal(parser, in_json(points))

    assert "same_side" in message
    assert re.search(rf"\b{position}\b", message)


@pytest.mark.parametrize("element", [5, None, "V", []], ids=repr)
def test_an_element_that_is_no_point_is_told_by_its_position(parser, element):
    """An array with something else among its points: the message tells its position, from 0."""
    assert re.search(r"\b7\b", refusal(parser, in_json([*[GOOD] * 7, element, GOOD])))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b" \n", id="nothing but space"),
        pytest.param(b"speed=21.86", id="a form"),
        pytest.param(in_json(GOOD)[:-1], id="cut off"),
        pytest.param(in_json(GOOD) * 2, id="two points without an array"),
        pytest.param(str(GOOD).encode(), id="printed by Python"),
        pytest.param(in_json(GOOD).replace(b'"V"', b'"V\xfc"'), id="latin-1 in a point"),
        pytest.param(json.dumps(GOOD).encode("utf-16"), id="UTF-16"),
        pytest.param(b"[]", id="an empty array"),
        pytest.param(b"21.86", id="a number"),
        pytest.param(b'"speed"', id="a text"),
        pytest.param(b"null", id="null"),
    ],
)
def test_a_body_without_points_is_refused(parser, body):
    """A body that is not JSON in UTF-8, or holds neither a point nor any in an array: BadPayload.

    Its message is not empty.
    """
    assert refusal(parser, body)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_a_number_without_a_range_is_a_number_all_the_same(text):
    """Where a schema gives no range, any number is accepted, but for NaN and infinite ones."""
    small = parser_of(Column("change", "float"))

    assert small.parse(b'{"change": -1e300}') == [{"change": -1e300}]
    assert "change" in refusal(small, f'{{"change": {text}}}'.encode())


# Properties


def values_of(column):
    """A strategy for the good values of a column."""
    match column.type:
        case "boolean":
            return st.booleans()
        case "category":
            return st.sampled_from(column.categories)
        case "integer":
            return st.integers(int(column.minimum), int(column.maximum))
        case "float":
            return st.floats(column.minimum, column.maximum)


def values_outside(column):
    """A strategy for finite numbers below and above the range of a column."""
    below = st.floats(max_value=column.minimum, exclude_max=True, allow_infinity=False)
    above = st.floats(min_value=column.maximum, exclude_min=True, allow_infinity=False)
    return below | above


good_points = st.fixed_dictionaries({column.name: values_of(column) for column in SCHEMA.columns})
wrong_numbers = st.one_of(
    st.tuples(st.just(column.name), values_outside(column)) for column in NUMBERS
)


@a_few_examples
@given(point=good_points)
def test_a_point_that_keeps_to_the_schema_is_read_as_it_is(parser, point):
    """Any point drawn from the schema is accepted, and no value of it is changed.

    The order in which the object gives its columns does not matter.
    """
    backwards = dict(reversed(point.items()))

    assert parser.parse(in_json(point)) == [point]
    assert parser.parse(in_json(backwards)) == [point]


@a_few_examples
@given(wrong=wrong_numbers)
def test_a_number_outside_its_range_is_refused_by_its_name(parser, wrong):
    """Any number below or above the range of any column: BadPayload, and the message names it."""
    column, number = wrong

    assert column in refusal(parser, in_json({**GOOD, column: number}))
