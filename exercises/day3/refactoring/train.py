"""Refactor for testability: a function that does everything becomes five that do a thing each.

`train` reads data, splits it, searches for parameters, cross-validates, fits, evaluates and logs.
It works. But whoever wants to know whether, say, the search takes the best parameters has to make
a file, train models on it, and look for a trace of the answer in a report. Take four functions out
of it, each of which can be tried alone, with a fake for a model and a handful of rows:

1. `evaluate`: how good a fitted model is on some rows. `train` does that twice.
2. `cross_validate`: the log loss of each fold. It asks `evaluate`. `train` does that twice, too.
3. `search`: the parameters with the lowest mean. It asks `cross_validate`.
4. `write_log`: a line more in a file.

What is left of `train` reads the data, splits it, and asks them in turn: `search` only where there
is a grid, `write_log` only where there is a log. Their docstrings tell what they promise.

Callers of `train` must notice nothing: the same model, the same figures, the same line in the log.
A model is a classifier as scikit-learn knows them: `clone` makes a new one like it, and it has
`set_params`, `fit`, `predict`, `predict_proba` and, once fitted, `classes_`. The one that is passed
to any of these functions (but to `evaluate`) is only cloned: it is neither fitted nor changed.

The tests of this file are ours: `make check-day3 EX=8`.
"""

import itertools
import json
from pathlib import Path
from statistics import fmean

import pandas as pd
from sklearn.base import clone
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold, train_test_split


def train(path, model, *, target="outcome", grid=None, log=None, folds=5, seed=0):
    """Train a model on a CSV file; answer it, fitted, and a report.

    A fifth of the rows is held out, stratified by the target. The search, the cross-validation and
    the fit see the other rows only.

    Args:
        path: The CSV file; the target is one of its columns, the others are numbers.
        model: What to train.
        target: The column to predict.
        grid: Parameter -> the values to try, in a search before all else; None for no search.
        log: The file that the report is added to, as a line of JSON; None for none.
        folds: In how many the cross-validation, and that of the search, splits the rows.
        seed: Of the split and of the folds.

    Returns:
        The fitted model, and the report, which has at least: `parameters` (those that the search
        found, {} without one), `cv_log_losses` (of the model with these parameters), `train` and
        `test` (`log_loss` and `accuracy` of the fitted model on the rows of each).
    """
    # the data
    frame = pd.read_csv(path)
    X, y = frame.drop(columns=target), frame[target]
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.2, stratify=y, random_state=seed
    )

    # the search
    parameters = {}
    if grid is not None:
        lowest = None
        for values in itertools.product(*grid.values()):
            candidate = dict(zip(grid, values, strict=True))
            losses = []
            splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
            for rest, fold in splitter.split(X_train, y_train):
                fitted = clone(model).set_params(**candidate)
                fitted.fit(X_train.iloc[rest], y_train.iloc[rest])
                probabilities = fitted.predict_proba(X_train.iloc[fold])
                loss = log_loss(y_train.iloc[fold], probabilities, labels=fitted.classes_)
                losses.append(float(loss))
            mean = fmean(losses)
            if lowest is None or mean < lowest:
                lowest = mean
                parameters = candidate

    # the cross-validation
    cv_log_losses = []
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for rest, fold in splitter.split(X_train, y_train):
        fitted = clone(model).set_params(**parameters)
        fitted.fit(X_train.iloc[rest], y_train.iloc[rest])
        probabilities = fitted.predict_proba(X_train.iloc[fold])
        loss = log_loss(y_train.iloc[fold], probabilities, labels=fitted.classes_)
        cv_log_losses.append(float(loss))

    # the fit
    chosen = clone(model).set_params(**parameters)
    chosen.fit(X_train, y_train)

    # the evaluation
    train_probabilities = chosen.predict_proba(X_train)
    train_log_loss = float(log_loss(y_train, train_probabilities, labels=chosen.classes_))
    train_accuracy = float(accuracy_score(y_train, chosen.predict(X_train)))
    test_probabilities = chosen.predict_proba(X_test)
    test_log_loss = float(log_loss(y_test, test_probabilities, labels=chosen.classes_))
    test_accuracy = float(accuracy_score(y_test, chosen.predict(X_test)))

    # the log
    report = {
        "parameters": parameters,
        "cv_log_losses": cv_log_losses,
        "train": {"log_loss": train_log_loss, "accuracy": train_accuracy},
        "test": {"log_loss": test_log_loss, "accuracy": test_accuracy},
    }
    if log is not None:
        Path(log).parent.mkdir(parents=True, exist_ok=True)
        with open(log, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(report) + "\n")
    return chosen, report


def evaluate(model, X, y):
    """Answer the `log_loss` (a mean) and the `accuracy` (0 to 1) of a fitted model on some rows.

    The rows may be without some of the classes that the model knows. It is not fitted again.
    """
    raise NotImplementedError


def cross_validate(model, X, y, folds, seed):
    """Answer the log loss of each fold, by a model that was fitted on all the other rows.

    Folds are stratified by y, and shuffled by the seed. They come in the order of StratifiedKFold.
    """
    raise NotImplementedError


def search(model, X, y, grid, folds, seed):
    """Answer the parameters that have the lowest mean of cross-validated log losses.

    Each combination of the grid's values is tried. Of those that are equally good it is the first,
    where the values of the last parameter change fastest.
    """
    raise NotImplementedError


def write_log(path, record):
    """Add a record to a file, as one line of JSON; what is in it stays.

    The file and its folder are made where they are missing.
    """
    raise NotImplementedError
