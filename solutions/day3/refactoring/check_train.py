"""Checks the attendee's refactoring of a train function that does everything.

What a failing check says is shown on the board, to the attendee.
"""

import json
import math

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.utils.validation import check_is_fitted

from exercises.day3.refactoring import train as program

GRID = {"var_smoothing": [1e6, 0.5]}
SEED, FOLDS = 3, 3


class Stubborn(ClassifierMixin, BaseEstimator):
    """Finds `W` as probable as `share` says, whatever the row; notes who is asked about what."""

    questions = []  # noqa: RUF012 - of all its clones: (share, rows fitted, rows asked about)

    def __init__(self, share=0.5, mood="calm"):
        self.share, self.mood = share, mood

    def fit(self, X, y):
        self.classes_ = np.array(["FE", "W"])
        self.rows_ = frozenset(X["row"])
        return self

    def predict_proba(self, X):
        self.questions.append((self.share, self.rows_, frozenset(X["row"])))
        return np.tile([1 - self.share, self.share], (len(X), 1))

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


@pytest.fixture(autouse=True)
def a_part_is_written(tmp_path):
    """Until then the exercise is still to be done, well as the program works."""
    parts = [
        lambda: program.evaluate(None, None, None),
        lambda: program.cross_validate(None, None, None, 2, 0),
        lambda: program.search(None, None, None, {}, 2, 0),
        lambda: program.write_log(tmp_path / "trial" / "log.jsonl", {}),
    ]
    left = [error for part in parts if (error := left_open(part))]
    if len(left) == len(parts):
        raise left[0]


@pytest.fixture
def data():
    """60 rows, two thirds of them `W`, and the file that they are read from."""
    y = pd.Series(["FE", "W", "W"] * 20, name="outcome")
    noise = np.random.default_rng(1).normal(size=60)
    return pd.DataFrame({"row": range(60), "speed": noise + (y == "W")}), y


@pytest.fixture
def path(data, tmp_path):
    X, y = data
    X.assign(outcome=y).to_csv(tmp_path / "data.csv", index=False)
    return tmp_path / "data.csv"


@pytest.fixture
def stubborn():
    Stubborn.questions.clear()
    return Stubborn()


# The evaluation


def test_evaluate_answers_log_loss_and_accuracy(stubborn):
    X, y = pd.DataFrame({"row": range(4)}), pd.Series(["W", "W", "W", "FE"])

    found = program.evaluate(stubborn.set_params(share=0.8).fit(X, y), X, y)

    expected = {"log_loss": -(3 * math.log(0.8) + math.log(0.2)) / 4, "accuracy": 0.75}
    same(found, expected, "evaluate, of a model that gives W a share of 0.8, on W, W, W, FE")


def test_evaluate_does_without_some_of_the_classes(stubborn):
    X, y = pd.DataFrame({"row": range(2)}), pd.Series(["W", "W"])

    found = program.evaluate(stubborn.set_params(share=0.8).fit(X, y), X, y)

    expected = {"log_loss": -math.log(0.8), "accuracy": 1.0}
    same(found, expected, "evaluate, on rows that are all W, of a model that also knows FE")


def test_evaluate_does_not_fit(stubborn):
    X, y = pd.DataFrame({"row": range(4)}), pd.Series(["W", "W", "W", "FE"])

    program.evaluate(stubborn.fit(X[:2], y[:2]), X[2:], y[2:])

    if stubborn.rows_ != {0, 1}:
        raise AssertionError("evaluate has fitted the model: it is only to be asked.")


# The cross-validation


def test_cross_validate_answers_the_loss_of_each_fold(data):
    X, y = data

    found = program.cross_validate(GaussianNB(), X, y, FOLDS, SEED)

    same(found, fold_losses(GaussianNB(), X, y), "cross_validate")


def test_cross_validate_leaves_the_model_alone(data):
    model = GaussianNB()

    program.cross_validate(model, *data, FOLDS, SEED)

    unfitted(model, "cross_validate")


def test_cross_validate_asks_evaluate(data, stubborn, monkeypatch):
    monkeypatch.setattr(program, "evaluate", lambda *_, **__: {"log_loss": 7.0, "accuracy": 0.0})

    found = program.cross_validate(stubborn, *data, 3, SEED)

    same(found, [7.0] * 3, "With an evaluate that always says 7, cross_validate")


# The search


