"""Check `python -m src train` as its users run it: in a process of its own, from outside.

A user sees the status that the command ends with, what it prints, and the files that it leaves. So
does an end-to-end test, and it knows nothing else: no function of the application is called here.
What a user may rely on is in exercises/day1/commands.md: expect all of it, and no more.

A process takes a second or so, most of it for imports. So the training that most tests look at is
run once, by a fixture of the whole file, with few and shallow trees; and every run gets a folder of
its own to write to, so that your tests leave yours alone.
"""

import hashlib
import json
import math
import os
import pickle
import re
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from sklearn.metrics import log_loss

ROOT = Path(__file__).parents[3]
SMALL = ("-p", "n_estimators=2", "-p", "max_depth=4")  # trains in no time
FIELDS = {
    "model_id",
    "dataset",
    "model",
    "parameters",
    "seed",
    "test_log_loss",
    "cv_log_losses",
    "mean_cv_log_loss",
    "std_cv_log_loss",
    "artifacts",
    "data_hash",
    "code_hash",
    "packages",
    "trained_at",
}


def train(output, *arguments, **environment):
    """Run the command in a process of its own, and wait for its end."""
    return subprocess.run(
        [sys.executable, "-m", "src", "train", *arguments],
        cwd=ROOT,
        env=os.environ | {"OUTPUT_DIR": str(output)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def only_run(output):
    """The folder of the one run that is in an output folder."""
    [report] = output.glob("*/report.json")
    return report.parent


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A training that went well: how its process ended, its folder, its report, and when it was."""
    output = tmp_path_factory.mktemp("output")
    begun = datetime.now(UTC)
    done = train(output, *SMALL)
    ended = datetime.now(UTC)
    assert done.returncode == 0, done.stderr
    folder = only_run(output)
    report = json.loads((folder / "report.json").read_bytes())
    return SimpleNamespace(
        done=done, output=output, folder=folder, report=report, begun=begun, ended=ended
    )


# What a run leaves


def test_a_run_leaves_its_three_artifacts(trained):
    """The folder of the run is named by its id, 40 hexadecimal digits, and holds three files."""
    files = {path.name for path in trained.folder.iterdir()}

    assert re.fullmatch(r"[0-9a-f]{40}", trained.report["model_id"])
    assert trained.folder.name == trained.report["model_id"]
    assert files == {"model.pkl", "dataset.parquet", "report.json"}


def test_the_report_tells_what_was_asked_for(trained):
    """The report has every field; dataset, model, seed and parameters are those asked for."""
    report = trained.report

    assert report.keys() >= FIELDS
    assert (report["dataset"], report["model"]) == ("tennis_points", "random_forest")
    assert report["seed"] == 42
    assert report["parameters"]["n_estimators"] == 2
    assert report["parameters"]["max_depth"] == 4


def test_the_log_losses_are_plausible(trained):
    """There are 5 folds; each log loss lies between 0 and that of saying a third each."""
    folds = trained.report["cv_log_losses"]

    assert len(folds) == 5
    assert all(0 < loss < math.log(3) for loss in [trained.report["test_log_loss"], *folds])


def test_mean_and_deviation_are_those_of_the_folds(trained):
    """The mean and the standard deviation follow from the folds beside them."""
    report = trained.report
    folds = report["cv_log_losses"]

    assert report["mean_cv_log_loss"] == pytest.approx(statistics.fmean(folds))
    assert report["std_cv_log_loss"] == pytest.approx(statistics.pstdev(folds))


def test_the_test_log_loss_is_that_of_the_held_out_rows(trained):
    """The model that was kept has the log loss that the report tells, on the fifth held out."""
    model = pickle.loads((trained.folder / "model.pkl").read_bytes())
    rows = pd.read_parquet(trained.folder / "dataset.parquet")
    held_out = rows[rows["split"] == "test"]

    features = held_out.drop(columns=["point_id", "outcome", "split"])
    loss = log_loss(held_out["outcome"], model.predict_proba(features), labels=model.classes_)
    assert len(held_out) == pytest.approx(len(rows) / 5, abs=1)
    assert trained.report["test_log_loss"] == pytest.approx(loss)


def test_the_report_has_the_hash_of_each_artifact(trained):
    """For model.pkl and dataset.parquet, the report has the SHA-256 of the file as it is."""
    hashes = {
        name: hashlib.sha256((trained.folder / name).read_bytes()).hexdigest()
        for name in ("model.pkl", "dataset.parquet")
    }

    assert trained.report["artifacts"] == hashes


def test_the_report_tells_when_the_model_was_trained(trained):
    """The time has an offset, which is that of UTC, and lies between begin and end of the run."""
    at = datetime.fromisoformat(trained.report["trained_at"])

    assert at.utcoffset() is not None
    assert not at.utcoffset()
    assert trained.begun <= at <= trained.ended


# A mistake


def test_an_unknown_model_is_told_in_one_line(tmp_path):
    """Status 2, one line on standard error that names the mistake, no output, and no run left."""
    done = train(tmp_path, *SMALL, "--model", "random_florest")

    assert_is_told(done, "random_florest")
    assert list(tmp_path.glob("*/report.json")) == []


def test_data_that_cannot_be_read_is_told_in_one_line(tmp_path):
    """The file of the data was cut off on its way: told like any other mistake, by its name."""
    points = tmp_path / "data" / "tennis_points"
    points.mkdir(parents=True)
    (points / "schema.toml").write_bytes((ROOT / "data/tennis_points/schema.toml").read_bytes())
    (points / "tennis_points.parquet").write_bytes(b"PAR1")

    done = train(tmp_path / "output", *SMALL, DATA_DIR=str(tmp_path / "data"))

    assert_is_told(done, "tennis_points.parquet")


def assert_is_told(done, named):
    """A mistake ends a command with status 2 and one line, which names it."""
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert named in done.stderr


# Training again


def test_the_same_training_has_the_same_id(trained, tmp_path):
    """Trained once more, from nothing and into another folder, the model has the same id."""
    done = train(tmp_path, *SMALL)

    assert done.returncode == 0
    assert only_run(tmp_path).name == trained.folder.name


def test_another_seed_has_another_id(trained, tmp_path):
    """With another seed it is another model: another id, and the seed is in its report."""
    done = train(tmp_path, *SMALL, "--seed", "7")

    assert done.returncode == 0
    run = only_run(tmp_path)
    assert run.name != trained.folder.name
    assert json.loads((run / "report.json").read_bytes())["seed"] == 7


def test_a_run_that_is_there_is_left_as_it_is(trained):
    """The same training again, into the same folder: status 0, and the same report as before."""
    before = (trained.folder / "report.json").read_bytes()

    done = train(trained.output, *SMALL)

    assert done.returncode == 0
    assert only_run(trained.output) == trained.folder
    assert (trained.folder / "report.json").read_bytes() == before
