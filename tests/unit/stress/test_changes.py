"""Predictions are compared at the base rate."""

import numpy as np
import pandas as pd
import pytest

from src.stress.table import Table
from src.stress.tests.changes import base_rates, changes, columns_of, distance, lean
from tests.unit.stress.small_models import context_of, points, steep

RARE = np.array([0.98, 0.02])


def two(*won):
    return np.column_stack([1 - np.array(won), np.array(won)])


def test_base_rates_are_those_of_the_reference_labels():
    frame, _ = points(100)
    labels = np.array(["won"] * 20 + ["lost"] * 80)

    rates = base_rates(context_of(steep, reference=Table(frame, labels)))

    assert rates == pytest.approx([80.5 / 101, 20.5 / 101])


def test_without_labels_they_are_the_mean_of_the_answers():
    tables = {name: Table(points(100)[0]) for name in ("reference", "evaluation")}

    assert base_rates(context_of(lambda frame: frame["hits"] * 0 + 0.3, **tables)) == pytest.approx(
        [0.7, 0.3]
    )


def test_a_class_that_is_never_seen_is_not_impossible():
    frame, _ = points(100)
    context = context_of(steep, reference=Table(frame, np.full(100, "lost")))

    assert np.isfinite(lean(two(0.0, 1.0), base_rates(context))).all()


def test_at_the_base_rate_both_classes_are_as_likely():
    assert lean(two(0.02), RARE) == pytest.approx(np.array([[0.5, 0.5]]))


def test_a_rare_class_changes_where_the_most_probable_one_does_not():
    found = changes(two(0.01, 0.01), two(0.1, 0.01), RARE)

    assert found.rows.tolist() == [True, False]


def test_a_change_by_a_hair_is_none():
    assert not changes(two(0.0199), two(0.0201), RARE).rows.any()


def test_each_class_counts_alike_in_the_share():
    """20 of 20 rows of the one class change, and none of 80 of the other."""
    before = two(*[0.9] * 20, *[0.1] * 80)
    after = two(*[0.1] * 100)

    found = changes(before, after, np.array([0.5, 0.5]))

    assert found.share == 0.5
    assert str(found) == "20 of 100 predictions (50.0 %, each class counting alike)"


def test_one_row_that_is_alone_in_its_class_does_not_decide():
    before, after = two(0.9, *[0.1] * 99), two(*[0.1] * 100)

    assert changes(before, after, np.array([0.5, 0.5])).share == pytest.approx(0.025)


def test_a_turn_may_have_to_be_sure():
    before, after = two(0.1, 0.1), two(0.6, 0.9)

    assert changes(before, after, np.array([0.5, 0.5]), sure=0.75).rows.tolist() == [False, True]


def test_distance_is_how_much_probability_moved():
    assert distance(two(0.1, 0.5), two(0.4, 0.5)) == pytest.approx([0.3, 0.0])


def test_a_time_is_neither_a_number_nor_a_text():
    frame, labels = points(100)
    days = pd.date_range("2026-01-01", periods=100)
    table = Table(frame.assign(day=days), labels)
    context = context_of(steep, reference=table, evaluation=table)

    assert [each.name for each in columns_of(context, "category")] == ["stroke"]
    assert "day" in [each.name for each in columns_of(context)]