def test_search_finds_the_lowest_mean(data):
    X, y = data

    found = program.search(GaussianNB(), X, y, GRID, FOLDS, SEED)

    means = {
        value: np.mean(fold_losses(GaussianNB(var_smoothing=value), X, y))
        for value in GRID["var_smoothing"]
    }
    same(found, {"var_smoothing": min(means, key=means.get)}, f"Of the means {means}, search")


def test_search_tries_each_combination_and_takes_the_first_of_equals(stubborn, monkeypatch):
    tried = []

    def cross_validate(model, *_, **__):
        tried.append((model.share, model.mood))
        return [5.0 if model.share == 0.2 else 1.0, 1.0]

    monkeypatch.setattr(program, "cross_validate", cross_validate)
    grid = {"share": [0.2, 0.4, 0.6], "mood": ["calm", "cross"]}
    found = program.search(stubborn, None, None, grid, 2, SEED)

    if sorted(set(tried)) != [(share, mood) for share in grid["share"] for mood in grid["mood"]]:
        raise AssertionError(
            f"search must ask cross_validate about each combination of {grid}. It tried {tried}."
        )
    same(
        found,
        {"share": 0.4, "mood": "calm"},
        "Where all combinations with 0.4 and 0.6 are as good, search",
    )


def test_search_leaves_the_model_alone(data, stubborn):
    program.search(stubborn, *data, {"share": [0.2, 0.7]}, 2, SEED)

    unfitted(stubborn, "search")
    same(stubborn.share, 0.5, "After a search, the share of the model that was passed")


# The log


def test_write_log_adds_a_line(tmp_path):
    file = tmp_path / "a" / "folder" / "log.jsonl"
    records = [{"run": 1, "note": "two\nlines"}, {"run": 2, "losses": [0.1, 0.25]}]

    for record in records:
        program.write_log(file, record)

    text = file.read_text(encoding="utf-8")
    if text.count("\n") != 2 or not text.endswith("\n"):
        raise AssertionError(
            f"Two records must make two lines, each with its end. There is {text!r}"
        )
    same([json.loads(line) for line in text.splitlines()], records, "The log")


# What is left of train


@pytest.mark.parametrize("grid", [None, GRID], ids=["no-search", "search"])
def test_train_answers_what_it_did(data, path, grid):
    X, y = data
    X_train, X_test, y_train, y_test = held_out(X, y)

    model, report = program.train(path, GaussianNB(), grid=grid, folds=FOLDS, seed=SEED)

    losses = {
        value: fold_losses(GaussianNB(var_smoothing=value), X_train, y_train)
        for value in (GRID["var_smoothing"] if grid else [1e-9])
    }
    best = min(losses, key=lambda value: np.mean(losses[value])) if grid else 1e-9
    expected = GaussianNB(var_smoothing=best).fit(X_train, y_train)
    same(report["parameters"], {"var_smoothing": best} if grid else {}, "The report's parameters")
    same(report["cv_log_losses"], losses[best], "The report's cv_log_losses")
    same(report["train"], scores(expected, X_train, y_train), "The report on the training rows")
    same(report["test"], scores(expected, X_test, y_test), "The report on the held-out rows")
    same(model.predict_proba(X).tolist(), expected.predict_proba(X).tolist(), "The model")


def test_no_model_is_fitted_on_rows_that_are_held_out(data, path, stubborn):
    program.train(path, stubborn, grid={"share": [0.2]}, folds=2, seed=SEED)

    X_train, *_ = held_out(*data)
    known = frozenset(X_train["row"])
    for share, fitted, asked in Stubborn.questions:
        if not fitted <= known:
            raise AssertionError(
                "Some of the rows that are held out for the test have been fitted: search, "
                "cross-validate and fit on the others only."
            )
        if fitted != known and not asked <= known:
            raise AssertionError(
                f"The cross-validation of share {share} has asked about rows that are held out."
            )


def test_the_target_is_no_feature_and_can_be_named(data, tmp_path):
    X, y = data
    X.assign(ending=y).to_csv(tmp_path / "data.csv", index=False)

    model, _ = program.train(tmp_path / "data.csv", GaussianNB(), target="ending", folds=2)

    same(list(model.feature_names_in_), ["row", "speed"], "The columns that the model is fitted on")


def test_train_leaves_the_model_alone(path, stubborn):
    program.train(path, stubborn, grid={"share": [0.7]}, folds=2)

    unfitted(stubborn, "train")
    same(stubborn.share, 0.5, "After train, the share of the model that was passed")


