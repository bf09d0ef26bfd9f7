"""Slices on which the model is worse are found, and chance is not."""

import numpy as np
import pytest

from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table
from src.stress.tests.subset_performance import TESTS
from tests.unit.stress.small_models import context_of, points, steep

BY_NAME = {test.name: test for test in TESTS}
ROWS = 1000


def weak_where(which, rows=ROWS, seed=2):
    """Evaluation data in which the other side wins where `which` says."""
    frame, labels = points(rows, seed=seed)
    turned = np.where(labels == "won", "lost", "won")
    return Table(frame, np.where(which(frame), turned, labels))


def lost_where(which, rows=ROWS):
    """Evaluation data in which nobody wins where `which` says."""
    frame, labels = points(rows, seed=2)
    return Table(frame, np.where(which(frame), "lost", labels))


def thirty_of_speed(frame):
    return frame["speed"].rank().between(300, 329)


def one_count_of_hits(frame):
    return frame["hits"] == 7


def result_of(name, evaluation=None, **changes):
    table = evaluation or weak_where(lambda frame: frame["hits"] < 0)
    return run_test(BY_NAME[name], context_of(steep, evaluation=table, **changes))


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("seed", [2, 3])
def test_a_right_model_has_no_weak_slice(name, seed):
    table = weak_where(lambda frame: frame["hits"] < 0, seed=seed)

    assert result_of(name, table).severity < Severity.MEDIUM


@pytest.mark.parametrize("name", ["subset_accuracy", "subset_brier_score"])
@pytest.mark.parametrize(
    ("which", "feature"), [(thirty_of_speed, "speed"), (one_count_of_hits, "hits")]
)
def test_a_weak_slice_of_three_percent_is_found(name, which, feature):
    result = result_of(name, weak_where(which))

    assert result.severity >= Severity.MEDIUM
    assert result.worst.observation.features == (feature,)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_weak_category_is_found_by_each_metric(name):
    spoilt = lost_where if name == "subset_calibration" else weak_where

    result = result_of(name, spoilt(lambda frame: frame["stroke"] == "volley"))

    assert result.severity >= Severity.MEDIUM
    assert result.worst.observation.subject.startswith("stroke volley")


def test_the_rows_that_are_told_are_wrong_and_in_the_slice():
    context_table = weak_where(one_count_of_hits)

    seen = result_of("subset_accuracy", context_table).worst.observation

    assert 0 < len(seen.rows) <= 10
    assert (context_table.frame["hits"].iloc[list(seen.rows)] == 7).all()


def test_the_figures_are_those_of_the_slice_and_of_the_rest():
    table = weak_where(one_count_of_hits)
    here = (table.frame["hits"] == 7).to_numpy()
    right = (steep(table.frame) > 0.5).to_numpy() == (table.labels == "won")

    seen = result_of("subset_accuracy", table).worst.observation

    assert seen.figures["rows"] == here.sum()
    assert seen.figures["here"] == pytest.approx(1 - right[here].mean())
    assert seen.figures["elsewhere"] == pytest.approx(1 - right[~here].mean())


def test_labels_of_chance_alone_show_hardly_any_slice_among_many():
    """Each of 12 models is wrong where a coin says so: without correction, most have a slice."""
    found = 0
    for seed in range(12):
        frame, _ = points(400, seed=seed)
        coin = np.where(np.random.default_rng(seed).random(400) < 0.7, "won", "lost")
        context = context_of(lambda frame: frame["hits"] * 0 + 0.9, evaluation=Table(frame, coin))
        found += run_test(BY_NAME["subset_accuracy"], context).severity > Severity.NONE

    assert found <= 1


def test_slices_that_are_too_small_are_named():
    table = weak_where(lambda frame: frame["hits"] < 0)
    stroke = np.where(np.arange(ROWS) < 15, "lob", table.frame["stroke"])

    result = result_of("subset_accuracy", Table(table.frame.assign(stroke=stroke), table.labels))

    (small,) = [case for case in result.cases if case.observation.subject == "small slices"]
    assert small.severity is None
    assert "stroke lob (15)" in small.observation.told


def test_a_small_slice_that_is_all_wrong_is_not_judged():
    table = weak_where(lambda frame: frame["hits"] < 0)
    lob = np.arange(ROWS) < 15
    turned = np.where(table.labels == "won", "lost", "won")
    frame = table.frame.assign(stroke=np.where(lob, "lob", table.frame["stroke"]))

    result = result_of("subset_accuracy", Table(frame, np.where(lob, turned, table.labels)))

    assert result.severity == Severity.NONE


def test_two_weak_categories_are_both_told():
    result = result_of("subset_accuracy", weak_where(lambda frame: frame["stroke"] != "volley"))

    told = {case.observation.subject for case in result.cases if case.severity}
    assert {"stroke backhand", "stroke forehand"} & told


def test_a_slice_that_is_only_hard_is_no_finding():
    """Where the speed is about 50 the right model is right half of the time, and says so."""
    result = result_of("subset_accuracy")

    (hardest,) = [c for c in result.cases if c.observation.subject.startswith("speed")]
    assert hardest.severity == Severity.NONE


def test_a_slice_that_does_better_than_promised_is_no_finding():
    """The model is never sure of more than 60 %, and wrong in a few rows elsewhere."""
    table = weak_where(lambda frame: frame["hits"] == 7)
    timid = context_of(lambda frame: np.where(steep(frame) > 0.5, 0.6, 0.4), evaluation=table)

    result = run_test(BY_NAME["subset_calibration"], timid)

    for case in result.cases:
        figures = case.observation.figures
        assert not case.severity or figures["here"] > figures["promised"]


def test_an_excluded_column_is_not_cut():
    table = weak_where(one_count_of_hits)

    result = result_of("subset_accuracy", table, excluded=frozenset({"hits"}))

    assert all("hits" not in case.observation.features for case in result.cases)


@pytest.mark.parametrize("name", BY_NAME)
def test_without_labels_there_is_nothing_to_judge(name):
    assert result_of(name, Table(points(100)[0])).skipped
