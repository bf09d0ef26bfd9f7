"""What training leaves on disk: a folder a run, and the splits of each dataset."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from src.errors import UserError
from src.train.dataset import Splits
from src.train.report import Report
from src.utils import sha256


def write_run(folder: Path, report: Report, artifacts: dict[str, bytes]) -> None:
    """Write a run's artifacts and, last, its report: all of it or nothing.

    Raises:
        UserError: the folder cannot be written.
    """
    with _whole_folder(folder) as new:
        for name, data in artifacts.items():
            (new / name).write_bytes(data)
        (new / "report.json").write_bytes(report.to_json())


def read_run(folder: Path) -> Report | None:
    """Answer the report of a run whose artifacts are all there and as it says, else None."""
    try:
        report = Report.from_json((folder / "report.json").read_bytes())
        actual = {name: sha256((folder / name).read_bytes()) for name in report.artifacts}
    except (OSError, UserError):
        return None
    return report if actual == report.artifacts else None


def write_splits(folder: Path, splits: Splits) -> None:
    """Write X_train.parquet, X_test.parquet, y_train.parquet and y_test.parquet, or nothing.

    Raises:
        UserError: the folder cannot be written.
    """
    with _whole_folder(folder) as new:
        for name, part in splits._asdict().items():
            pd.DataFrame(part).to_parquet(new / f"{name}.parquet", index=False)


@contextmanager
def _whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write in, and put it in its place at the end if all went well."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".", dir=folder.parent) as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            yield new
            if folder.exists():
                folder.rename(Path(temporary) / "old")
            new.rename(folder)
    except OSError as error:
        raise UserError(
            f"{folder} cannot be written ({error.strerror or error}): "
            "make room there, or choose another folder with OUTPUT_DIR."
        ) from error
