"""Training: from the names of a dataset and a model to a run's artifacts."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, DEFAULT_SEED, Settings
from src.errors import UserError
from src.train.artifacts import read_run, write_run, write_splits
from src.train.dataset import Dataset, Splits, data_hash, load, split
from src.train.identity import code_hash, id_of, packages
from src.train.pipeline import MODELS, build_pipeline
from src.train.report import Report
from src.train.specification import Serving, platform, specify
from src.utils import serialise, sha256

FOLDS = 5
LARGEST_SEED = 2**32 - 1

Progress = Callable[[str, float], None]  # what was done last, and which part of all is done


def train(
    dataset: str = DEFAULT_DATASET,
    model: str = DEFAULT_MODEL,
    seed: int = DEFAULT_SEED,
    parameters: dict[str, object] | None = None,
    settings: Settings | None = None,
    progress: Progress = lambda what, done: None,
    again: bool = False,
    threads: int = 1,
) -> Report:
    """Train a model, evaluate it, and keep it as a run under the output folder.

    Where the very run is there already, whole, its report is the answer, unless `again`.

    The numeric libraries have so many threads. Their number is no part of the id: it is to make no
    difference, but that several may add numbers in another order, which shows in the last digits.
    `release reproduce --threads` is there to see whether it does.

    Raises:
        UserError: an argument or the data is of no use, or the output folder cannot be written.
    """
    settings = settings or Settings.from_env()
    parameters = parameters or {}
    pipeline, data = _prepare(dataset, model, seed, parameters, settings)
    splits = split(data, seed)
    write_splits(settings.output_dir / "splits" / dataset, splits)

    determinants = _determinants(data, model, seed, parameters)
    folder = settings.output_dir / id_of(determinants)
    known = None if again else read_run(folder)
    if known:
        progress("already trained", 1.0)
        return known

    with threadpool_limits(threads):  # with several, the order of additions varies
        losses = _fit_and_score(pipeline, splits, seed, parameters, progress)
        serving = specify(pipeline, data.schema, splits.X_test, splits.y_test)
    artifacts = {"model.pkl": serialise(pipeline), "dataset.parquet": _rows_used(data, splits)}
    report = _report(folder.name, losses, determinants, artifacts, serving)
    write_run(folder, report, artifacts)
    progress("trained", 1.0)
    return report


def _prepare(
    dataset: str, model: str, seed: int, parameters: dict, settings: Settings
) -> tuple[Pipeline, Dataset]:
    if not 0 <= seed <= LARGEST_SEED:
        raise UserError(f"The seed is {seed}: choose a whole number from 0 to {LARGEST_SEED}.")
    data = load(dataset, settings)
    return build_pipeline(data.schema, model, seed, parameters), data


def _determinants(data: Dataset, model: str, seed: int, parameters: dict) -> dict:
    return {
        "dataset": data.schema.name,
        "model": model,
        "parameters": MODELS[model].defaults | parameters,
        "seed": seed,
        "data_hash": data_hash(data.frame),
        "code_hash": code_hash(),
        "packages": packages(),
    }


def _fit_and_score(
    pipeline: Pipeline, splits: Splits, seed: int, parameters: dict, progress: Progress
) -> tuple[float, list[float]]:
    """Fit the pipeline; answer its log loss on the test rows, and those of the folds."""
    X, y = splits.X_train, splits.y_train
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(X, y)
    cv_losses = []
    try:
        for number, (rest, fold) in enumerate(folds, start=1):
            fitted = clone(pipeline).fit(X.iloc[rest], y.iloc[rest])
            cv_losses.append(_log_loss(fitted, X.iloc[fold], y.iloc[fold]))
            progress(f"fold {number} of {FOLDS}", number / (FOLDS + 1))
        pipeline.fit(X, y)
    except ValueError as error:
        if not parameters:
            raise
        reason = " ".join(str(error).split())
        raise UserError(f"Cannot train with {parameters}: {reason} Change them.") from error
    return _log_loss(pipeline, splits.X_test, splits.y_test), cv_losses


def _log_loss(fitted: Pipeline, X: pd.DataFrame, y: pd.Series) -> float:
    return float(log_loss(y, fitted.predict_proba(X), labels=fitted.classes_))


def _rows_used(data: Dataset, splits: Splits) -> bytes:
    """Bytes of a parquet file: all rows, each with the split that it was in."""
    tested = data.frame.index.isin(splits.X_test.index)
    return data.frame.assign(split=np.where(tested, "test", "train")).to_parquet(index=False)


def _report(
    model_id: str,
    losses: tuple[float, list[float]],
    determinants: dict,
    artifacts: dict,
    serving: Serving,
) -> Report:
    test_loss, cv_losses = losses
    return Report(
        model_id=model_id,
        test_log_loss=test_loss,
        mean_cv_log_loss=float(np.mean(cv_losses)),
        std_cv_log_loss=float(np.std(cv_losses)),
        cv_log_losses=cv_losses,
        artifacts={name: sha256(content) for name, content in artifacts.items()},
        trained_at=datetime.now(UTC).isoformat(),
        platform=platform(),
        serving=serving,
        **determinants,
    )
