"""The two models that are compared, each with what its training left."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from src.errors import UserError
from src.release.registry import Registry
from src.release.training_run import MODEL, REPORT
from src.train.report import Report
from src.utils import Cache, deserialise, sha256

ROWS = "dataset.parquet"


@dataclass(frozen=True)
class Contender:
    """A fitted model, its report, and all rows of its data.

    The column `split` of the rows tells which the model was trained on: train or test.
    """

    report: Report
    model: Any
    rows: pd.DataFrame


def read_candidate(run_dir: Path) -> Contender:
    """Read a training run on disk.

    Raises:
        UserError: the run is not whole.
    """

    def read(name: str) -> bytes:
        try:
            return (run_dir / name).read_bytes()
        except OSError as error:
            raise UserError(
                f"{run_dir / name} cannot be read ({error.strerror}): train the model again."
            ) from error

    report = Report.from_json(read(REPORT))
    return _contender(report, lambda name: _as_reported(report, name, read(name)))


def fetch_production(dataset: str, model: str, registry: Registry, cache: Cache) -> Contender:
    """Fetch what is in production now.

    Its artifacts are kept in the cache by the id of the version, so that each version is
    downloaded once; nothing that is damaged is kept.

    Raises:
        NotInProduction: nothing is.
        UserError: an artifact is damaged, or S3 is not there.
    """
    model_id = registry.production(dataset, model).model_id

    def download(name: str) -> bytes:
        return registry.artifact(dataset, model, model_id, name)

    def keep(name: str, make: Callable[[], bytes]) -> bytes:
        return cache.get(f"{dataset}/{model}/{model_id}/{name}", make)

    report = Report.from_json(keep(REPORT, lambda: Report.from_json(download(REPORT)).to_json()))
    return _contender(
        report, lambda name: keep(name, lambda: _as_reported(report, name, download(name)))
    )


def _contender(report: Report, read: Callable[[str], bytes]) -> Contender:
    model = deserialise(read(MODEL), report.artifacts.get(MODEL, "no hash"))
    return Contender(report, model, pd.read_parquet(BytesIO(read(ROWS))))


def _as_reported(report: Report, name: str, data: bytes) -> bytes:
    """Answer the bytes of an artifact if they are those that the report tells of."""
    if sha256(data) != report.artifacts.get(name):
        raise UserError(
            f"The {name} of {report.model_id} is not the one that its report tells of: "
            "train the model again, and deploy it where it is in production."
        )
    return data
