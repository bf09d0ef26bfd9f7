"""Drift is seen where there is some, and not where chance or few rows explain it."""

from math import isfinite, log

import numpy as np
import pandas as pd
import pytest

from src.release.drift import DRIFT, Drift, Share, drift_of, drift_of_columns, shares_of_classes
from src.schema import Column, Schema

SCHEMA = Schema(
    name="shots",
    title="Shots",
    target="ending",
    classes=("IN", "OUT"),
    columns=(Column("speed", "float"), Column("served", "boolean")),
    rows=4,
    provenance="Made for the tests.",
    licence="MIT",
)


def normal(mean=0.0, scale=1.0, size=2000, seed=1):
    return pd.Series(np.random.default_rng(seed).normal(mean, scale, size), name="speed")


def endings(out, of):
    return pd.Series(["OUT"] * out + ["IN"] * (of - out))


def only_drift(now, before):
    return drift_of(pd.Series(before, name="x"), pd.Series(now, name="x"))


def test_the_same_column_did_not_move():
    assert drift_of(normal(), normal()).index == 0


@pytest.mark.parametrize("seed", range(2, 7))
def test_another_sample_of_the_same_kind_is_no_drift(seed):
    assert not drift_of(normal(), normal(seed=seed)).drifted


@pytest.mark.parametrize("now", [normal(mean=0.6, seed=2), normal(scale=2, seed=2)])
def test_numbers_that_moved_or_spread_are_drift(now):
    assert drift_of(normal(), now).drifted


def test_the_index_is_that_of_the_definition():
    """Half a row is added to each bin of both, and one bin is for values that are new."""
    found = only_drift(before=["B"] * 8 + ["F"] * 2, now=["B"] * 5 + ["F"] * 5)

    before, now = (8.5, 2.5, 0.5), (5.5, 5.5, 0.5)
    expected = sum((q - p) / 11.5 * log(q / p) for p, q in zip(before, now, strict=True))
    assert found.index == pytest.approx(expected)


def test_the_index_does_not_depend_on_the_order_of_rows():
    assert drift_of(normal(), normal(1, seed=3)) == drift_of(
        normal().iloc[::-1], normal(1, seed=3).iloc[::-1]
    )


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (["B"] * 500, ["F"] * 500),
        ([True] * 500, [False] * 500),
        ([5.0] * 500, [3.0] * 500),
        (["B"] * 500, ["B", "X"] * 250),
        ([1, 2, 3] * 200, [1, 2] * 300),
        (list(range(500)), [10**9] * 500),
    ],
    ids=["category", "boolean", "constant", "a new value", "a lost value", "far away"],
)
def test_a_bin_that_is_empty_is_drift_and_no_infinity(before, now):
    found = only_drift(now, before)

    assert found.drifted
    assert isfinite(found.index)


def test_a_whole_number_may_come_back_as_a_float():
    assert only_drift(before=[1, 2, 3] * 100, now=[1.0, 2.0, 3.0] * 100).index == 0


def test_values_in_common_beside_one_that_is_frequent_are_told_apart():
    """Nine deciles of ten are 0, so that their edges are one."""
    before = [0.0] * 900 + list(np.linspace(1, 16, 100))

    assert not only_drift(before, before).drifted
    assert only_drift([0.0] * 500 + list(np.linspace(1, 16, 500)), before).drifted


def test_few_rows_are_allowed_what_chance_explains():
    few, many = (drift_of(normal(size=n), normal(size=n, seed=2)).limit for n in (60, 2000))

    assert many == DRIFT
    assert few > 0.5


def test_the_limit_itself_is_no_drift():
    assert not Drift("speed", index=0.2, limit=0.2).drifted


def test_columns_come_in_the_order_of_the_schema_and_only_those_of_both():
    rows = pd.DataFrame({"served": [True, False], "speed": [1.0, 2.0], "ending": ["IN", "OUT"]})

    both = drift_of_columns(rows, rows, SCHEMA)
    lacking = drift_of_columns(rows.drop(columns="speed"), rows, SCHEMA)

    assert [drift.column for drift in both] == ["speed", "served"]
    assert [drift.column for drift in lacking] == ["served"]


def test_a_class_that_got_three_times_as_frequent_is_drift_though_it_is_rare():
    rare = {"before": endings(40, of=2000), "now": endings(120, of=2000)}
    shares = shares_of_classes(**rare, schema=SCHEMA)

    assert [(share.label, share.drifted) for share in shares] == [("IN", False), ("OUT", True)]
    assert drift_of(rare["before"], rare["now"]).index < DRIFT


def test_a_class_that_got_rarer_is_drift_too():
    shares = shares_of_classes(endings(120, of=2000), endings(40, of=2000), SCHEMA)

    assert shares[1].drifted


def test_a_class_that_is_gone_is_drift():
    assert shares_of_classes(endings(120, of=2000), endings(0, of=2000), SCHEMA)[1].drifted


def test_a_share_that_chance_explains_is_no_drift():
    twice_as_many_of_few = shares_of_classes(endings(4, of=200), endings(8, of=200), SCHEMA)

    assert not twice_as_many_of_few[1].drifted


def test_a_share_that_is_certainly_but_little_another_is_no_drift():
    assert not Share("OUT", before=0.4, now=0.5, error=0.001).drifted
