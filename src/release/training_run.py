"""A training run on disk, as whoever releases or tests it may believe it.

Its folder holds the fitted model, the rows that it was trained and tested on, and the report, which
has the hash of each.
"""

from pathlib import Path

from src.errors import UserError
from src.train.report import Report
from src.utils import sha256

MODEL = "model.pkl"
REPORT = "report.json"


def report_of(run_dir: Path) -> Report:
    """Answer the report of a training run on disk.

    Raises:
        UserError: it cannot be read, or is damaged.
    """
    return Report.from_json(_read(run_dir / REPORT))


def artifact_of(path: Path, digest: str) -> bytes:
    """Answer the content of a training run's file, if its hash is the one that is given.

    Raises:
        UserError: it cannot be read, or is another content.
    """
    data = _read(path)
    if sha256(data) != digest:
        raise UserError(f"{path} is not what the report beside it tells of: train it again.")
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): train it again.") from error
