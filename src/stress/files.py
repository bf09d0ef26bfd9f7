"""Reading tables from files: csv, parquet, jsonl, jsonl.gz, json.gz, of a bounded size."""

import gzip
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow
from pyarrow.parquet import ParquetFile

from src.errors import UserError

MOST_BYTES = 1 << 30  # of what is in the file, unpacked
MOST_ROWS = 1_000_000
MOST_COLUMNS = 2_000


def read_table(path: Path) -> pd.DataFrame:
    """Read a file; columns have text for names, and rows the index 0, 1, 2, ...

    Raises:
        UserError: it is missing, too large, not of its format, or not a table.
    """
    read = _reader(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(path, f"{MOST_BYTES >> 20} MB")
        frame = read(path)
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile) or error.errno is None:
            raise _other_format(path, error) from error
        reason = error.strerror or error
        raise UserError(f"{path} cannot be read ({reason}): give a file that is there.") from error
    except (ValueError, EOFError, RecursionError, pyarrow.ArrowException) as error:
        raise _other_format(path, error) from error
    return _checked(frame, path)


def _reader(path: Path) -> Callable[[Path], pd.DataFrame]:
    for suffix, read in READERS.items():
        if path.name.lower().endswith(suffix):
            return read
    known = ", ".join(suffix.removeprefix(".") for suffix in READERS)
    raise UserError(f"{path} is of no format that is known here: give one of {known}.")


def _read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, low_memory=False, encoding="utf-8")


def _read_parquet(path: Path) -> pd.DataFrame:
    with ParquetFile(path) as file:
        about = file.metadata
        unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
    if unpacked > MOST_BYTES or about.num_rows > MOST_ROWS:
        raise _too_large(path, f"{MOST_ROWS:,} rows and {MOST_BYTES >> 20} MB unpacked")
    return pd.read_parquet(path)


def _read_lines(path: Path) -> pd.DataFrame:
    return _from_lines(path.read_bytes())


def _read_packed_lines(path: Path) -> pd.DataFrame:
    return _from_lines(_unpacked(path))


def _read_packed_json(path: Path) -> pd.DataFrame:
    """Read an array of records, or a record a line."""
    data = _unpacked(path)
    if not data.lstrip().startswith(b"["):
        return _from_lines(data)
    return _from_records(json.loads(data))


READERS = {  # each by how the name of a file ends
    ".csv": _read_csv,
    ".parquet": _read_parquet,
    ".jsonl": _read_lines,
    ".jsonl.gz": _read_packed_lines,
    ".json.gz": _read_packed_json,
}


def _unpacked(path: Path) -> bytes:
    with gzip.open(path) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_large(path, f"{MOST_BYTES >> 20} MB unpacked")
    return data


def _from_lines(data: bytes) -> pd.DataFrame:
    return _from_records([json.loads(line) for line in BytesIO(data) if line.strip()])


def _from_records(records: list) -> pd.DataFrame:
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise ValueError(f"record {number} is no JSON object")
    return pd.DataFrame.from_records(records)


def _checked(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    rows, columns = frame.shape
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise _too_large(path, f"{MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns")
    if not rows or not columns:
        raise UserError(f"{path} holds no row: give a file with some.")
    names = [str(name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"{path} has the column {twice[0]!r} twice: rename one of them.")
    frame = frame.set_axis(names, axis=1).reset_index(drop=True)
    for name in names:
        if frame[name].dtype == object:
            _check_plain(frame[name], path)
    return frame


def _check_plain(values: pd.Series, path: Path) -> None:
    for row, value in enumerate(values):
        if not (value is None or pd.api.types.is_scalar(value)):
            raise UserError(
                f"{path} has {type(value).__name__} in row {row} of {values.name}, "
                "where a number, text or nothing belongs: unfold it into columns."
            )


def _too_large(path: Path, limit: str) -> UserError:
    return UserError(f"{path} is too large, more than {limit}: give a sample of it.")


def _other_format(path: Path, error: Exception) -> UserError:
    reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    return UserError(f"{path} cannot be read as its name says ({reason}): correct the file.")
