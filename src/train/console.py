"""Training on the command line: progress while it goes, a table at the end."""

import ast
import sys
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from src.config import Settings
from src.errors import UserError
from src.schema import dataset_names
from src.train.pipeline import MODELS, build_estimator
from src.train.report import Report
from src.train.train import train

ALL = "all"
DIGITS_SHOWN = 10
WIDTH_OF_A_FILE = 120


def train_and_show(
    dataset: str, model: str, seed: int, parameters: tuple[str, ...], again: bool
) -> None:
    """Train a model on a dataset, or all on all, and print what came of it.

    Raises:
        UserError: an argument or the data is of no use, or the output folder cannot be written.
    """
    settings = Settings.from_env()
    datasets = dataset_names(settings.data_dir) if dataset == ALL else [dataset]
    models = list(MODELS) if model == ALL else [model]
    chosen = dict(parameter(text) for text in parameters)
    if not datasets:
        raise UserError(f"No dataset in {settings.data_dir}: choose another folder with DATA_DIR.")
    for name in models:
        build_estimator(name, seed, **chosen)  # a mistake shows before anything is trained

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
    reports = []
    with _bars(console) as bars:
        for pair in product(datasets, models):
            show = _Show(bars, *pair)
            reports.append(train(*pair, seed, chosen, settings, show, again))
    console.print(_table(reports))
    console.print(_next_step(reports, settings.output_dir), soft_wrap=True, markup=False)


class _Show:
    """Shows the progress of one run: as a bar in a terminal, else as a line when it is done."""

    def __init__(self, bars: Progress, dataset: str, model: str) -> None:
        self.bars = bars
        self.name = f"{dataset} {model}"
        self.bar = bars.add_task(self.name, total=1.0, what="begun")

    def __call__(self, what: str, done: float) -> None:
        self.bars.update(self.bar, completed=done, what=what)
        if done == 1.0 and self.bars.disable:
            self.bars.console.print(f"{self.name}: {what}", soft_wrap=True)


def _bars(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}", markup=False),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)


def parameter(text: str) -> tuple[str, object]:
    """Split NAME=VALUE; the value is a number, True, False, None, or else text."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise UserError(f"-p {text} says no value: write it like -p n_estimators=10.")
    try:
        literal = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value
    return name, literal if isinstance(literal, int | float | None) else value


def _table(reports: list[Report]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("dataset", "model", "model id"):
        table.add_column(heading, overflow="fold")
    for heading in ("log loss", "cv mean", "cv std"):
        table.add_column(heading, justify="right")
    for report in reports:
        losses = (report.test_log_loss, report.mean_cv_log_loss, report.std_cv_log_loss)
        table.add_row(
            report.dataset,
            report.model,
            report.model_id[:DIGITS_SHOWN],
            *(f"{loss:.4f}" for loss in losses),
        )
    return table


def _next_step(reports: list[Report], output_dir: Path) -> str:
    if len(reports) > 1:
        return (
            f"\nThe artifacts are in {output_dir}, a folder for each model id, "
            f"the splits in {output_dir / 'splits'}.\n"
            "Next: python -m src deploy --all"
        )
    model_id = reports[0].model_id
    return (
        f"\nThe artifacts are in {output_dir / model_id}, "
        f"the splits in {output_dir / 'splits' / reports[0].dataset}.\n"
        f"Next: python -m src deploy {model_id[:DIGITS_SHOWN]}"
    )
