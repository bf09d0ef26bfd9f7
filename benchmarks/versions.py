"""Versions to release under load: three small forests, and a model that fails on some points."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import boto3
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, Settings
from src.predict.predictor import ask
from src.release.registry import Registry
from src.release.release import Release
from src.release.state import State
from src.schema import load_schema
from src.train.dataset import load
from src.train.report import Report
from src.train.specification import specify
from src.train.train import train
from src.utils import deserialise, serialise

ASKED = 200  # points
KNOWN = ("F", "B")  # the hit points that the faulty model has learnt


class Versions:
    """Published versions of one model, the first in production; and what each answers."""

    def __init__(self, environ: dict[str, str]):
        """Train and publish them, on the S3 that the environment names."""
        self._environ = environ
        with self._there():
            settings = Settings.from_env()
            boto3.client("s3").create_bucket(Bucket=settings.bucket)
            data = load(DEFAULT_DATASET, settings)
            points = data.X[:ASKED]
            self.bodies = [json.dumps(point).encode() for point in points.to_dict("records")]
            reports = [
                train(parameters={"n_estimators": 5}, seed=seed, settings=settings)
                for seed in (1, 2, 3)
            ]
            self.first, self.second, self.third = (report.model_id for report in reports)
            self.fails = _write_the_faulty(settings.output_dir, reports[0], data.X, data.y)
            self.release = Release(DEFAULT_DATASET, DEFAULT_MODEL, by="the benchmark")
            self._output_dir = settings.output_dir
            self._registry = Registry()
            self._registry.deploy(settings.output_dir / self.first)
            for model_id in (self.second, self.fails):
                self._registry.publish(settings.output_dir / model_id)
            self._right = {
                model_id: _answers(settings.output_dir / model_id, points)
                for model_id in (self.first, self.second, self.third, self.fails)
            }

    def problem(self, index: int, status: int, answer: dict) -> str | None:
        """Tell what is wrong with an answer to a point, or None."""
        if status != 200:
            return f"status {status}: {answer.get('message')}"
        right = self._right.get(answer["model_id"])
        if right is None:
            return f"an unknown version answered: {answer['model_id']}"
        if answer["predictions"] != [right[index]]:
            return f"{answer['model_id'][:10]} answered what it does not say of that point"
        return None

    def put_the_faulty_one_in(self) -> None:
        """Deploy the version that fails on some points; its smoke test sees nothing."""
        with self._there():
            self._registry.deploy(self._output_dir / self.fails)

    def change(self, method: str, *arguments: object) -> None:
        """Change the release, as an operator would."""
        with self._there():
            getattr(self.release, method)(*arguments)

    def state(self) -> State:
        """Answer what is in production."""
        with self._there():
            return self.release.state()

    def is_well(self) -> bool:
        """Whether the version that fails on some points is not in production."""
        return self.state().model_id != self.fails

    @contextmanager
    def _there(self) -> Iterator[None]:
        with patch.dict("os.environ", self._environ, clear=True):
            yield


def _write_the_faulty(output_dir: Path, like: Report, X: pd.DataFrame, y: pd.Series) -> str:
    """Write a run whose model knows only some hit points, and was given a sample of these alone."""
    known = X["hitpoint"].isin(KNOWN)
    columns = make_column_transformer((OneHotEncoder(), ["hitpoint"]), ("passthrough", ["speed"]))
    model = make_pipeline(columns, RandomForestClassifier(5, random_state=0)).fit(
        X[known], y[known]
    )
    artifacts = {"model.pkl": serialise(model), "dataset.parquet": b"none"}
    schema = load_schema(like.dataset, Settings.from_env().data_dir)
    report = replace(
        like,
        model_id="f" * 40,
        artifacts={name: sha256(data).hexdigest() for name, data in artifacts.items()},
        serving=specify(model, schema, X[known], y[known]),
    )
    run = output_dir / report.model_id
    run.mkdir(exist_ok=True)
    for name, content in (artifacts | {"report.json": report.to_json()}).items():
        (run / name).write_bytes(content)
    return report.model_id


def _answers(run: Path, points: pd.DataFrame) -> list[str | None]:
    """What a run's model says of each point, None where it fails."""
    report = Report.from_json((run / "report.json").read_bytes())
    model = deserialise((run / "model.pkl").read_bytes(), report.artifacts["model.pkl"])
    return [_answer(model, points[at : at + 1]) for at in range(len(points))]


def _answer(model: object, point: pd.DataFrame) -> str | None:
    try:
        return ask(model, point, "predict")[0]
    except ValueError:
        return None
