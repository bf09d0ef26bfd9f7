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
    frame = pd.read_csv(path)
    X, y = frame.drop(columns=target), frame[target]
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.2, stratify=y, random_state=seed
    )
    parameters = search(model, X_train, y_train, grid, folds, seed) if grid is not None else {}
    chosen = clone(model).set_params(**parameters)
    losses = cross_validate(chosen, X_train, y_train, folds, seed)
    chosen.fit(X_train, y_train)
    report = {
        "parameters": parameters,
        "cv_log_losses": losses,
        "train": evaluate(chosen, X_train, y_train),
        "test": evaluate(chosen, X_test, y_test),
    }
    if log is not None:
        write_log(log, report)
    return chosen, report


def evaluate(model, X, y):
    """Answer the `log_loss` (a mean) and the `accuracy` (0 to 1) of a fitted model on some rows.

    The rows may be without some of the classes that the model knows. It is not fitted again.
    """
    probabilities = model.predict_proba(X)
    return {
        "log_loss": float(log_loss(y, probabilities, labels=model.classes_)),
        "accuracy": float(accuracy_score(y, model.predict(X))),
    }


def cross_validate(model, X, y, folds, seed):
    """Answer the log loss of each fold, by a model that was fitted on all the other rows.

    Folds are stratified by y, and shuffled by the seed. They come in the order of StratifiedKFold.
    """
    losses = []
    for rest, fold in StratifiedKFold(folds, shuffle=True, random_state=seed).split(X, y):
        fitted = clone(model).fit(X.iloc[rest], y.iloc[rest])
        losses.append(evaluate(fitted, X.iloc[fold], y.iloc[fold])["log_loss"])
    return losses


def search(model, X, y, grid, folds, seed):
    """Answer the parameters that have the lowest mean of cross-validated log losses.

    Each combination of the grid's values is tried. Of those that are equally good it is the first,
    where the values of the last parameter change fastest.
    """
    combinations = [
        dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())
    ]

    def mean_loss(parameters):
        candidate = clone(model).set_params(**parameters)
        return fmean(cross_validate(candidate, X, y, folds, seed))

    return min(combinations, key=mean_loss)


def write_log(path, record):
    """Add a record to a file, as one line of JSON; what is in it stays.

    The file and its folder are made where they are missing.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(record) + "\n")
