"""Two trainings in fresh processes give the same model, whatever is random about a process."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from src.config import ROOT
from src.train.pipeline import MODELS
from src.train.report import Report
from src.utils import deserialise, latest_experiment
from tests.small_dataset import NAME, shots, write_small_dataset

# Order of sets, threads of BLAS and OpenMP: what commonly differs from run to run and machine to
# machine, and must not matter.
ONE = {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
OTHER = {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}


def train(output_dir, environ, *arguments):
    subprocess.run(
        [sys.executable, "-m", "src", "train", *arguments],
        cwd=ROOT,
        env=os.environ | environ | {"OUTPUT_DIR": str(output_dir)},
        check=True,
        capture_output=True,
    )


def trained(dataset, model, output_dir, rows):
    """Id of the newest run, and the bytes of what its model predicts for some rows."""
    folder = latest_experiment(dataset, model, output_dir)
    report = Report.from_json((folder / "report.json").read_bytes())
    fitted = deserialise((folder / "model.pkl").read_bytes(), report.artifacts["model.pkl"])
    return report.model_id, fitted.predict_proba(rows).tobytes()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Output folders of two processes that trained every model on a small dataset."""
    base = tmp_path_factory.mktemp("small")
    write_small_dataset(base / "data")
    for name, environ in (("one", ONE), ("other", OTHER)):
        data = {"DATA_DIR": str(base / "data")}
        train(base / name, environ | data, "--dataset", NAME, "--model", "all")
    return base / "one", base / "other"


@pytest.mark.parametrize("model", MODELS)
def test_two_processes_train_the_same_model(folders, model):
    one, other = (trained(NAME, model, folder, shots()) for folder in folders)

    assert one == other


@pytest.mark.parametrize(
    ("dataset", "model", "parameter"),
    [
        ("tennis_points", "random_forest", "n_estimators=10"),
        ("digits", "logistic_regression", "max_iter=1000"),  # its sums are long: threads show
    ],
)
def test_two_processes_train_the_same_model_on_data_that_ship(tmp_path, dataset, model, parameter):
    for name, environ in (("one", ONE), ("other", OTHER)):
        train(tmp_path / name, environ, "--dataset", dataset, "--model", model, "-p", parameter)

    rows = pd.read_parquet(tmp_path / "one" / "splits" / dataset / "X_test.parquet")
    one = trained(dataset, model, tmp_path / "one", rows)
    assert one == trained(dataset, model, tmp_path / "other", rows)


def test_another_seed_trains_another_model(folders, tmp_path):
    """Were all predictions alike, the tests above would pass for nothing."""
    data = {"DATA_DIR": str(folders[0].parent / "data")}
    train(tmp_path, ONE | data, "--dataset", NAME, "--seed", "43")

    first_id, first_bytes = trained(NAME, "random_forest", folders[0], shots())
    other_id, other_bytes = trained(NAME, "random_forest", tmp_path, shots())
    assert first_id != other_id
    assert first_bytes != other_bytes
