"""Write the report from which an operator decides whether a new model goes into production.

The new model, the candidate, was trained on this machine; the one in production comes from S3. Both
are random forests on tennis_points, and of both there are the same three files:

- model.pkl: the fitted model, serialised
- dataset.parquet: all rows of its data; the column `split` tells which were for training (`train`)
  and which were held out (`test`)
- report.json: its id, the log losses of its training, the hash of each of the other two

The candidate's are in output/<model id>/. On S3, models/tennis_points/random_forest/production.json
names the version in production, and models/tennis_points/random_forest/<model id>/ has its files.

The report is a row for each model, with figures to four decimals, and a sentence below:

    model id      log loss   cv mean   cv std
    72d8370124…     0.7754    0.9027   0.1441
    production      0.3769    0.4628   0.0511

    The candidate has seen 0 of these 1000 rows.

- log loss: of both on the same rows, those that production's training held out. Score both models
  here and now: the figure in a report.json was measured on another machine, and on other rows.
- cv mean, cv std: of the folds of each model's own training, as its report.json tells them.
- The sentence tells how many of these rows the candidate was trained on: such rows flatter it.

The report decides nothing. Print it with `python -m exercises.day2.performance.test_metrics`.
Pytest finds no test in this file. The tests are ours this time: `make check-day2 EX=4`.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pandas as pd
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # finds src, wherever you run it

from src import aws
from src.config import Settings
from src.errors import UserError
from src.utils import Cache, deserialise, find_experiment

ON_S3 = "models/tennis_points/random_forest"


@dataclass
class Contender:
    """A model with what its training left."""

    report: dict
    model: Pipeline
    rows: pd.DataFrame


def main() -> None:
    """Ask the operator for the candidate's id, and print the report."""
    try:
        print(report(input("Id of the candidate: ").strip()))
    except UserError as error:
        sys.exit(f"Error: {error}")


def report(model_id: str) -> str:
    """Answer the report on the candidate with an id, or with the one id that starts like this.

    Raises:
        UserError: no training has this id; never is it another model that is reported on.
    """
    candidate, production = read_candidate(model_id), fetch_production()
    rows = production.rows[production.rows["split"] == "test"]
    trained_on = candidate.rows[candidate.rows["split"] == "train"]
    seen = rows["point_id"].isin(trained_on["point_id"]).sum()
    lines = [
        f"{'model id':<14}{'log loss':>8}{'cv mean':>10}{'cv std':>9}",
        line(f"{candidate.report['model_id'][:10]}…", score(candidate, rows), candidate.report),
        line("production", score(production, rows), production.report),
        "",
        f"The candidate has seen {seen} of these {len(rows)} rows.",
    ]
    return "\n".join(lines)


def read_candidate(model_id: str) -> Contender:
    """Read what a training on this machine left."""
    folder = find_experiment(model_id, Settings.from_env().output_dir)
    return contender(lambda name: (folder / name).read_bytes())


def fetch_production() -> Contender:
    """Fetch what is in production now, each file of a version once."""
    pointer = json.loads(aws.download(f"{ON_S3}/production.json").body)
    version = f"{ON_S3}/{pointer['model_id']}"
    cache = Cache(Settings.from_env().output_dir / "cache")

    def fetch(name: str) -> bytes:
        return cache.get(f"{version}/{name}", lambda: aws.download(f"{version}/{name}").body)

    return contender(fetch)


def contender(read: Callable[[str], bytes]) -> Contender:
    """Make a contender of its three files."""
    report = json.loads(read("report.json"))
    model = deserialise(read("model.pkl"), report["artifacts"]["model.pkl"])
    return Contender(report, model, pd.read_parquet(BytesIO(read("dataset.parquet"))))


def score(contender: Contender, rows: pd.DataFrame) -> float:
    """Log loss of a model's probabilities on some rows."""
    features = rows.drop(columns=["point_id", "outcome", "split"])
    probabilities = contender.model.predict_proba(features)
    return log_loss(rows["outcome"], probabilities, labels=contender.model.classes_)


def line(name: str, loss: float, report: dict) -> str:
    """A row of the table."""
    mean, deviation = report["mean_cv_log_loss"], report["std_cv_log_loss"]
    return f"{name:<14}{loss:>8.4f}{mean:>10.4f}{deviation:>9.4f}"


if __name__ == "__main__":
    main()
