"""Metrics are those of scikit-learn, where it has them."""

import numpy as np
import pytest
from sklearn import metrics as theirs

from src.stress.tests import metrics

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 3, 200)
SCORES = RNG.random((200, 3)) + 0.7 * np.eye(3)[TRUTH]
PROBABILITIES = SCORES / SCORES.sum(axis=1, keepdims=True)
PREDICTED = PROBABILITIES.argmax(axis=1)


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        (metrics.accuracy, theirs.accuracy_score(TRUTH, PREDICTED)),
        (metrics.precision, theirs.precision_score(TRUTH, PREDICTED, average="macro")),
        (metrics.recall, theirs.recall_score(TRUTH, PREDICTED, average="macro")),
        (metrics.f1, theirs.f1_score(TRUTH, PREDICTED, average="macro")),
        (metrics.auc, theirs.roc_auc_score(TRUTH, PROBABILITIES, multi_class="ovr")),
        (metrics.log_loss, theirs.log_loss(TRUTH, PROBABILITIES)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_metric_is_that_of_the_field(ours, expected):
    assert ours(TRUTH, PROBABILITIES) == pytest.approx(expected)


def test_two_classes_have_the_usual_area_under_the_curve():
    truth = (TRUTH == 0).astype(int)
    won = np.round(PROBABILITIES[:, 1], 1)  # many are equal

    ours = metrics.auc(truth, np.column_stack([1 - won, won]))

    assert ours == pytest.approx(theirs.roc_auc_score(truth, won))


def test_a_label_that_the_model_cannot_say_is_wrong():
    truth = metrics.indices(["a", "new"], ["a", "b"])

    assert truth.tolist() == [0, metrics.UNKNOWN]
    assert metrics.accuracy(truth, np.array([[0.9, 0.1], [0.1, 0.9]])) == 0.5
    assert metrics.log_loss(truth, np.array([[1.0, 0.0], [0.5, 0.5]])) == pytest.approx(
        -np.log(metrics.SMALLEST) / 2
    )


def test_a_probability_of_nothing_costs_much_but_not_all():
    assert np.isfinite(metrics.log_loss(np.array([0]), np.array([[0.0, 1.0]])))


def test_probabilities_that_come_true_as_often_are_calibrated():
    sure = np.tile([[0.25, 0.75]], (400, 1))
    three_of_four = (np.arange(400) % 4 > 0).astype(int)

    assert metrics.calibration_error(three_of_four, sure) == pytest.approx(0.0, abs=0.02)
    assert metrics.calibration_error(np.ones(400, int), sure) == pytest.approx(0.25)


def test_the_same_answer_to_all_rows_has_no_variance():
    assert metrics.variance(np.tile([[0.2, 0.8]], (10, 1))) == pytest.approx(0.0)
