"""Each transformation finds the weakness that it is for, and nothing in a model without it."""

import numpy as np
import pandas as pd
import pytest

from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table
from src.stress.tests.transformations import TESTS
from tests.unit.stress.small_models import STROKES, context_of, points, steep

BY_NAME = {test.name: test for test in TESTS}
SERVED = {"volley": 0.9, "backhand": 0.1, "forehand": 0.2}


def result_of(name, rule, **changes):
    return run_test(BY_NAME[name], context_of(rule, **changes))


def severities(result):
    return {case.observation.subject: case.severity for case in result.cases}


def clean_text(frame):
    return frame["stroke"].fillna("").astype(str).str.lower()


def by_stroke(frame):
    """Knows strokes in any capitals, and says fifty to fifty of those that it does not know."""
    return clean_text(frame).map(SERVED).fillna(0.5)


def raises_on(what):
    def rule(frame):
        if what(frame):
            raise ValueError("that I cannot take")
        return steep(frame)

    return rule


def is_text(frame):
    return not pd.api.types.is_numeric_dtype(frame["speed"])


def of_each(frame, values):
    return np.where(values, 0.9, 0.1)


# A model whose answer is a matter of the row alone, and what it should be


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("rule", [steep, by_stroke])
def test_a_model_that_takes_what_comes_has_no_weakness(name, rule):
    assert result_of(name, rule).severity <= Severity.LOW


def test_the_frames_are_left_as_they_are():
    context = context_of(by_stroke)
    before = [context.evaluation.frame.copy(), context.reference.frame.copy()]
    sample = context.sample_frame.copy()

    for test in TESTS:
        run_test(test, context)

    pd.testing.assert_frame_equal(context.evaluation.frame, before[0])
    pd.testing.assert_frame_equal(context.reference.frame, before[1])
    pd.testing.assert_frame_equal(context.sample_frame, sample)


def test_a_test_sees_the_same_whatever_ran_before():
    context = context_of(by_stroke)

    in_turn = [run_test(test, context) for test in reversed(TESTS)]

    assert in_turn[::-1] == [result_of(name, by_stroke) for name in BY_NAME]


# A model that raises


@pytest.mark.parametrize(
    ("name", "what", "subject"),
    [
        ("null", lambda frame: frame["speed"].isna().any(), "speed"),
        ("null", lambda frame: frame["served"].isna().any(), "served"),
        ("unseen_category", lambda frame: not frame["stroke"].isin(STROKES).all(), "stroke"),
        ("empty_string", lambda frame: (frame["stroke"] == "").any(), "stroke"),
        ("capitalisation", lambda frame: frame["stroke"].str.isupper().any(), "stroke"),
        ("type_change", is_text, "speed"),
        ("out_of_range_value", lambda frame: frame["speed"].max() > 100, "speed"),
        ("numeric_outlier", lambda frame: frame["hits"].max() > 100, "hits"),
    ],
)
def test_a_model_that_raises_on_one_column_is_high_there_and_the_others_go_on(name, what, subject):
    result = result_of(name, raises_on(what))

    found = severities(result)
    assert found.pop(subject) == Severity.HIGH
    assert all(severity == Severity.NONE for severity in found.values())
    assert "that I cannot take" in result.worst.observation.error


def test_a_model_that_cannot_answer_at_all_is_told_once():
    result = result_of("null", raises_on(lambda frame: True))

    assert [case.severity for case in result.cases] == [Severity.HIGH]


# Values that are lost


def test_a_null_that_counts_as_the_smallest_number_is_found():
    def rule(frame):
        return steep(frame.assign(speed=frame["speed"].fillna(-999)))

    result = result_of("null", rule)

    assert severities(result)["speed"] >= Severity.MEDIUM
    assert severities(result)["hits"] == Severity.NONE
    assert len(result.worst.observation.rows) == 10


def test_a_model_that_knows_no_more_without_the_value_is_not_blamed():
    """Without the speed it says fifty to fifty."""
    assert severities(result_of("null", steep))["speed"] == Severity.NONE


@pytest.mark.parametrize("name", ["unseen_category", "empty_string"])
def test_a_category_that_is_taken_for_another_is_found(name):
    def rule(frame):
        return frame["stroke"].map(SERVED).fillna(SERVED["volley"])

    assert severities(result_of(name, rule))["stroke"] >= Severity.MEDIUM


@pytest.mark.parametrize("name", ["unseen_category", "empty_string"])
def test_a_category_that_is_taken_for_none_is_no_finding(name):
    def rule(frame):
        return frame["stroke"].map(SERVED).fillna(0.5)

    assert result_of(name, rule).severity == Severity.NONE


def test_signs_that_all_values_have_are_deleted():
    seen = []

    def rule(frame):
        seen.extend(frame["code"].unique())
        return frame["code"].str.split("-").str[1].map({"7": 0.9, "8": 0.1}).fillna(0.9)

    frame, labels = points(100)
    table = Table(frame.assign(code=np.where(frame["hits"] > 10, "a-7", "b-8")), labels)
    result = result_of("required_characters_deleted", rule, reference=table, evaluation=table)

    assert {"a7", "b8"} <= set(seen)
    assert severities(result)["code"] >= Severity.MEDIUM


