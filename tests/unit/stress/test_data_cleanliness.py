"""What is wrong with the data itself is found: columns, rows and labels."""

import numpy as np
import pandas as pd
import pytest

from src.stress import catalogue
from src.stress.context import Context
from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table

TESTS = {test.name: test for test in catalogue.tests_of("data_cleanliness")}


def points(seed=1, rows=400):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "speed": rng.normal(30, 5, rows),
            "rally": rng.integers(1, 20, rows),
            "hand": rng.choice(["left", "right"], rows),
        }
    )


def endings(frame, seed=3):
    """Labels that the speed tells a little about."""
    noise = np.random.default_rng(seed).normal(0, 5, len(frame))
    return np.where(frame.speed + noise > 30, "won", "lost")


def context(before=None, now=None, labels=(None, None), **others):
    before = points() if before is None else before
    now = points(2) if now is None else now
    return Context(Table(before, labels[0]), Table(now, labels[1]), **others)


def told(result):
    return {case.observation.subject: case.severity for case in result.cases}


def test_all_columns_are_there():
    result = run_test(TESTS["missing_columns"], context())

    assert result.severity == Severity.NONE
    assert "All 3 columns are there" in str(result)


def test_a_column_that_is_missing_is_worse_than_one_too_many():
    now = points(2).drop(columns="speed").assign(wind=1.0)

    result = run_test(TESTS["missing_columns"], context(now=now))

    assert told(result) == {"speed": Severity.HIGH, "wind": Severity.LOW}


@pytest.mark.parametrize("column", ["speed", "rally"])
def test_text_where_numbers_were_is_found(column):
    now = points(2).astype({column: str})

    seen = run_test(TESTS["missing_columns"], context(now=now)).worst.observation

    assert seen.told == f"{column} holds text, where the reference data holds numbers."


def test_whole_numbers_and_others_are_of_a_kind_and_an_empty_column_is_of_any():
    now = points(2).astype({"rally": float}).assign(hand=None)

    assert run_test(TESTS["missing_columns"], context(now=now)).severity == Severity.NONE


def test_a_column_that_is_excluded_may_be_missing():
    given = context(now=points(2).drop(columns="speed"), excluded=frozenset({"speed"}))

    assert run_test(TESTS["missing_columns"], given).severity == Severity.NONE


def test_rows_that_are_there_twice_are_counted_and_shown():
    now = pd.concat([points(2), points(2)[:100]], ignore_index=True)

    result = run_test(TESTS["duplicate_rows"], context(now=now))

    assert told(result) == {"reference": Severity.NONE, "evaluation": Severity.HIGH}
    assert result.worst.observation.figures["share"] == 0.2
    assert result.worst.observation.rows == tuple(range(400, 410))


def test_rows_with_other_labels_are_no_duplicates():
    now = pd.concat([points(2)[:200]] * 2, ignore_index=True)
    labels = np.repeat(["won", "lost"], 200)

    result = run_test(TESTS["duplicate_rows"], context(now=now, labels=(None, labels)))

    assert result.severity == Severity.NONE


def test_of_few_columns_with_few_values_nobody_is_blamed():
    given = context(points()[["rally", "hand"]], points(2)[["rally", "hand"]])

    result = run_test(TESTS["duplicate_rows"], given)

    assert [case.severity for case in result.cases] == [None, None]
    assert "chance may explain it" in str(result)


@pytest.mark.parametrize(
    ("rare", "severity"),
    [(40, Severity.NONE), (30, Severity.LOW), (3, Severity.MEDIUM), (0, Severity.MEDIUM)],
)
def test_the_rarer_a_class_the_worse(rare, severity):
    labels = np.array(["won"] * (400 - rare) + ["lost"] * rare)

    result = run_test(
        TESTS["label_imbalance"], context(labels=(None, labels), classes=["lost", "won"])
    )

    assert result.severity == severity
    assert result.worst.observation.rows == tuple(range(400 - rare, 400))[:10]


def test_without_labels_nothing_is_said_about_them():
    for name in ("label_imbalance", "label_leak"):
        assert "label" in run_test(TESTS[name], context()).skipped


def test_columns_that_say_the_same_are_found_in_any_unit():
    frame = points().assign(miles=lambda all: 5 - all.speed / 1.609)

    result = run_test(TESTS["high_correlation"], context(frame, frame))

    assert told(result) == {
        "speed and miles": Severity.HIGH,
        "speed and rally": Severity.NONE,
        "rally and miles": Severity.NONE,
    }


def test_columns_that_hardly_vary_correlate_with_nothing():
    frame = points()[["speed"]].assign(flag=0, copy=0)
    frame.loc[0, ["flag", "copy"]] = 1

    assert "no two columns" in run_test(TESTS["high_correlation"], context(frame, frame)).skipped


@pytest.mark.parametrize("kind", ["number", "category", "emptiness", "rare value"])
def test_a_column_that_tells_the_label_is_a_leak(kind):
    frame = points(rows=600)
    labels = np.where(np.arange(600) % 30 == 0, "fraud", "none")
    won = labels == "fraud"
    leaks = {
        "number": np.where(won, 5.0, 1.0) + np.random.default_rng(0).random(600),
        "category": np.where(won, "chargeback", "settled"),
        "emptiness": np.where(won, 1.0, np.nan),
        "rare value": np.where(won, 777, np.arange(600) % 100 * 20),
    }
    frame["leak"] = leaks[kind]

    result = run_test(TESTS["label_leak"], context(frame, labels=(labels, None)))

    assert told(result)["leak"] >= Severity.MEDIUM
    assert result.worst.observation.subject == "leak"


def test_a_column_that_honestly_tells_something_is_no_leak():
    frame = points()

    result = run_test(TESTS["label_leak"], context(frame, labels=(endings(frame), None)))

    assert result.worst.observation.subject == "speed"
    assert result.severity == Severity.NONE
    assert 0.1 < result.worst.observation.value < 0.6


def test_a_column_of_other_rows_tells_nothing_by_chance():
    """A name for each row is known by heart, which is why other rows judge it."""
    frame = points()
    names = frame.assign(name=[f"row {row}" for row in frame.index])[["name"]]

    result = run_test(TESTS["label_leak"], context(names, labels=(endings(frame), None)))

    assert result.worst.observation.value < 0.05


def test_the_same_seed_gives_the_same_figures():
    given = [context(labels=(endings(points()), None), seed=seed) for seed in (5, 5, 6)]
    first, again, other = (
        [case.observation for case in run_test(TESTS["label_leak"], one).cases] for one in given
    )

    assert first == again
    assert first != other
