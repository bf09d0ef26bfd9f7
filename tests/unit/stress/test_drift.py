"""Drift is found in features, labels, predictions, correlations and nulls, and not in chance."""

import numpy as np
import pandas as pd
import pytest

from src.stress import catalogue
from src.stress.context import Context
from src.stress.model import Fitted
from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table

TESTS = {test.name: test for test in catalogue.tests_of("drift")}
ROWS = 500


class Parrot:
    """A model whose probability of "yes" is a column of the row."""

    classes_ = ("no", "yes")

    def predict_proba(self, frame):
        yes = frame["p"].to_numpy()
        return np.column_stack([1 - yes, yes])


def points(seed, rows=ROWS):
    rng = np.random.default_rng(seed)
    speed = rng.normal(30, 5, rows)
    return pd.DataFrame(
        {
            "speed": speed,
            "depth": speed / 2 + rng.normal(0, 1, rows),
            "hand": rng.choice(["left", "right"], rows, p=[0.2, 0.8]),
            "out": rng.random(rows) < 0.3,
            "p": rng.uniform(0.1, 0.5, rows),
        }
    )


def context(now, before=None, labels=(None, None), **others):
    before = points(seed=1) if before is None else before
    return Context(Table(before, labels[0]), Table(now, labels[1]), **others)


def case_of(subject, result):
    return next(case for case in result.cases if case.observation.subject == subject)


def endings(yes, rows=ROWS):
    return np.array(["yes"] * yes + ["no"] * (rows - yes))


@pytest.mark.parametrize("name", ["feature_drift", "correlation_drift", "null_drift"])
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_another_sample_of_the_same_kind_has_not_drifted(name, seed):
    assert run_test(TESTS[name], context(points(seed))).severity == Severity.NONE


def test_a_number_that_moved_is_found_and_the_others_are_not():
    now = points(2).assign(speed=lambda frame: frame.speed + 4)

    result = run_test(TESTS["feature_drift"], context(now))

    assert {case.observation.subject: case.severity for case in result.cases} == {
        "speed": Severity.HIGH,
        "depth": Severity.NONE,
        "hand": Severity.NONE,
        "out": Severity.NONE,
        "p": Severity.NONE,
    }


def test_the_rows_that_show_a_drift_are_those_of_the_bin_that_grew():
    now = points(2)
    now.loc[:249, "speed"] = 90.0

    seen = case_of("speed", run_test(TESTS["feature_drift"], context(now))).observation

    assert seen.rows == tuple(now.index[now.speed > 36][:10])
    assert "of the rows are above" in seen.told


@pytest.mark.parametrize(
    "changed", [{"hand": "left"}, {"hand": "both"}, {"out": True}], ids=["share", "new", "boolean"]
)
def test_categories_and_booleans_drift_too(changed):
    now = points(2)
    now.loc[:199, list(changed)] = next(iter(changed.values()))

    result = run_test(TESTS["feature_drift"], context(now))

    assert case_of(*changed, result).severity == Severity.HIGH


def test_where_most_values_are_rare_new_ones_come_by_chance():
    """As streets do, or names."""
    before, now = (
        pd.DataFrame({"street": np.random.default_rng(seed).integers(0, 300, ROWS).astype(str)})
        for seed in (1, 2)
    )

    result = run_test(TESTS["feature_drift"], context(now, before))

    assert not set(now.street) <= set(before.street)
    assert result.severity == Severity.NONE


def test_large_numbers_of_few_values_are_told_apart():
    before, now = (
        pd.DataFrame({"day": np.repeat([20260101, last], 250)}) for last in (20260102, 20260103)
    )

    assert run_test(TESTS["feature_drift"], context(now, before)).severity == Severity.HIGH


def test_numbers_that_came_as_text_are_compared_as_numbers():
    now = points(2).astype({"speed": str})

    assert run_test(TESTS["feature_drift"], context(now)).severity == Severity.NONE


def test_few_rows_may_differ_by_chance_alone():
    result = run_test(TESTS["feature_drift"], context(points(2, rows=25)))

    indices = [case.observation.figures["psi"] for case in result.cases]
    assert max(indices) > 0.25
    assert result.severity == Severity.NONE


def test_of_thirty_columns_none_has_drifted_by_chance():
    """Each alone would be called drifted in one case of a hundred."""
    rng = np.random.default_rng(0)
    before, now = (pd.DataFrame(rng.normal(size=(60, 30))).add_prefix("x") for _ in range(2))

    result = run_test(TESTS["feature_drift"], context(now, before))

    assert len(result.cases) == 30
    assert result.severity == Severity.NONE