def test_letters_in_common_are_no_required_characters():
    result = result_of("required_characters_deleted", steep)

    assert result.skipped


# The same value in another form


def test_a_model_that_takes_capitals_for_another_category_is_found():
    def rule(frame):
        return frame["stroke"].map(SERVED).fillna(0.2)

    assert result_of("capitalisation", rule).severity >= Severity.MEDIUM


def test_capitals_that_mean_something_are_left_as_they_are():
    frame, labels = points(100)
    table = Table(frame.assign(stroke=np.where(frame["hits"] > 10, "b", "B")), labels)

    def rule(frame):
        return np.where(frame["stroke"] == "b", 0.9, 0.1)

    assert result_of("capitalisation", rule, reference=table, evaluation=table).skipped


def test_a_text_that_is_read_as_no_number_is_found():
    def rule(frame):
        return np.zeros(len(frame)) if is_text(frame) else steep(frame)

    assert severities(result_of("type_change", rule))["speed"] >= Severity.MEDIUM


# Beyond the range


@pytest.mark.parametrize("name", ["out_of_range_value", "numeric_outlier"])
def test_a_model_that_turns_beyond_the_range_is_found(name):
    def rule(frame):
        served = np.where(frame["served"], 0.9, 0.1)
        return np.where(frame["speed"] > 90, 0.99, served)

    result = result_of(name, rule)

    assert severities(result)["speed"] >= Severity.MEDIUM
    assert severities(result)["hits"] == Severity.NONE


def test_a_straight_line_that_no_other_column_can_outweigh_is_found():
    def rule(frame):
        score = (frame["speed"] - 50) / 20 + np.where(frame["served"], 3, -3)
        return 1 / (1 + np.exp(-score))

    assert severities(result_of("numeric_outlier", rule))["speed"] >= Severity.MEDIUM


def test_an_integer_stays_one_beyond_its_range():
    kinds = set()

    def rule(frame):
        kinds.add(str(frame["hits"].dtype))
        return steep(frame)

    result_of("out_of_range_value", rule)
    result_of("numeric_outlier", rule)

    assert kinds == {"int64"}


# The same rows in another way


def previous(frame):
    return of_each(frame, np.roll(frame["served"], 1))


def place(frame):
    return of_each(frame, np.arange(len(frame)) % 3 == 0)


def in_the_batch(frame):
    return of_each(frame, frame["hits"] > frame["hits"].mean())


def by_position(frame):
    first = frame.iloc[:, 0]
    return of_each(frame, first > 50 if pd.api.types.is_float_dtype(first) else first == True)  # noqa: E712


def by_chance(frame, rng=np.random.default_rng(1)):  # noqa: B008 - it goes on from call to call
    return rng.random(len(frame))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("row_order", previous),
        ("row_order", place),
        ("column_order", by_position),
        ("extra_column", by_position),
        ("one_row_against_a_batch", in_the_batch),
        ("determinism", by_chance),
    ],
)
def test_an_answer_that_depends_on_more_than_the_row_is_found(name, rule):
    result = result_of(name, rule)

    assert result.severity >= Severity.MEDIUM
    assert result.worst.observation.rows


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("row_order", in_the_batch),
        ("row_order", by_chance),
        ("row_order", by_position),
        ("column_order", in_the_batch),
        ("column_order", by_chance),
        ("column_order", previous),
        ("extra_column", by_chance),
        ("one_row_against_a_batch", by_chance),
        ("one_row_against_a_batch", by_position),
        ("determinism", in_the_batch),
        ("determinism", by_position),
        ("determinism", previous),
    ],
)
def test_a_weakness_of_another_kind_is_not_mistaken_for_it(name, rule):
    assert result_of(name, rule).severity == Severity.NONE


@pytest.mark.parametrize("name", ["null", "unseen_category", "type_change", "numeric_outlier"])
def test_a_model_that_answers_by_chance_is_not_blamed_for_the_values(name):
    result = result_of(name, lambda frame: steep(frame) + by_chance(frame) / 20)

    assert result.severity <= Severity.LOW


def test_rounding_is_no_difference():
    def rule(frame):
        return steep(frame).astype("float32") + by_chance(frame) * 1e-7

    assert result_of("determinism", rule).severity == Severity.NONE


def test_a_rare_class_counts_like_the_others():
    """Of 300 rows 12 are won; that they are lost in capitals is 4 % of the predictions."""
    frame, _ = points(300)
    labels = np.where(np.arange(300) % 25 == 0, "won", "lost")
    stroke = np.where(labels == "won", "volley", "backhand")
    table = Table(frame.assign(stroke=stroke), labels)

    def rule(frame):
        return np.where(frame["stroke"] == "volley", 0.3, 0.01)

    result = result_of("capitalisation", rule, reference=table, evaluation=table)

    assert result.severity >= Severity.MEDIUM
