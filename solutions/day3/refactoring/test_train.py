"""Test the parts of a training, each of them alone, and then what train makes of them.

`Stubborn`, which is given here, is a fake of a model: it says the same of each row, so that what
comes of it can be worked out by hand, and it notes which rows it has seen. With it, no test has to
wait for a real model, or to wonder what that may have learnt. Where a part asks another, as the
search does the cross-validation, let monkeypatch put one of your own in the other's place.

Expect what the docstrings of train.py promise, and no more. Run by hand, these tests look at your
refactoring; the checker plants its bugs in ours. So it does not matter how far yours is.
"""

import json
import math

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from exercises.day3.refactoring import train as program


class Stubborn(ClassifierMixin, BaseEstimator):
    """A model for which `W` is as probable as its parameter `share` says, whatever the row.

    `looks` tells each look at some rows, by it and its clones: (share, rows fitted, rows asked
    about), where rows are known by the number in their column `row`.
    """

    looks = []  # noqa: RUF012 - a class attribute: clones share it

    def __init__(self, share=0.5, mood="calm"):
        self.share, self.mood = share, mood

    def fit(self, X, y):
        self.rows_, self.classes_ = set(X["row"]), np.array(["FE", "W"])
        return self

    def predict_proba(self, X):
        self.looks.append((self.share, self.rows_, set(X["row"])))
        return np.tile([1 - self.share, self.share], (len(X), 1))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


@pytest.fixture
def model():
    """A stubborn model, not fitted, and no look is noted yet."""
    Stubborn.looks.clear()
    return Stubborn()


@pytest.fixture
def X():
    """30 rows, known by their number."""
    return pd.DataFrame({"row": range(30)})


@pytest.fixture
def y():
    """The truth about the rows: a third is `FE`, 0 to 9; the others are `W`."""
    return pd.Series(["FE"] * 10 + ["W"] * 20)


@pytest.fixture
def path(X, y, tmp_path):
    """A CSV file of the rows and the truth, for train."""
    X.assign(outcome=y).to_csv(tmp_path / "points.csv", index=False)
    return tmp_path / "points.csv"


def each_look():
    """The rows fitted and those asked about, each pair once, in the order of the looks."""
    return list(dict.fromkeys((frozenset(fit), frozenset(ask)) for _, fit, ask in Stubborn.looks))


# The evaluation


def test_evaluation_is_as_worked_out_by_hand(model):
    """W, W, W and FE, by a model that gives W a share of 0.8: the mean log loss, the accuracy."""
    X, y = pd.DataFrame({"row": range(4)}), pd.Series(["W", "W", "W", "FE"])
    model.set_params(share=0.8).fit(X, y)

    assert program.evaluate(model, X, y) == {
        "log_loss": pytest.approx(-(3 * math.log(0.8) + math.log(0.2)) / 4),
        "accuracy": pytest.approx(0.75),
    }


def test_rows_of_a_single_class_can_be_evaluated(model):
    """Rows that are all W, and a model that knows FE too: both figures are still right."""
    X, y = pd.DataFrame({"row": range(2)}), pd.Series(["W", "W"])
    model.set_params(share=0.8).fit(X, y)

    assert program.evaluate(model, X, y) == {
        "log_loss": pytest.approx(-math.log(0.8)),
        "accuracy": 1,
    }


# The cross-validation


def test_a_fold_is_scored_by_a_model_that_was_fitted_on_all_others(model, X, y):
    """In each look of three, rows fitted and rows asked about share nothing, and are all there."""
    program.cross_validate(model, X, y, 3, 0)

    looks = each_look()
    assert len(looks) == 3
    for fitted, asked in looks:
        assert fitted.isdisjoint(asked)
        assert fitted | asked == set(X["row"])


def test_each_row_is_in_one_fold_and_folds_are_stratified(model, X, y):
    """Five folds: each has 2 FE and 4 W, and none of them in common with another."""
    losses = program.cross_validate(model, X, y, 5, 0)

    folds = [asked for _, asked in each_look()]
    assert len(losses) == 5
    assert sorted(row for fold in folds for row in fold) == list(X["row"])
    assert [y[sorted(fold)].tolist() for fold in folds] == [["FE"] * 2 + ["W"] * 4] * 5


def test_the_seed_decides_the_folds(model, X, y):
    """The same seed makes the same folds again, and another one makes others."""

    def folds(seed):
        Stubborn.looks.clear()
        program.cross_validate(model, X, y, 3, seed)
        return each_look()

    assert folds(1) == folds(1)
    assert folds(1) != folds(2)


# The search


@pytest.fixture
def losses(monkeypatch):
    """What cross_validate answers from now on, by share and mood; [1.0, 1.0] of all others."""
    answers = {}

    def cross_validate(model, X, y, folds, seed):
        return answers.get((model.share, model.mood), [1.0, 1.0])

    monkeypatch.setattr(program, "cross_validate", cross_validate)
    return answers