def test_empty_infinite_and_constant_columns_do_no_harm():
    before = points(1).assign(none=np.nan, constant=1.0)
    now = points(2).assign(none=np.nan, constant=1.0)
    now.loc[0, "speed"] = np.inf

    subjects = {
        c.observation.subject for c in run_test(TESTS["feature_drift"], context(now, before)).cases
    }

    assert subjects == {"speed", "depth", "hand", "out", "p", "constant"}


def test_columns_that_are_excluded_are_not_looked_at():
    now = points(2).assign(speed=0.0)

    result = run_test(TESTS["feature_drift"], context(now, excluded=frozenset({"speed"})))

    assert result.severity == Severity.NONE


def test_a_rare_class_that_got_three_times_as_frequent_is_drift():
    labels = endings(20, rows=1000), endings(60, rows=1000)
    frames = points(1, rows=1000), points(2, rows=1000)

    result = run_test(TESTS["label_drift"], context(frames[1], frames[0], labels))

    assert case_of("yes", result).observation.value == pytest.approx(3, abs=0.1)
    assert case_of("no", result).severity == Severity.NONE


def test_a_class_that_is_gone_is_drift_and_no_infinity():
    result = run_test(TESTS["label_drift"], context(points(2), labels=(endings(100), endings(0))))

    assert result.severity == Severity.HIGH
    assert np.isfinite(result.worst.observation.value)


def test_labels_that_differ_by_chance_have_not_drifted():
    result = run_test(TESTS["label_drift"], context(points(2), labels=(endings(8), endings(13))))

    assert result.severity == Severity.NONE
    assert "chance explains it" in case_of("yes", result).observation.told


def test_without_labels_label_drift_is_skipped():
    result = run_test(TESTS["label_drift"], context(points(2), labels=(endings(9), None)))

    assert result.skipped == "it needs the labels of both datasets"


def test_predictions_drift_where_a_mean_probability_does():
    now = points(2).assign(p=lambda frame: frame.p + 0.4)

    drifted = run_test(TESTS["prediction_drift"], context(now, model=Fitted(Parrot())))
    as_before = run_test(TESTS["prediction_drift"], context(points(2), model=Fitted(Parrot())))

    assert drifted.severity == Severity.HIGH
    assert as_before.severity == Severity.NONE


def test_a_model_that_is_surer_of_its_training_data_has_not_drifted():
    before = points(1).assign(p=lambda frame: np.where(frame.index % 10 < 3, 1.0, 0.0))
    now = points(2)

    result = run_test(TESTS["prediction_drift"], context(now, before, model=Fitted(Parrot())))

    assert result.severity == Severity.NONE


def test_recorded_predictions_are_enough():
    tables = [
        Table(frame, predictions=Parrot().predict_proba(frame)) for frame in (points(1), points(2))
    ]

    result = run_test(TESTS["prediction_drift"], Context(*tables, classes=["no", "yes"]))

    assert [case.observation.subject for case in result.cases] == ["no", "yes"]


def test_without_a_model_and_predictions_prediction_drift_is_skipped():
    assert "needs a model" in run_test(TESTS["prediction_drift"], context(points(2))).skipped


def test_two_columns_that_move_apart_are_found_though_each_looks_as_before():
    now = points(2)
    now["depth"] = np.random.default_rng(0).permutation(now.depth)

    moved = context(now)
    result = run_test(TESTS["correlation_drift"], moved)

    assert result.worst.observation.features == ("speed", "depth")
    assert result.severity == Severity.HIGH
    assert run_test(TESTS["feature_drift"], moved).severity == Severity.NONE


def test_a_correlation_needs_two_columns_of_numbers():
    one = points(2)[["speed", "hand"]]

    assert "no two columns" in run_test(TESTS["correlation_drift"], context(one)).skipped


@pytest.mark.parametrize("emptied", ["before", "now"])
def test_a_column_that_is_empty_more_often_or_less_often_is_found(emptied):
    whole = points(2)
    holes = whole.assign(speed=whole.speed.where(whole.index % 4 != 0))
    frames = {"before": whole, "now": whole, emptied: holes}

    seen = run_test(TESTS["null_drift"], context(**frames)).worst.observation

    assert seen.subject == "speed"
    assert seen.value == pytest.approx(0.25)
    assert seen.rows == (() if emptied == "before" else tuple(range(0, 40, 4)))


def test_no_test_changes_what_it_gets():
    now = points(2)
    given = context(now, labels=(endings(9), endings(90)), model=Fitted(Parrot()))
    before = [table.frame.copy() for table in (given.reference, given.evaluation)]

    for test in TESTS.values():
        run_test(test, given)

    pd.testing.assert_frame_equal(given.reference.frame, before[0])
    pd.testing.assert_frame_equal(given.evaluation.frame, before[1])
