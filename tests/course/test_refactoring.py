"""The starting files of the refactorings: they work, and do what the solutions do."""

import importlib.util
import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB

ROOT = Path(__file__).parents[2]
FOLDER = "day3/refactoring"


def module(path: Path):
    """A file as a module of its own."""
    spec = importlib.util.spec_from_file_location(f"{path.parts[-4]}_{path.stem}", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def before_and_after(name: str):
    return [module(ROOT / folder / FOLDER / name) for folder in ("exercises", "solutions")]


@pytest.mark.parametrize("grid", [None, {"var_smoothing": [1e6, 1e-9, 0.5]}])
def test_training_answers_the_same_before_and_after(tmp_path, grid):
    values = np.random.default_rng(0).normal(size=(50, 2))
    frame = pd.DataFrame(values, columns=["speed", "depth"])
    frame.assign(outcome=np.where(values[:, 0] > 0.3, "W", "UE")).to_csv(tmp_path / "x.csv")
    answers = []
    for program in before_and_after("train.py"):
        log = tmp_path / f"{program.__name__}.jsonl"
        _, report = program.train(tmp_path / "x.csv", GaussianNB(), grid=grid, log=log, seed=2)
        answers.append((report, log.read_text()))

    before, after = answers
    assert before == after


COMPLETE = {"S3_BUCKET": "models", "AWS_REGION": "eu-west-1"}


@pytest.mark.parametrize(
    "environ",
    [
        COMPLETE,
        {},
        COMPLETE | {"S3_BUCKET": ""},
        COMPLETE | {"AWS_ENDPOINT_URL_S3": "s3.example"},
        COMPLETE | {"AWS_ENDPOINT_URL_S3": "https://s3.example"},
        COMPLETE | {"AWS_ACCESS_KEY_ID": "AKIA"},
    ],
    ids=["complete", "nothing", "empty", "endpoint", "good-endpoint", "half-a-key"],
)
def test_the_functions_of_s3_do_the_same_before_and_after(monkeypatch, environ):
    for name in ("S3_BUCKET", "AWS_REGION", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    before, after = map(transcript, before_and_after("aws_config.py"))

    assert before == after


def transcript(program) -> list:
    """What the four functions ask S3 for, and what they answer or raise."""
    noted = []

    def answer(**request):
        noted.append(request)
        return {
            "ETag": "1",
            "Body": io.BytesIO(b"a model"),
            "Contents": [{"Key": "b"}, {"Key": "a"}],
        }

    methods = ("put_object", "get_object", "list_objects_v2", "delete_object")
    client = SimpleNamespace(**dict.fromkeys(methods, answer))
    calls = {"upload": ["a", b"a model"], "download": ["a"], "list_models": [], "delete": ["a"]}
    for name, arguments in calls.items():
        try:
            noted.append(getattr(program, name)(client, *arguments))
        except program.ConfigurationError as error:
            noted.append(str(error))
    return noted
