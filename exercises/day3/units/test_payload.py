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
    raise NotImplementedError


def test_points_of_an_array_keep_their_order(parser):
    """An array is read as one row for each point, in its order; equal points are not merged."""
    raise NotImplementedError


# Parametrize what stands between the space: one point, or an array.
def test_space_around_the_json_does_not_matter(parser):
    """Spaces, tabs and ends of lines may stand before the JSON and after it."""
    raise NotImplementedError


# Parametrize the column, the text of its value and what is read: how may JSON write the number 4?
def test_a_value_gets_the_type_of_its_column(parser):
    """However a number is written, an integer is read as int and a float as float.

    A boolean is read as bool, and a category as str.
    """
    raise NotImplementedError


# Parametrize the column: those of SCHEMA.columns that have a minimum and a maximum.
def test_the_ends_of_a_range_belong_to_it(parser):
    """The smallest and the largest value that the schema gives a column are accepted."""
    raise NotImplementedError


def test_as_many_points_as_documented_and_no_more():
    """10,000 points are read as 10,000 rows; 10,001 are refused."""
    # Of a dataset with one column, made by parser_of: that is as many points, and quicker.
    raise NotImplementedError


# Bad bodies


# Parametrize the column and the text of its value. It is a long table: start with a few for each
# type, then read docs/api.md for more. pytest.param("speed", "NaN", id="speed: not a number")
def test_a_wrong_value_is_refused_by_the_name_of_its_column(parser):
    """A value of another type, out of range or unknown: BadPayload, and the message names it."""
    raise NotImplementedError


# Parametrize the column.
def test_a_missing_column_is_named(parser):
    """A point without one of the 24 columns: BadPayload, and the message names that column."""
    raise NotImplementedError


# Parametrize the name of the column.
def test_a_column_too_many_is_named(parser):
    """A point with a column that the dataset does not have: BadPayload, and the message names it.

    The id and the outcome are such columns, and so is a name in other letters.
    """
    raise NotImplementedError


# Parametrize the position. Which positions are worth a test?
def test_a_wrong_point_is_told_by_its_position(parser):
    """One wrong point spoils the array; the message names column and position, from 0."""
    # Let it be wrong in a way whose message has no other number in it: by a flag, for instance.
    raise NotImplementedError


# Parametrize what is among the points.
def test_an_element_that_is_no_point_is_told_by_its_position(parser):
    """An array with something else among its points: the message tells its position, from 0."""
    raise NotImplementedError


# Parametrize the body: bytes, and ids that tell what is wrong with them.
def test_a_body_without_points_is_refused(parser):
    """A body that is not JSON in UTF-8, or holds neither a point nor any in an array: BadPayload.

    Its message is not empty.
    """
    raise NotImplementedError


# Parametrize the text of the number.
def test_a_number_without_a_range_is_a_number_all_the_same():
    """Where a schema gives no range, any number is accepted, but for NaN and infinite ones."""
    # parser_of makes a dataset whose column has no minimum and no maximum.
    raise NotImplementedError


# Properties


def values_of(column):
    """A strategy for the good values of a column."""
    # column.type is "boolean", "category" (column.categories), "integer" or "float"
    # (column.minimum, column.maximum).
    raise NotImplementedError


# A dictionary of strategies makes a strategy for points: st.fixed_dictionaries.
def test_a_point_that_keeps_to_the_schema_is_read_as_it_is(parser):
    """Any point drawn from the schema is accepted, and no value of it is changed.

    The order in which the object gives its columns does not matter.
    """
    raise NotImplementedError


# Draw a column and a finite number that lies below or above its range.
def test_a_number_outside_its_range_is_refused_by_its_name(parser):
    """Any number below or above the range of any column: BadPayload, and the message names it."""
    raise NotImplementedError
