"""Deploying on the command line."""

from contextlib import suppress
from itertools import product
from pathlib import Path

import click

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, Settings
from src.errors import UserError
from src.release.registry import Registry
from src.release.smoke import check_run
from src.schema import dataset_names
from src.utils import find_experiment, latest_experiment


def deploy_and_show(
    model_id: str | None, dataset: str | None, model: str | None, every: bool
) -> None:
    """Deploy the chosen training runs and print what is in production then.

    Args:
        model_id: of a run, or the start of it.
        dataset: of the newest run, where no id is given.
        model: of the newest run, where no id is given.
        every: the newest run of each dataset and model that was trained.

    Raises:
        UserError: there is no such run, it fails its smoke test, or S3 does not let us.
    """
    for run in _runs(model_id, dataset, model, every):
        check_run(run)
        report = Registry().deploy(run)
        click.echo(f"In production: {report.model_id} ({report.model} on {report.dataset})")


def _runs(model_id: str | None, dataset: str | None, model: str | None, every: bool) -> list[Path]:
    if (model_id is not None) + (dataset is not None or model is not None) + every > 1:
        raise UserError("Give a model id, or --dataset and --model, or --all, and no two of them.")
    output_dir = Settings.from_env().output_dir
    if model_id is not None:
        return [find_experiment(model_id, output_dir)]
    if every:
        return _newest_of_each()
    return [latest_experiment(dataset or DEFAULT_DATASET, model or DEFAULT_MODEL, output_dir)]


def _newest_of_each() -> list[Path]:
    from src.train.pipeline import MODELS

    settings = Settings.from_env()
    newest = []
    for pair in product(dataset_names(settings.data_dir), MODELS):
        with suppress(UserError):  # that pair was not trained
            newest.append(latest_experiment(*pair, settings.output_dir))
    if not newest:
        raise UserError(
            f"No training run in {settings.output_dir}: "
            "make them with `python -m src train --dataset all --model all`."
        )
    return newest
