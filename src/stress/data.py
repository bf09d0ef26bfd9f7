"""Datasets of users, from their files to tables."""

import hashlib
import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from src.errors import UserError
from src.stress.answers import as_probabilities, positions
from src.stress.configuration import DataConfig, parse
from src.stress.context import classes_of
from src.stress.files import read_table
from src.stress.model import ModelError, checked
from src.stress.suggestion import unknown
from src.stress.table import Table

BLOCK = 1 << 20


@dataclass(frozen=True)
class Data:
    """What a dataset's files hold: features, and beside them what is known of each row."""

    path: Path
    features: pd.DataFrame
    labels: pd.Series | None
    predictions: pd.Series | pd.DataFrame | None
    timestamps: pd.Series | None

    def table(self, classes: list[Any]) -> Table:
        """Answer it as a table whose labels and predictions are of these classes.

        Raises:
            UserError: a label is none of them, or the predictions are not.
        """
        return Table(
            self.features,
            labels=None if self.labels is None else self._known_labels(classes),
            predictions=None if self.predictions is None else self._probabilities(classes),
            timestamps=self.timestamps,
        )

    def _known_labels(self, classes: list[Any]) -> np.ndarray:
        try:
            found = positions(self.labels.tolist(), classes)
        except ValueError as error:
            raise UserError(
                f"{self.path} has the label {error}: correct it, or leave such rows out."
            ) from error
        texts = any(isinstance(label, str) for label in classes)
        return np.asarray(classes, dtype=object if texts else None)[found]

    def _probabilities(self, classes: list[Any]) -> np.ndarray:
        try:
            answer = self.predictions
            answer = answer.to_numpy() if isinstance(answer, pd.DataFrame) else answer
            return checked(as_probabilities(answer, classes), len(self.features), len(classes))
        except (ValueError, ModelError) as error:
            raise UserError(
                f"The predictions of {self.path} cannot be used: {error}; correct pred_col."
            ) from error


def load_table(data_config: dict[str, Any] | DataConfig, classes: list[Any] | None = None) -> Table:
    """Load a dataset.

    Args:
        data_config: as `Project.register_dataset` takes it.
        classes: the model's; by default those of the labels, sorted.

    Raises:
        UserError: a file or column is missing or of no use.
    """
    data = read_data(parse(DataConfig, data_config))
    labels = None if data.labels is None else data.labels.to_numpy()
    return data.table(classes or classes_of(None, labels))


def read_data(config: DataConfig) -> Data:
    """Read the files of a dataset.

    Raises:
        UserError: a file or column is missing or of no use.
    """
    frame = read_table(config.path)
    _check_columns(config, frame)
    labels = _labels(config, frame)
    predictions = _predictions(config, frame)
    timestamps = _timestamps(config, frame)
    beside = {*config.exclude_cols, *_pred_columns(config), config.timestamp_col, config.label_col}
    features = frame.drop(columns=[name for name in frame.columns if name in beside])
    if not len(features.columns):
        raise UserError(f"{config.path} has no column left that could be a feature.")
    return Data(config.path, features, labels, predictions, timestamps)


def facts_of(data: Data) -> dict[str, Any]:
    """Tell what a dataset looks like: its features and how many rows it has."""
    return {"columns": list(data.features.columns), "rows": len(data.features)}


def fingerprint_of(config: DataConfig) -> str:
    """Hash the content of a dataset's files, and what is configured besides where they are.

    Raises:
        UserError: a file cannot be read.
    """
    paths = ("path", "label_path", "pred_path")
    told = config.model_dump(mode="json", exclude=set(paths))
    files = {name: getattr(config, name) for name in paths}
    told["files"] = {name: path and hash_of_file(path) for name, path in files.items()}
    told["format"] = "".join(config.path.suffixes)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def hash_of_file(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits.

    Raises:
        UserError: it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"{path} cannot be read ({reason}): give a file that is there.") from error
    return digest.hexdigest()


def _check_columns(config: DataConfig, frame: pd.DataFrame) -> None:
    """Refuse the first column that is named and not there."""
    named = {"label_col": None if config.label_path else config.label_col}
    named |= {"timestamp_col": config.timestamp_col}
    asked = [(key, name) for key, name in named.items() if name]
    asked += [("exclude_cols", name) for name in config.exclude_cols]
    asked += [("pred_col", name) for name in ([] if config.pred_path else _pred_columns(config))]
    for key, name in asked:
        if name not in frame.columns:
            raise UserError(f"{key}: {unknown(f'column of {config.path}', name, frame.columns)}")


def _pred_columns(config: DataConfig) -> list[str]:
    return [config.pred_col] if isinstance(config.pred_col, str) else list(config.pred_col or [])


def _labels(config: DataConfig, frame: pd.DataFrame) -> pd.Series | None:
    path, where = config.label_path, config.label_path or config.path
    if path:
        columns = [config.label_col] if config.label_col else None
        labels = _beside(path, columns, "label_col", len(frame)).iloc[:, 0]
    elif config.label_col:
        labels = frame[config.label_col]
    else:
        return None
    if labels.isna().any():
        row = int(labels.isna().to_numpy().argmax())
        raise UserError(f"{where} has no label in row {row}: add it, or leave such rows out.")
    return labels


def _predictions(config: DataConfig, frame: pd.DataFrame) -> pd.Series | pd.DataFrame | None:
    columns = _pred_columns(config)
    if config.pred_path:
        found = _beside(config.pred_path, columns or None, "pred_col", len(frame), one=False)
    elif columns:
        found = frame[columns]
    else:
        return None
    return found if len(found.columns) > 1 else found.iloc[:, 0]


def _beside(
    path: Path, columns: list[str] | None, key: str, rows: int, one: bool = True
) -> pd.DataFrame:
    """Read columns of a file that has a row for each row of the dataset."""
    frame = read_table(path)
    if len(frame) != rows:
        raise UserError(f"{path} has {len(frame)} rows, where the dataset has {rows}.")
    if columns is None and one and len(frame.columns) > 1:
        raise UserError(f"{path} has {len(frame.columns)} columns: name one of them by {key}.")
    for name in columns or ():
        if name not in frame.columns:
            raise UserError(f"{key}: {unknown(f'column of {path}', name, frame.columns)}")
    return frame if columns is None else frame[columns]


def _timestamps(config: DataConfig, frame: pd.DataFrame) -> pd.Series | None:
    if not config.timestamp_col:
        return None
    try:
        with warnings.catch_warnings(action="ignore"):  # that a format is guessed row by row
            return pd.to_datetime(frame[config.timestamp_col])
    except (ValueError, TypeError) as error:
        raise UserError(
            f"timestamp_col: {config.timestamp_col} of {config.path} holds something that is no "
            "time: correct it, or name another column."
        ) from error
