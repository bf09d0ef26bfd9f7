import pytest

from src.errors import UserError
from src.schema import Column, Schema, dataset_names, load_schema

SCHEMA = """
name = "shots"
title = "Shots"
target = "ending"
classes = ["IN", "OUT"]
id = "shot"
rows = 2
provenance = "Made for the tests."
licence = "MIT"

[[column]]
name = "speed"
type = "float"
unit = "m/s"
minimum = 0
maximum = 80.0
description = "How fast."

[[column]]
name = "stroke"
type = "category"
categories = ["B", "F"]
"""


@pytest.fixture
def load(tmp_path):
    """Load the schema that is written in a text."""

    def load_text(text):
        (tmp_path / "shots").mkdir()
        (tmp_path / "shots" / "schema.toml").write_text(text)
        return load_schema("shots", tmp_path)

    return load_text


def test_a_schema_is_what_its_file_says(load):
    assert load(SCHEMA) == Schema(
        name="shots",
        title="Shots",
        target="ending",
        classes=("IN", "OUT"),
        columns=(
            Column("speed", "float", "m/s", minimum=0.0, maximum=80.0, description="How fast."),
            Column("stroke", "category", categories=("B", "F")),
        ),
        rows=2,
        provenance="Made for the tests.",
        licence="MIT",
        id="shot",
    )


def test_the_id_may_be_left_out(load):
    assert load(SCHEMA.replace('id = "shot"\n', "")).id is None


def test_classes_that_are_numbers_stay_numbers(load):
    assert load(SCHEMA.replace('["IN", "OUT"]', "[0, 1]")).classes == (0, 1)


def test_feature_names_keep_the_order_of_the_file(load):
    assert load(SCHEMA).feature_names == ("speed", "stroke")


@pytest.mark.parametrize(
    ("was", "now", "key"),
    [
        ('target = "ending"\n', "", "target"),
        ("rows = 2", 'rows = "many"', "rows"),
        ('title = "Shots"', 'title = "Shots"\ncolour = "red"', "colour"),
        ('type = "float"', 'type = "flaot"', "columns.0.type"),
        ("minimum = 0", "minimun = 0", "columns.0.minimun"),
        ("minimum = 0", "minimum = 81", "columns.0"),
        ('categories = ["B", "F"]', "", "columns.1"),
        ('unit = "m/s"', 'categories = ["fast"]', "columns.0"),
        ('categories = ["B", "F"]', 'categories = ["B", "{F}"]', "columns.1"),
        ('name = "stroke"', 'name = "a {stroke}"', "columns.1"),
        ('name = "stroke"', 'name = "speed"', "named twice"),
        ('name = "stroke"', 'name = "ending"', "named twice"),
        ('name = "shots"', 'name = "shots', "line 2"),
    ],
)
def test_a_mistake_is_named_with_its_file(load, was, now, key):
    with pytest.raises(UserError, match=rf"shots.schema\.toml.*{key}"):
        load(SCHEMA.replace(was, now))


def test_a_schema_without_columns_is_refused(load):
    with pytest.raises(UserError, match="there is no"):
        load(SCHEMA[: SCHEMA.index("[[column]]")])


def test_a_schema_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "schema.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(UserError, match=r"schema\.toml cannot be read"):
        load_schema("shots", tmp_path)


def test_the_datasets_are_the_folders_with_a_schema(tmp_path):
    for name in ("b", "a", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "b" / "schema.toml").touch()
    (tmp_path / "a" / "schema.toml").touch()

    assert dataset_names(tmp_path) == ["a", "b"]


def test_an_unknown_dataset_is_answered_with_the_known_ones(tmp_path):
    for name in ("points", "shots"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "schema.toml").touch()

    with pytest.raises(UserError, match=r"No dataset 'shot' .* choose points or shots"):
        load_schema("shot", tmp_path)


def test_a_folder_without_datasets_is_told(tmp_path):
    with pytest.raises(UserError, match="with DATA_DIR, there is none in this one"):
        load_schema("shots", tmp_path)


def test_a_dataset_is_never_looked_for_outside_of_the_folder(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "schema.toml").write_text(SCHEMA)
    (tmp_path / "data").mkdir()

    with pytest.raises(UserError, match="No dataset"):
        load_schema("../outside", tmp_path / "data")
