"""Training a version again from its specification, to see whether the same comes out.

What comes out is the same where the new model answers like the recorded one for the rows that the
version's training held out, and its log losses are the recorded ones. The id stands for what
determined a model, so that another id with the same answers is no failure if the reason is known:
other code may well train the same model.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow

from src.config import Settings
from src.errors import UserError
from src.release.agreement import (
    CLOSE,
    DIFFERENT,
    EXACT,
    Agreement,
    agreement,
    agreement_of_numbers,
    answers_of,
    stability,
)
from src.release.difference import Change, compare
from src.release.training_run import MODEL
from src.schema import Schema, load_schema
from src.train.dataset import data_hash
from src.train.report import Report
from src.train.train import Progress, train
from src.utils import deserialise

ROWS = "dataset.parquet"
SPLIT = "split"
IN_THE_ID = ("code", "data", "parameters", "seed", "packages")

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Reproduction:
    """What came out of training again, beside what is recorded.

    predictions are those for the rows that the version's training held out, metrics the log losses
    of the test and of each fold, stability is how the recorded model answers with more THREADS
    than one. changes are those of the specification, by group.
    """

    recorded: Report
    again: Report
    rows: int
    threads: int
    predictions: Agreement
    metrics: Agreement
    stability: Agreement
    changes: dict[str, list[Change]]

    @property
    def same_id(self) -> bool:
        """Whether the id is the recorded one."""
        return self.again.model_id == self.recorded.model_id

    @property
    def differing(self) -> list[str]:
        """Groups of the specification that are not as they were."""
        return [group for group, changes in self.changes.items() if changes]

    @property
    def is_specified_alike(self) -> bool:
        """Whether all that an id is made of is as it was."""
        return not set(IN_THE_ID) & set(self.differing)

    @property
    def verdict(self) -> str:
        """EXACT, CLOSE or DIFFERENT; the last also where an id is another without a reason."""
        verdicts = {self.predictions.verdict, self.metrics.verdict}
        unexplained = self.is_specified_alike and not self.same_id
        if unexplained or DIFFERENT in {*verdicts, self.stability.verdict}:
            return DIFFERENT
        return CLOSE if CLOSE in verdicts else EXACT

    @property
    def is_decided_outside(self) -> bool:
        """Whether the same specification gave something else, as no specification should."""
        results = (self.predictions.verdict, self.metrics.verdict)
        return self.is_specified_alike and (not self.same_id or results != (EXACT, EXACT))


def reproduce(
    report: Report,
    read: Read,
    settings: Settings,
    threads: int = 1,
    recorded_data: bool = False,
    progress: Progress = lambda what, done: None,
    train: Callable[..., Report] = train,
) -> Reproduction:
    """Train a version again and compare; nothing under the output folder changes.

    Args:
        report: of the version.
        read: answers the content of an artifact of it, by name, as its report tells of it.
        settings: where today's data are.
        threads: of the numeric libraries, to train with; a version is trained with one.
        recorded_data: train on the copy that the version keeps, not on today's data.
        progress: told what was done, as in training.
        train: what trains, with the arguments of src.train.train.train.

    Raises:
        UserError: an artifact is missing or damaged, the model cannot be loaded here, today's code
            cannot train it, or today's data have columns that the version's have not.
    """
    recorded = _load(read(MODEL), report)
    rows = _rows(read(ROWS), report)
    schema = load_schema(report.dataset, settings.data_dir)
    held_out = _held_out(rows, schema, report)
    with TemporaryDirectory(prefix="reproduce-") as folder:
        here = replace(settings, output_dir=Path(folder) / "output")
        if recorded_data:
            _lay_out(rows, schema, report, settings.data_dir, Path(folder) / "data")
            here = replace(here, data_dir=Path(folder) / "data")
        again = train(
            report.dataset,
            report.model,
            report.seed,
            report.parameters,
            here,
            progress,
            threads=threads,
        )
        new = _load((here.output_dir / again.model_id / MODEL).read_bytes(), again)
    changes = compare(report, again)
    changes.pop("metrics")
    return Reproduction(
        recorded=report,
        again=again,
        rows=len(held_out),
        threads=threads,
        predictions=agreement(answers_of(recorded, held_out), answers_of(new, held_out)),
        metrics=agreement_of_numbers(_losses(report), _losses(again)),
        stability=stability(recorded, held_out),
        changes=changes,
    )


def _load(data: bytes, report: Report) -> Any:
    try:
        return deserialise(data, report.artifacts.get(MODEL, "no hash"))
    except UserError:
        raise
    except Exception as error:  # a pickle of other versions may raise anything
        raise UserError(
            f"The model of {report.model_id} cannot be loaded here ({error}): "
            f"its packages are {_listed(report.packages)}."
        ) from error


def _rows(data: bytes, report: Report) -> pd.DataFrame:
    try:
        rows = pd.read_parquet(BytesIO(data))
    except (OSError, ValueError, pyarrow.ArrowException):
        rows = pd.DataFrame()
    if SPLIT not in rows or not (rows[SPLIT] == "test").any():
        raise UserError(
            f"The {ROWS} of {report.model_id} is damaged: it has no rows that were held out, "
            "on which to compare. Train another version."
        )
    return rows


def _held_out(rows: pd.DataFrame, schema: Schema, report: Report) -> pd.DataFrame:
    """The features of the rows that were not trained on."""
    missing = [name for name in schema.feature_names if name not in rows]
    if missing:
        raise UserError(
            f"Today's {schema.name} has the column {missing[0]}, which the rows that "
            f"{report.model_id} keeps lack: it can be reproduced with the schema of its time."
        )
    features = [name for name in rows if name not in (SPLIT, schema.target, schema.id)]
    return rows.loc[rows[SPLIT] == "test", features]


def _lay_out(
    rows: pd.DataFrame, schema: Schema, report: Report, data_dir: Path, folder: Path
) -> None:
    """Write the recorded rows as a folder of data, with today's schema."""
    frame = rows.drop(columns=SPLIT)
    if data_hash(frame) != report.data_hash:
        raise UserError(
            f"The {ROWS} of {report.model_id} is damaged: its rows and their types are not those "
            "that the report tells of. Reproduce it without --recorded-data, from today's data."
        )
    (folder / schema.name).mkdir(parents=True)
    frame.to_parquet(folder / schema.name / f"{schema.name}.parquet", index=False)
    told = (data_dir / schema.name / "schema.toml").read_bytes()
    (folder / schema.name / "schema.toml").write_bytes(told)


def _losses(report: Report) -> np.ndarray:
    return np.array([report.test_log_loss, *report.cv_log_losses])


def _listed(packages: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in packages.items())
