"""What training writes down of serving: a sample of all classes, and what the model answers."""

import json
from dataclasses import asdict, replace
from types import SimpleNamespace

import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier

from src.config import API_VERSION
from src.predict.predictor import METHODS, ask
from src.schema import Column, Schema
from src.train.specification import SAMPLED, columns_of, specify

SCHEMA = Schema(
    name="shots",
    title="Shots",
    target="ending",
    classes=("IN", "OUT"),
    columns=(
        Column("speed", "float", minimum=0.0, maximum=80.0, unit="m/s", description="How fast."),
        Column("rally", "integer", minimum=1.0),
        Column("served", "boolean"),
        Column("stroke", "category", categories=("B", "F")),
    ),
    rows=8,
    provenance="Made for the tests.",
    licence="MIT",
)

X = pd.DataFrame(
    {
        "speed": [10.5, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 75.0],
        "rally": range(1, 9),
        "served": [True, False] * 4,
        "stroke": list("BFBFBFBF"),
    }
)


class BySpeed(DecisionTreeClassifier):
    """A tree that reads the speed only."""

    def fit(self, rows, classes):
        return super().fit(rows[["speed"]], classes)

    def predict(self, rows):
        return super().predict(rows[["speed"]])

    def predict_proba(self, rows):
        return super().predict_proba(rows[["speed"]])


def specified(classes, rows=X):
    """The specification for rows of these classes, and the model that it is of."""
    target = pd.Series(classes, index=rows.index)
    model = BySpeed(max_depth=1, random_state=0).fit(rows, target)
    return specify(model, SCHEMA, rows, target), model


def classes_of(serving, classes):
    """The classes of the rows that became the sample."""
    return [classes[point["rally"] - 1] for point in serving.sample]


@pytest.mark.parametrize(
    "classes",
    [
        ["IN"] * 7 + ["OUT"],
        ["OUT", "IN"] * 4,
        [5, 5, 5, 5, 5, 3, 9, 1],
        [7, 6, 5, 4, 3, 2, 1, 0],
    ],
    ids=["one is rare", "two", "four", "more than the sample commonly has rows"],
)
def test_the_sample_has_each_class(classes):
    serving, _ = specified(classes)

    assert set(classes_of(serving, classes)) == set(classes)
    assert len(serving.sample) == max(SAMPLED, len(set(classes)))


def test_no_row_is_twice_in_the_sample():
    serving, _ = specified(["OUT", "IN"] * 4)

    assert len({point["rally"] for point in serving.sample}) == SAMPLED


def test_of_few_rows_all_are_the_sample():
    serving, _ = specified(["IN", "OUT"], X.head(2))

    assert [point["rally"] for point in serving.sample] == [1, 2]


def test_rows_are_found_by_their_index_not_their_place():
    """Held-out rows bear the numbers that they had among all rows."""
    serving, _ = specified(["OUT", "IN"] * 2, X.iloc[[6, 2, 5, 0]])

    assert [point["rally"] for point in serving.sample] == [7, 3, 6, 1]


@pytest.mark.parametrize("classes", [["IN", "OUT"] * 4, [0, 1] * 4], ids=["texts", "numbers"])
def test_the_specification_is_plain_json(classes):
    """What JSON changes, as NumPy's numbers or a tuple, would differ once it is read again."""
    serving, _ = specified(classes)

    assert json.loads(json.dumps(asdict(serving), allow_nan=False)) == asdict(serving)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("classes", [["IN", "OUT"] * 4, [0, 1] * 4], ids=["texts", "numbers"])
def test_the_expected_answers_are_those_of_the_api(method, classes):
    serving, model = specified(classes)

    assert serving.answers[method] == ask(model, serving.sample, method)


def test_there_are_answers_of_each_method():
    serving, _ = specified(["IN", "OUT"] * 4)

    assert list(serving.answers) == list(METHODS)


def test_the_classes_are_in_the_order_of_the_model():
    serving, model = specified(["OUT"] * 4 + ["IN"] * 4)

    assert serving.classes == list(model.classes_)


def test_the_api_is_that_of_the_training():
    serving, _ = specified(["IN", "OUT"] * 4)

    assert serving.api_version == API_VERSION


def test_columns_are_in_order_with_what_a_program_checks():
    assert columns_of(SCHEMA) == [
        {"name": "speed", "type": "float", "minimum": 0.0, "maximum": 80.0, "categories": []},
        {"name": "rally", "type": "integer", "minimum": 1.0, "maximum": None, "categories": []},
        {"name": "served", "type": "boolean", "minimum": None, "maximum": None, "categories": []},
        {
            "name": "stroke",
            "type": "category",
            "minimum": None,
            "maximum": None,
            "categories": ["B", "F"],
        },
    ]


def test_what_only_people_read_is_no_part_of_a_column():
    described = replace(SCHEMA.columns[0], unit="km/h", description="Speed of the ball.")

    assert columns_of(SimpleNamespace(columns=[described])) == columns_of(SCHEMA)[:1]
