"""The data that models are trained on, loaded, checked and split."""

import hashlib
import json
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
import pyarrow
from pandas.api import types
from sklearn.model_selection import train_test_split

from src.config import Settings
from src.errors import UserError
from src.schema import Schema, load_schema

TEST_SHARE = 0.2
FEWEST_ROWS_OF_A_CLASS = 10  # so that each fold of the cross-validation sees every class


@dataclass(frozen=True)
class Dataset:
    """Rows of a dataset and what its columns mean."""

    schema: Schema
    frame: pd.DataFrame

    @property
    def X(self) -> pd.DataFrame:
        """The feature columns, in the order of the schema."""
        return self.frame[list(self.schema.feature_names)]

    @property
    def y(self) -> pd.Series:
        """The target."""
        return self.frame[self.schema.target]


def load(name: str, settings: Settings) -> Dataset:
    """Read a dataset: the columns of its schema, in that order (id, features, target).

    Raises:
        UserError: it is unknown or unreadable, or is not what its schema says.
    """
    schema = load_schema(name, settings.data_dir)
    path = settings.data_dir / name / f"{name}.parquet"
    try:
        frame = pd.read_parquet(path)
    except (OSError, pyarrow.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path} cannot be read ({reason}): make it again.") from error
    problem = _problem(frame, schema)
    if problem:
        raise UserError(f"{path} {problem}: correct it, or schema.toml beside it.")
    ids = [schema.id] if schema.id else []
    return Dataset(schema, frame[[*ids, *schema.feature_names, schema.target]])


class Splits(NamedTuple):
    """Rows to train on, and rows held out to test with; the index tells which row it was."""

    X_train: pd.DataFrame
    X_test: pd.DataFrame
    y_train: pd.Series
    y_test: pd.Series


def split(dataset: Dataset, seed: int) -> Splits:
    """Hold out 20 % of the rows, with each class in proportion; the seed decides which."""
    X, y = dataset.X, dataset.y
    return Splits(*train_test_split(X, y, test_size=TEST_SHARE, stratify=y, random_state=seed))


def data_hash(frame: pd.DataFrame) -> str:
    """SHA-256 of the names, types and values of a frame's columns, in their order."""
    columns = json.dumps([[name, str(frame[name].dtype)] for name in frame.columns])
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return hashlib.sha256(columns.encode() + rows.tobytes()).hexdigest()


def _problem(frame: pd.DataFrame, schema: Schema) -> str | None:
    needed = [name for name in (schema.id, *schema.feature_names, schema.target) if name]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        return f"lacks the column {', '.join(missing)}"
    empty = [name for name in needed if frame[name].isna().any()]
    if empty:
        return f"has empty values in {', '.join(empty)}"
    for column in schema.columns:
        if not _FITS[column.type](frame[column.name].dtype):
            return f"has {frame[column.name].dtype} in {column.name}, where {column.type} belongs"
    return _problem_of_target(frame[schema.target], schema)


def _problem_of_target(target: pd.Series, schema: Schema) -> str | None:
    unknown = sorted(set(target.unique()) - set(schema.classes), key=str)
    if unknown:
        return f"has {unknown[0]!r} in {schema.target}, which is none of its classes"
    for name in schema.classes:
        count = int((target == name).sum())
        if count < FEWEST_ROWS_OF_A_CLASS:
            return (
                f"has {count} rows of {name!r} in {schema.target}, "
                f"where training needs {FEWEST_ROWS_OF_A_CLASS} or more"
            )
    return None


def _is_number(dtype: object) -> bool:
    return types.is_numeric_dtype(dtype) and not types.is_bool_dtype(dtype)


_FITS = {
    "float": _is_number,
    "integer": types.is_integer_dtype,
    "boolean": types.is_bool_dtype,
    "category": lambda dtype: not types.is_numeric_dtype(dtype),
}
