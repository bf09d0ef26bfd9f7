"""Models that this repository trains, as projects with datasets and a model."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from src.config import Settings
from src.errors import UserError
from src.release.training_run import MODEL, artifact_of, report_of
from src.schema import load_schema
from src.stress.client import Client
from src.stress.configuration import MODEL_TASKS
from src.stress.project import Project
from src.train.report import Report
from src.utils import latest_experiment, write_atomically

ROWS = "dataset.parquet"
SPLITS = ("train", "test")
DATA = "data"


def newest_run(dataset: str, model: str, settings: Settings) -> Path:
    """Answer the folder of the newest training run; where there is none, train with the defaults.

    Raises:
        UserError: the dataset or the model is unknown.
    """
    try:
        return latest_experiment(dataset, model, settings.output_dir)
    except UserError:
        from src.train.train import train

        return settings.output_dir / train(dataset, model, settings=settings).model_id


def project_of(run: Path, client: Client, settings: Settings) -> tuple[Project, dict[str, Any]]:
    """Register a training run, and the rows that it was trained and tested on.

    Args:
        run: its folder.
        client: in whose store.
        settings: where the dataset's schema is.

    Returns:
        The project, called like the dataset, and what a test_run_config needs.

    Raises:
        UserError: the run is not whole.
    """
    report = report_of(run)
    schema = load_schema(report.dataset, settings.data_dir)
    task = MODEL_TASKS[len(schema.classes) > 2]
    project = client.create_project(report.dataset, schema.title, task)
    paths = _write_splits(run, report, client.path / DATA)
    ids = {
        split: project.register_dataset(
            split,
            {
                "path": path,
                "label_col": schema.target,
                "exclude_cols": [] if schema.id is None else [schema.id],
            },
        )
        for split, path in paths.items()
    }
    model_id = project.register_model(report.model, {"path": run / MODEL})
    info = {"ref_dataset_id": ids["train"], "eval_dataset_id": ids["test"]}
    name = f"{report.dataset} {report.model} {report.model_id[:10]}"
    return project, {"run_name": name, "data_info": info, "model_id": model_id}


def _write_splits(run: Path, report: Report, folder: Path) -> dict[str, Path]:
    """Write the rows of each split, which the run itself remembers, to a file of their own."""
    digest = report.artifacts.get(ROWS, "no hash")
    paths = {split: folder / f"{digest[:12]}-{split}.parquet" for split in SPLITS}
    if not all(path.exists() for path in paths.values()):
        rows = pd.read_parquet(BytesIO(artifact_of(run / ROWS, digest)))
        for split, path in paths.items():
            part = rows[rows["split"] == split].drop(columns="split")
            write_atomically(path, part.to_parquet(index=False))
    return paths
