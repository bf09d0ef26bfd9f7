"""Performance on the evaluation data, against the reference data."""

import numpy as np
import pytest

from src.stress.context import Context
from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table
from src.stress.tests.model_performance import TESTS
from tests.unit.stress.small_models import context_of, points, steep

BY_NAME = {test.name: test for test in TESTS}
BY_LABELS = [name for name in BY_NAME if name != "prediction_variance"]


def flipped(share, seed=2, rows=300):
    """Evaluation data of which a share of the labels is the other one."""
    frame, labels = points(rows, seed=seed)
    wrong = np.random.default_rng(0).random(rows) < share
    return Table(frame, np.where(wrong, np.where(labels == "won", "lost", "won"), labels))


def knows_by_heart(frame, known=points(300, seed=1)):  # noqa: B008 - as a forest does
    seen = dict(zip(known[0]["speed"], known[1] == "won", strict=True))
    return [seen.get(speed, won) for speed, won in zip(frame["speed"], steep(frame), strict=True)]


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("seed", range(3))
def test_a_right_model_loses_no_skill(name, seed):
    assert run_test(BY_NAME[name], context_of(steep, seed=seed)).severity == Severity.NONE


@pytest.mark.parametrize("name", BY_NAME)
def test_a_model_that_knows_the_reference_data_by_heart_is_not_high(name):
    assert run_test(BY_NAME[name], context_of(knows_by_heart)).severity < Severity.HIGH


@pytest.mark.parametrize("name", BY_LABELS)
def test_a_model_that_is_wrong_half_of_the_time_is_found(name):
    result = run_test(BY_NAME[name], context_of(steep, evaluation=flipped(0.5)))

    assert result.severity >= Severity.MEDIUM
    assert 0 < len(result.worst.observation.rows) <= 10


def test_the_rows_that_are_told_are_those_that_are_wrong_for_sure():
    context = context_of(steep, evaluation=flipped(0.1))
    rows = list(run_test(BY_NAME["accuracy"], context).worst.observation.rows)

    truth = context.evaluation.labels[rows] == "won"
    assert (np.abs(context.probabilities[rows, 1] - truth) > 0.9).all()


def test_the_same_answer_to_all_new_rows_is_found_without_labels():
    reference = points(300, seed=1)[0]
    evaluation = reference.assign(speed=50.0)

    context = context_of(steep, reference=Table(reference), evaluation=Table(evaluation))

    assert run_test(BY_NAME["prediction_variance"], context).severity == Severity.HIGH


@pytest.mark.parametrize("name", ["auc", "log_loss"])
def test_a_model_that_never_knew_anything_is_high(name):
    result = run_test(BY_NAME[name], context_of(lambda frame: np.full(len(frame), 0.5)))

    assert result.severity == Severity.HIGH
    assert "no better than one that knows nothing" in result.worst.observation.told


def test_a_rare_class_that_is_never_most_probable_is_no_matter_of_accuracy():
    """Who always says "lost" is right 19 times of 20: precision and recall tell nothing of it."""
    frame, _ = points(400)
    table = Table(frame, np.where(np.arange(400) % 20 == 0, "won", "lost"))
    context = context_of(lambda frame: 0.05 + 0 * frame["hits"], reference=table, evaluation=table)

    assert run_test(BY_NAME["accuracy"], context).severity == Severity.NONE
    assert [case.severity for case in run_test(BY_NAME["recall"], context).cases] == [None]


@pytest.mark.parametrize("name", BY_LABELS)
def test_few_rows_are_not_judged(name):
    context = context_of(steep, evaluation=flipped(0.5, rows=40))

    (case,) = run_test(BY_NAME[name], context).cases

    assert case.severity is None
    assert "too few rows" in case.observation.told


@pytest.mark.parametrize("name", BY_LABELS)
def test_a_class_of_few_rows_is_left_out(name):
    frame, labels = points(300, seed=2)
    labels[:3] = "let"

    result = run_test(BY_NAME[name], context_of(steep, evaluation=Table(frame, labels)))

    assert result.severity == Severity.NONE


@pytest.mark.parametrize("name", BY_LABELS)
def test_labels_of_one_class_are_not_judged(name):
    one = Table(points(300)[0], np.full(300, "won"))

    (case,) = run_test(BY_NAME[name], context_of(steep, evaluation=one)).cases

    assert case.severity is None


def test_labels_that_the_model_cannot_say_are_mistakes():
    frame, labels = points(300, seed=2)
    new = Table(frame, np.where(frame["hits"] > 10, "let", labels))

    result = run_test(BY_NAME["accuracy"], context_of(steep, evaluation=new))

    assert result.severity >= Severity.MEDIUM


@pytest.mark.parametrize("name", BY_LABELS)
def test_without_labels_there_is_nothing_to_judge(name):
    unlabelled = Table(points(300)[0])

    assert run_test(BY_NAME[name], context_of(steep, evaluation=unlabelled)).skipped
    (case,) = run_test(BY_NAME[name], context_of(steep, reference=unlabelled)).cases
    assert case.severity is None


def test_rows_without_a_label_are_left_out():
    frame, labels = points(300, seed=2)
    some = labels.astype(object)
    some[::2] = None

    result = run_test(BY_NAME["accuracy"], context_of(steep, evaluation=Table(frame, some)))

    assert result.severity == Severity.NONE


def test_recorded_predictions_stand_in_for_the_model():
    tables = []
    for seed in (1, 2):
        frame, labels = points(300, seed=seed)
        won = steep(frame).to_numpy()
        tables.append(Table(frame, labels, np.column_stack([1 - won, won])))

    context = Context(*tables, classes=["lost", "won"])

    assert run_test(BY_NAME["auc"], context).cases[0].severity == Severity.NONE
