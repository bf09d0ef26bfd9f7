"""Slices of rows, by value and by range."""

import numpy as np
import pandas as pd
import pytest

from src.stress.context import Context
from src.stress.table import Table
from src.stress.tests.slicing import FEWEST_ROWS, MOST_BINS, slicings


def cut(values, positions=None):
    """The slicing of one column, or None."""
    frame = pd.DataFrame({"x": values})
    context = Context(Table(frame), Table(frame))
    chosen = np.arange(len(frame)) if positions is None else positions
    return next(slicings(context, chosen), None)


def sizes(slicing):
    counts = slicing.sums(np.ones(len(slicing.codes)))
    return {each.name: int(n) for each, n in zip(slicing.slices, counts, strict=True)}


def test_each_category_is_a_slice_and_so_is_what_is_empty():
    assert sizes(cut(["b"] * 2 + ["a"] * 3 + [None])) == {"x a": 3, "x b": 2, "x empty": 1}


def test_each_side_of_a_boolean_is_a_slice():
    assert sizes(cut([True, False, True])) == {"x False": 1, "x True": 2}


def test_few_numbers_are_slices_of_their_own_and_runs_of_them_too():
    found = sizes(cut([1, 1, 2, 3, 4] * 40))

    assert found == {"x 1": 80, "x 2": 40, "x 3": 40, "x 4": 40} | {
        "x from 1 to 2": 120,
        "x from 2 to 3": 80,
        "x from 3 to 4": 80,
    }


def test_many_numbers_are_cut_into_bins_of_as_many_rows():
    slicing = cut(np.random.default_rng(0).exponential(size=3200))

    counts = np.bincount(slicing.codes)
    assert len(counts) == MOST_BINS
    assert counts.min() >= 99
    assert counts.max() <= 101


def test_a_bin_of_a_small_table_has_rows_enough():
    slicing = cut(np.arange(5 * FEWEST_ROWS) * 1.0)

    assert np.bincount(slicing.codes).min() >= FEWEST_ROWS - 1


def test_a_number_that_is_missing_is_a_slice():
    assert sizes(cut([1.0, 2.0, np.nan] * 30))["x empty"] == 30


def test_numbers_that_came_as_text_are_cut_like_numbers():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0] * 30})
    context = Context(Table(frame), Table(frame.astype(str)))

    (slicing,) = slicings(context, np.arange(90))

    assert "x from 1 to 2" not in sizes(slicing)
    assert sizes(slicing)["x 1"] == 30


@pytest.mark.parametrize("values", [[7] * 50, ["a"] * 50, [True] * 50, [np.nan] * 50])
def test_a_column_of_one_value_or_none_is_not_cut(values):
    assert cut(values) is None


def test_only_the_chosen_rows_are_cut():
    assert sizes(cut(["a", "b", "a", "c"], positions=np.array([0, 1, 2]))) == {"x a": 2, "x b": 1}


def test_the_sum_of_weights_is_that_of_the_slice_s_rows():
    slicing = cut(np.random.default_rng(0).integers(0, 9, 300))
    weights = np.random.default_rng(1).random(300)

    expected = [weights[slicing.rows(each)].sum() for each in slicing.slices]

    assert slicing.sums(weights) == pytest.approx(expected)