def test_the_lowest_mean_is_found(model, losses):
    """A share with the best fold, one with the lowest mean, one with the worst fold: the second."""
    losses |= {(0.1, "calm"): [0.0, 3.0], (0.2, "calm"): [0.5, 0.7], (0.3, "calm"): [0.4, 9.0]}

    found = program.search(model, None, None, {"share": [0.1, 0.2, 0.3]}, 2, 0)

    assert found == {"share": 0.2}


def test_each_combination_is_tried(model, losses):
    """Two parameters, and the best of six combinations is neither's first value: it is found."""
    losses[0.3, "cross"] = [0.1, 0.1]

    found = program.search(
        model, None, None, {"share": [0.1, 0.2, 0.3], "mood": ["calm", "cross"]}, 2, 0
    )

    assert found == {"share": 0.3, "mood": "cross"}


def test_of_equals_the_first_is_taken(model, losses):
    """All combinations are equally good: the first values of the grid."""
    found = program.search(
        model, None, None, {"share": [0.3, 0.1], "mood": ["cross", "calm"]}, 2, 0
    )

    assert found == {"share": 0.3, "mood": "cross"}


# The log


def test_each_record_is_a_line_of_json(tmp_path):
    """Two records in a new file are two lines, which read back as the records, in their order."""
    file, records = tmp_path / "log.jsonl", [{"run": 1, "note": "a\nb"}, {"losses": [0.25, 1.5]}]

    for record in records:
        program.write_log(file, record)

    lines = file.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == records


def test_the_folder_of_the_log_is_made(tmp_path):
    """A file in a folder of a folder, neither of which is there: the record is in the file."""
    file = tmp_path / "logs" / "today" / "log.jsonl"

    program.write_log(file, {"run": 1})

    assert json.loads(file.read_text(encoding="utf-8")) == {"run": 1}


# What train makes of them


def test_without_a_grid_nothing_is_searched(model, path):
    """The report has no parameters, and each look was by a model as it was passed."""
    _, report = program.train(path, model, folds=2)

    assert report["parameters"] == {}
    assert {share for share, _, _ in Stubborn.looks} == {0.5}


def test_with_a_grid_the_best_parameters_are_used(model, path):
    """Two thirds are W: a share of 0.7 is better than 0.1, and the report's and the model's."""
    trained, report = program.train(path, model, grid={"share": [0.1, 0.7]}, folds=2)

    assert report["parameters"] == {"share": 0.7}
    assert trained.share == 0.7
    assert max(report["cv_log_losses"]) < 1  # with a share of 0.1, it would be above


def test_held_out_rows_are_a_fifth_and_stratified(model, path, X, y):
    """What the trained model was not fitted on is 2 FE and 4 W."""
    trained, _ = program.train(path, model, folds=2)

    held_out = sorted(set(X["row"]) - trained.rows_)
    assert y[held_out].tolist() == ["FE"] * 2 + ["W"] * 4


def test_no_model_is_fitted_on_held_out_rows(model, path, X):
    """Not in the search, not in a fold: 24 of the 30 rows were ever fitted."""
    program.train(path, model, grid={"share": [0.1, 0.7]}, folds=2)

    assert len(set().union(*(fitted for fitted, _ in each_look()))) == 24


def test_the_report_tells_training_rows_from_held_out_ones(model, path, monkeypatch):
    """With an evaluate that counts rows, `train` has 24 of them and `test` has 6."""

    def evaluate(model, X, y):
        return {"log_loss": float(len(X)), "accuracy": 1.0}

    monkeypatch.setattr(program, "evaluate", evaluate)
    _, report = program.train(path, model, folds=2)

    assert (report["train"]["log_loss"], report["test"]["log_loss"]) == (24, 6)


def test_the_log_is_written_where_one_is_asked_for(model, path, tmp_path):
    """One line, which has all that the report has."""
    _, report = program.train(path, model, log=tmp_path / "log.jsonl", folds=2)

    line = json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8"))
    assert {name: line.get(name) for name in report} == report


def test_no_log_is_written_where_none_is_asked_for(model, path, tmp_path, monkeypatch):
    """No file is made in the folder where the training runs."""
    monkeypatch.chdir(tmp_path)

    program.train(path, model, folds=2)

    assert [file.name for file in tmp_path.iterdir()] == ["points.csv"]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda model, X, y, path: program.cross_validate(model, X, y, 2, 0), id="cv"),
        pytest.param(
            lambda model, X, y, path: program.search(model, X, y, {"share": [0.7]}, 2, 0),
            id="search",
        ),
        pytest.param(
            lambda model, X, y, path: program.train(path, model, grid={"share": [0.7]}, folds=2),
            id="train",
        ),
    ],
)
def test_the_model_that_is_passed_is_only_cloned(act, model, X, y, path):
    """After cross_validate, search and train, it is not fitted and has the share that it had."""
    act(model, X, y, path)

    assert not hasattr(model, "rows_")
    assert model.share == 0.5
