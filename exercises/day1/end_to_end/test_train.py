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
    # 1. Make a folder to write to: tmp_path_factory.mktemp.
    # 2. Train, and go no further where that has not ended with status 0: show what was printed.
    # 3. Return what the tests will look at: the folder of the run, and its report read from JSON.
    raise NotImplementedError


# What a run leaves


def test_a_run_leaves_its_three_artifacts(trained):
    """The folder of the run is named by its id, 40 hexadecimal digits, and holds three files."""
    # 1. Which files are in the folder of the run?
    # 2. What is the folder called, and what does the report call the model?
    raise NotImplementedError


def test_the_report_tells_what_was_asked_for(trained):
    """The report has every field; dataset, model, seed and parameters are those asked for."""
    raise NotImplementedError


def test_the_log_losses_are_plausible(trained):
    """There are 5 folds; each log loss lies between 0 and that of saying a third each."""
    raise NotImplementedError


def test_mean_and_deviation_are_those_of_the_folds(trained):
    """The mean and the standard deviation follow from the folds beside them."""
    raise NotImplementedError


def test_the_test_log_loss_is_that_of_the_held_out_rows(trained):
    """The model that was kept has the log loss that the report tells, on the fifth held out."""
    # 1. Unpickle the model, read the rows, and keep those with split == "test".
    # 2. Ask the model about them: predict_proba takes the frame without id, outcome and split.
    # 3. sklearn.metrics.log_loss knows how to score; pass it labels=model.classes_.
    raise NotImplementedError


def test_the_report_has_the_hash_of_each_artifact(trained):
    """For model.pkl and dataset.parquet, the report has the SHA-256 of the file as it is."""
    raise NotImplementedError


def test_the_report_tells_when_the_model_was_trained(trained):
    """The time has an offset, which is that of UTC, and lies between begin and end of the run."""
    raise NotImplementedError


# A mistake


def test_an_unknown_model_is_told_in_one_line(tmp_path):
    """Status 2, one line on standard error that names the mistake, no output, and no run left."""
    # train(...) answers with returncode, stdout and stderr.
    raise NotImplementedError


def test_data_that_cannot_be_read_is_told_in_one_line(tmp_path):
    """The file of the data was cut off on its way: told like any other mistake, by its name."""
    raise NotImplementedError


# Training again


def test_the_same_training_has_the_same_id(trained, tmp_path):
    """Trained once more, from nothing and into another folder, the model has the same id."""
    raise NotImplementedError


def test_another_seed_has_another_id(trained, tmp_path):
    """With another seed it is another model: another id, and the seed is in its report."""
    raise NotImplementedError


def test_a_run_that_is_there_is_left_as_it_is(trained):
    """The same training again, into the same folder: status 0, and the same report as before."""
    raise NotImplementedError