def test_train_asks_for_a_search_only_with_a_grid(path, stubborn, monkeypatch):
    grids = []

    def search(model, X, y, grid, folds, seed):
        grids.append(grid)
        return {"share": 0.9}

    monkeypatch.setattr(program, "search", search)
    _, without = program.train(path, stubborn, folds=2)
    if grids or without["parameters"] != {}:
        raise AssertionError("Without a grid, train must not ask search, and has no parameters.")
    model, report = program.train(path, stubborn, grid={"share": [0.1, 0.9]}, folds=2)
    same(grids, [{"share": [0.1, 0.9]}], "The grids that train asks search about")
    same(
        (report["parameters"], model.share),
        ({"share": 0.9}, 0.9),
        "What train makes of the answer of search",
    )


def test_train_asks_cross_validate_about_the_chosen_parameters(path, stubborn, monkeypatch):
    asked = []

    def cross_validate(model, X, y, folds, seed):
        asked.append((model.share, folds, seed))
        return [abs(model.share - 0.9)] * folds

    monkeypatch.setattr(program, "cross_validate", cross_validate)
    _, report = program.train(path, stubborn, grid={"share": [0.1, 0.8]}, folds=3, seed=8)

    same(
        report["cv_log_losses"],
        [0.1] * 3,
        "With a cross_validate of ours, the report's cv_log_losses",
    )
    same(
        asked[-1],
        (0.8, 3, 8),
        "The share of the model, the folds and the seed in the cross-validation",
    )


def test_train_asks_evaluate_about_both_parts(data, path, stubborn, monkeypatch):
    def evaluate(model, X, y):
        return {"log_loss": float(len(X)), "accuracy": len(model.rows_)}

    monkeypatch.setattr(program, "evaluate", evaluate)
    _, report = program.train(path, stubborn, folds=2)

    found = report["train"], report["test"]
    expected = ({"log_loss": 48.0, "accuracy": 48}, {"log_loss": 12.0, "accuracy": 48})
    same(
        found,
        expected,
        "With an evaluate that tells how many rows it gets, the report on train and test",
    )


def test_train_writes_the_log_only_where_one_is_given(path, stubborn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    program.train(path, stubborn, folds=2)
    if (found := sorted(tmp_path.rglob("*"))) != before:
        raise AssertionError(f"No log was asked for, and there is {set(found) - set(before)}.")

    _, report = program.train(path, stubborn, folds=2, log=tmp_path / "log.jsonl")
    line = json.loads((tmp_path / "log.jsonl").read_text(encoding="utf-8"))
    same({name: line.get(name) for name in report}, report, "The line in the log, of a report,")


def test_train_asks_write_log(path, stubborn, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(program, "write_log", lambda path, record: written.append(path))

    program.train(path, stubborn, folds=2, log=tmp_path / "log.jsonl")

    same(written, [tmp_path / "log.jsonl"], "The files that train asks write_log to write")
    if (tmp_path / "log.jsonl").exists():
        raise AssertionError("train still writes the log itself: leave that to write_log.")


def held_out(X, y):
    return train_test_split(X, y, test_size=0.2, stratify=y, random_state=SEED)


def fold_losses(model, X, y):
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    return [
        scores(clone(model).fit(X.iloc[rest], y.iloc[rest]), X.iloc[fold], y.iloc[fold])["log_loss"]
        for rest, fold in splitter.split(X, y)
    ]


def scores(model, X, y):
    probabilities = model.predict_proba(X)
    of_the_truth = probabilities[range(len(y)), np.searchsorted(model.classes_, y)]
    hits = model.classes_[probabilities.argmax(axis=1)] == y
    return {"log_loss": float(-np.log(of_the_truth).mean()), "accuracy": float(hits.mean())}


def same(found, expected, what):
    """Hold what was found against what is right, but for the last digits."""
    if not close(found, expected):
        raise AssertionError(f"{what}: {expected} is right, and it is {found}.")


def close(found, expected):
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(close(found[key], expected[key]) for key in expected)
        )
    if isinstance(expected, list | tuple):
        return (
            isinstance(found, list | tuple)
            and len(found) == len(expected)
            and all(map(close, found, expected))
        )
    if isinstance(expected, float):
        return found == pytest.approx(expected)
    return found == expected


def unfitted(model, who):
    try:
        check_is_fitted(model)
    except NotFittedError:
        return
    raise AssertionError(f"{who} has fitted the model that it was passed: fit clones of it.")


def left_open(part):
    """The NotImplementedError that a part still ends with, or None."""
    try:
        part()
    except NotImplementedError as error:
        return error
    except Exception:  # whatever is wrong with it, the tests tell
        return None
    return None
