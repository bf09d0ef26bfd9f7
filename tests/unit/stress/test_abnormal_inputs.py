"""What the evaluation data already holds, and how the model does on it."""

import numpy as np
import pandas as pd
import pytest

from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table
from src.stress.tests.abnormal_inputs import TESTS
from tests.unit.stress.small_models import context_of, points, steep

BY_NAME = {test.name: test for test in TESTS}
SHARES = [name for name in BY_NAME if name.endswith("_held")]
SOME = 60  # of 300 rows


def holding(column, value, rows=SOME):
    frame, labels = points(300, seed=2)
    values = frame[column].astype(object)
    values[:rows] = value
    return Table(frame.assign(**{column: values.infer_objects()}), labels)


def result_of(name, rule=steep, **tables):
    return run_test(BY_NAME[name], context_of(rule, **tables))


HELD = [
    ("nulls_held", "speed", np.nan),
    ("nulls_held", "stroke", None),
    ("nulls_held", "served", None),
    ("unseen_categories_held", "stroke", "lob"),
    ("other_capitals_held", "stroke", "Volley"),
    ("out_of_range_values_held", "speed", 5000.0),
    ("out_of_range_values_held", "hits", 0),
    ("other_types_held", "speed", "51.5"),
    ("other_types_held", "hits", "7"),
    ("other_types_held", "hits", 7.5),
    ("other_types_held", "stroke", 7),
    ("other_types_held", "served", "yes"),
    ("empty_text_held", "stroke", " "),
]


@pytest.mark.parametrize(("name", "column", "value"), HELD)
def test_an_abnormal_value_is_counted_by_its_test(name, column, value):
    result = result_of(name, evaluation=holding(column, value))

    seen = result.worst.observation
    assert (seen.subject, seen.value) == (column, SOME / 300)
    assert seen.rows == tuple(range(10))
    assert result.severity == Severity.HIGH


@pytest.mark.parametrize(("name", "column", "value"), HELD)
def test_it_is_not_counted_by_the_other_tests(name, column, value):
    table = holding(column, value)

    found = {other for other in SHARES if result_of(other, evaluation=table).severity > 0}

    assert found == {name}


@pytest.mark.parametrize("name", BY_NAME)
def test_data_like_the_reference_data_has_no_finding(name):
    result = result_of(name)

    assert result.severity == Severity.NONE
    assert result.cases


def test_what_the_reference_data_has_as_well_is_no_finding():
    table = holding("speed", np.nan)

    assert result_of("nulls_held", reference=table, evaluation=table).severity == Severity.NONE


def test_a_whole_number_may_come_as_a_float():
    frame, labels = points(300, seed=2)
    table = Table(frame.assign(hits=frame["hits"].astype(float)), labels)

    assert result_of("other_types_held", evaluation=table).severity == Severity.NONE


def test_the_share_needs_no_model():
    assert not any(BY_NAME[name].needs_model for name in SHARES)


def test_rows_on_which_the_model_is_worse_are_found():
    def rule(frame):
        return np.where(frame["stroke"].isin(["lob"]), 1 - steep(frame), steep(frame))

    result = result_of("performance_on_abnormal_rows", rule, evaluation=holding("stroke", "lob"))

    assert result.severity == Severity.HIGH
    assert result.worst.observation.figures["rows"] == SOME


def test_rows_on_which_it_is_as_good_are_not():
    result = result_of("performance_on_abnormal_rows", evaluation=holding("stroke", "lob"))

    assert [case.severity for case in result.cases] == [Severity.NONE]


def test_a_model_that_raises_on_them_is_high_and_the_rest_is_judged():
    def rule(frame):
        if frame["speed"].isna().any():
            raise ValueError("no speed")
        return steep(frame)

    table = holding("speed", np.nan)
    frame = table.frame.assign(stroke=np.where(np.arange(300) >= 200, "lob", table.frame["stroke"]))
    result = result_of("performance_on_abnormal_rows", rule, evaluation=Table(frame, table.labels))

    found = {case.observation.subject: case.severity for case in result.cases}
    assert found == {
        "speed": Severity.HIGH,
        "stroke: a category never seen": Severity.NONE,
    }


def test_few_abnormal_rows_are_not_judged():
    table = holding("stroke", "lob", rows=5)

    (case,) = result_of("performance_on_abnormal_rows", evaluation=table).cases

    assert case.severity is None
    assert "stroke" in case.observation.told


def test_a_column_that_the_evaluation_data_lacks_is_left_out():
    frame, labels = points(300, seed=2)
    table = Table(frame.drop(columns="hits"), labels)

    assert result_of("nulls_held", evaluation=table).severity == Severity.NONE


def test_values_of_several_kinds_in_a_column_are_told_apart():
    frame, labels = points(300, seed=2)
    values = pd.Series([None, "VOLLEY", "lob", ""] * 75)
    table = Table(frame.assign(stroke=values), labels)

    shares = {
        name: result_of(name, evaluation=table).worst.observation.value
        for name in ("nulls_held", "other_capitals_held", "unseen_categories_held")
    }

    assert set(shares.values()) == {0.25}
