"""What later steps ask of the candidate's training run."""

import math
from contextlib import suppress
from pathlib import Path

import pandas as pd

from src.benchmark.contender import ROWS
from src.errors import UserError
from src.release.training_run import report_of
from src.release.validation.context import Context
from src.release.validation.rows import TEST, TRAIN, how_many_shared, part
from src.release.validation.runner import Condition
from src.schema import load_schema
from src.train.artifacts import read_run
from src.train.identity import id_of
from src.train.report import Report

DETERMINANTS = (
    "dataset",
    "model",
    "parameters",
    "seed",
    "data_hash",
    "code_hash",
    "packages",
)


def rows_of(context: Context) -> pd.DataFrame:
    """Answer all rows of the candidate's data; the column `split` says what each was for."""
    return pd.read_parquet(context.run_dir / ROWS)


def run_here(context: Context) -> Path | None:
    """Answer the folder of the candidate's training run, or None where it is published only."""
    with suppress(UserError):
        return context.run_dir
    return None


def _whole(context: Context) -> str | None:
    if read_run(context.run_dir):
        return None
    return f"{context.run_dir} is not whole, or not what its report tells of: train it again"


def _of_this_kind(context: Context) -> str | None:
    report = report_of(context.run_dir)
    if (report.dataset, report.model) == (context.dataset, context.model):
        return None
    return (
        f"it is a {report.model} on {report.dataset}: "
        f"give --dataset {report.dataset} --model {report.model}"
    )


def _at_hand(context: Context) -> str | None:
    registry, of_what = context.release.registry, (context.dataset, context.model)
    if context.model_id in registry.versions(*of_what):
        return None
    return _whole(context) or _of_this_kind(context)


def _finite(context: Context) -> str | None:
    report = report_of(context.run_dir)
    figures = {
        "test_log_loss": report.test_log_loss,
        "mean_cv_log_loss": report.mean_cv_log_loss,
        "std_cv_log_loss": report.std_cv_log_loss,
    } | {f"cv_log_losses[{n}]": loss for n, loss in enumerate(report.cv_log_losses)}
    wrong = [f"{name} is {value}" for name, value in figures.items() if not math.isfinite(value)]
    return ", ".join(wrong) or None


def _own_id(context: Context) -> str | None:
    report = report_of(context.run_dir)
    expected = id_of(_determinants(report))
    if report.model_id == expected == context.run_dir.name:
        return None
    return f"its determinants make {expected}, and it is {context.run_dir.name}"


def _determinants(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in DETERMINANTS}


def _as_asked(context: Context) -> str | None:
    report = report_of(context.run_dir)
    if report.seed != context.seed:
        return f"its seed is {report.seed}, not {context.seed}"
    for name, value in context.parameters.items():
        if report.parameters.get(name) != value:
            return f"its {name} is {report.parameters.get(name)}, not {value}"
    return None


def _disjoint(context: Context) -> str | None:
    rows, schema = rows_of(context), load_schema(context.dataset, context.settings.data_dir)
    shared = how_many_shared(part(rows, TEST), part(rows, TRAIN), schema)
    return f"{shared:,} of them are" if shared else None


def _of_the_data(context: Context) -> str | None:
    if context.data_hash in (None, report_of(context.run_dir).data_hash):
        return None
    return "it was trained on other data: leave --model-id out, so that it is trained again"


WHOLE = Condition("there is a whole training run of the candidate", _whole)
OF_THIS_KIND = Condition("it is of the dataset and model that are asked for", _of_this_kind)
AT_HAND = Condition("there is a whole training run of it, or it is published", _at_hand)
FINITE = Condition("its report has finite figures", _finite)
OWN_ID = Condition("its id is the one that its determinants make", _own_id)
AS_ASKED = Condition("it was trained with the seed and parameters that were asked for", _as_asked)
DISJOINT = Condition("none of the rows it is tested on are training rows", _disjoint)
OF_THE_DATA = Condition("it was trained on the data that was validated", _of_the_data)
