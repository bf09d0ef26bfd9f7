"""Labels that were flipped, and rows that are in both datasets, are found."""

import numpy as np
import pandas as pd
import pytest

from src.stress import catalogue
from src.stress.context import Context
from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table

TESTS = {test.name: test for test in catalogue.tests_of("data_poisoning")}


def points(seed, rows=400):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "speed": rng.normal(30, 5, rows),
            "depth": rng.normal(2, 1, rows),
            "height": rng.normal(1, 1, rows),
            "hand": rng.choice(["left", "right"], rows),
        }
    )
    return frame, np.where(frame.speed + 5 * frame.depth > 40, "won", "lost")


def flipped(labels, share, seed=7):
    chosen = np.random.default_rng(seed).random(len(labels)) < share
    return np.where(chosen, np.where(labels == "won", "lost", "won"), labels)


def context(reference=0.0, evaluation=0.0, **others):
    """Both datasets, with a share of their labels flipped."""
    (before, old), (now, new) = points(1, rows=600), points(2)
    return Context(
        Table(before, flipped(old, reference)), Table(now, flipped(new, evaluation)), **others
    )


def with_evaluation(frame):
    return Context(Table(points(1)[0]), Table(frame.reset_index(drop=True)))


def case_of(subject, result):
    return next(case for case in result.cases if case.observation.subject == subject)


@pytest.mark.parametrize("name", TESTS)
def test_data_that_nobody_tampered_with_is_clean(name):
    result = run_test(TESTS[name], context())

    assert result.severity == Severity.NONE
    assert result.cases


@pytest.mark.parametrize("dataset", ["reference", "evaluation"])
def test_labels_that_were_flipped_in_one_dataset_are_found(dataset):
    result = run_test(TESTS["flipped_labels"], context(**{dataset: 0.1}))

    seen = case_of("", result).observation
    assert result.severity >= Severity.MEDIUM
    assert max(seen.figures, key=seen.figures.get) == dataset


def test_the_rows_shown_are_evaluation_rows_that_were_flipped():
    given = context(evaluation=0.1)

    rows = case_of("", run_test(TESTS["flipped_labels"], given)).observation.rows

    right = points(2)[1]
    assert len(rows) == 10
    assert np.mean(given.evaluation.labels[list(rows)] != right[list(rows)]) >= 0.8


def test_labels_that_are_flipped_in_both_are_noise():
    given = context(reference=0.2, evaluation=0.2)

    assert run_test(TESTS["flipped_labels"], given).severity == Severity.NONE
    assert run_test(TESTS["label_noise"], given).severity >= Severity.MEDIUM


def test_a_class_that_the_reference_data_does_not_have_is_contradicted():
    given = context()
    labels = np.where(given.evaluation.labels == "won", "draw", "lost")
    table = Table(given.evaluation.frame, labels)

    result = run_test(TESTS["flipped_labels"], Context(given.reference, table))

    assert case_of("won", result).observation.figures["evaluation"] == 1


@pytest.mark.parametrize("name", ["flipped_labels", "label_noise"])
def test_without_labels_or_with_few_rows_it_is_skipped(name):
    given = context()
    unlabelled = Context(given.reference, Table(given.evaluation.frame))
    few = Table(given.evaluation.frame[:20], given.evaluation.labels[:20])

    assert "needs the labels" in run_test(TESTS[name], unlabelled).skipped
    assert "needs 50 rows" in run_test(TESTS[name], Context(given.reference, few)).skipped


def test_the_same_seed_gives_the_same_opinions():
    first, again, other = (
        run_test(TESTS["flipped_labels"], context(evaluation=0.1, seed=seed)) for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_rows_that_are_in_both_datasets_are_counted_and_shown():
    now = pd.concat([points(2)[0], points(1)[0][:100]])

    seen = run_test(TESTS["exact_matches"], with_evaluation(now)).worst.observation

    assert seen.value == 0.2
    assert seen.rows == tuple(range(400, 410))
    assert seen.told == "100 of 500 evaluation rows are in the reference data too."


def test_whole_numbers_match_though_they_came_as_others():
    before = points(1)[0].assign(speed=lambda frame: frame.speed.round().astype(int))
    now = before.astype({"speed": float})

    result = run_test(TESTS["exact_matches"], Context(Table(before), Table(now)))

    assert result.worst.observation.value == 1


def test_rows_that_differ_in_an_id_only_match_where_it_is_excluded():
    before = points(1)[0].assign(id=range(400))
    now = before.assign(id=range(1000, 1400))
    tables = Table(before), Table(now)

    told = [
        run_test(TESTS["exact_matches"], Context(*tables, excluded=frozenset(names))).severity
        for names in ([], ["id"])
    ]

    assert told == [Severity.NONE, Severity.HIGH]


def test_of_few_columns_with_few_values_nobody_is_blamed():
    result = run_test(
        TESTS["exact_matches"],
        Context(Table(points(1)[0][["hand"]]), Table(points(2)[0][["hand"]])),
    )

    assert [case.severity for case in result.cases] == [None]
    assert "chance may explain it" in str(result)


def test_copies_with_a_little_noise_nearly_match():
    copies = points(1)[0][:40]
    copies = copies.assign(speed=copies.speed + 0.001, height=copies.height - 0.001)
    now = pd.concat([points(2)[0], copies])

    seen = run_test(TESTS["near_matches"], with_evaluation(now)).worst.observation

    assert seen.value == pytest.approx(40 / 440)
    assert seen.rows == tuple(range(400, 410))


def test_rows_that_match_exactly_are_told_by_the_other_test():
    now = pd.concat([points(2)[0], points(1)[0][:100]])

    assert run_test(TESTS["near_matches"], with_evaluation(now)).severity == Severity.NONE


def test_what_is_near_in_the_reference_data_too_is_usual():
    """In one dimension, rows are near each other by chance."""
    before, now = (points(seed)[0][["speed"]] for seed in (1, 2))

    seen = run_test(TESTS["near_matches"], Context(Table(before), Table(now))).worst

    assert seen.observation.figures["share"] > 0.02
    assert seen.severity < Severity.MEDIUM


def test_empty_values_are_no_obstacle():
    given = context()
    for table in (given.reference, given.evaluation):
        table.frame.loc[::3, ["speed", "hand"]] = None

    for name in ("flipped_labels", "exact_matches", "near_matches"):
        assert run_test(TESTS[name], given).severity == Severity.NONE
