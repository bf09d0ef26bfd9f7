"""Check that `python -m src predict` answers at the command line as commands.md promises.

People type a point at the prompt, give a file, or put the command between two others in a pipe; so
what it prints must be JSON and nothing else, its errors must go where no pipe reads, and its status
must tell how it went. exercises/day1/commands.md promises it, and docs/api.md tells about points.

Two trained models are all that the tests need, and the checker has them trained. To run them by
hand, train two yourself, once:

    .venv/bin/python -m src train -p n_estimators=5
    .venv/bin/python -m src train -p n_estimators=10

The fixture `house` deploys the older one, in a copy of output/ that belongs to this file alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from exercises.day1.data_points import random_data_points

ROOT = Path(__file__).parents[3]
CLASSES = {"FE", "UE", "W"}


def run(*arguments, stdin="", **environment):
    """Run a command of the application; with no AWS_* variable, it uses the embedded S3."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "src", *arguments],
        cwd=ROOT,
        env=inherited | environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder of output with two trained models, and the id of the older one: it is deployed."""
    reports = [json.loads(path.read_bytes()) for path in ROOT.glob("output/*/report.json")]
    forests = [
        report
        for report in reports
        if (report["dataset"], report["model"]) == ("tennis_points", "random_forest")
    ]
    if len(forests) < 2:
        pytest.fail("Two trained models are needed: the top of this file tells how to train them.")
    older, newer = sorted(forests, key=lambda report: report["trained_at"])[-2:]
    output = tmp_path_factory.mktemp("house")
    for report in (older, newer):
        shutil.copytree(ROOT / "output" / report["model_id"], output / report["model_id"])
    done = run("deploy", older["model_id"], OUTPUT_DIR=str(output))
    assert done.returncode == 0, done.stderr
    return SimpleNamespace(output=output, production=older["model_id"])


@pytest.fixture(scope="module")
def predict(house):
    """Runs the command in that house, in a process of its own, and waits for its end."""

    def predict(*arguments, stdin=""):
        return run("predict", *arguments, stdin=stdin, OUTPUT_DIR=str(house.output))

    return predict


@pytest.fixture(scope="module")
def points():
    """12 data points, the same ones each time."""
    return random_data_points(12, seed=12)


@pytest.fixture(scope="module")
def file(points, tmp_path_factory):
    """A file with the 12 points."""
    path = tmp_path_factory.mktemp("points") / "points.json"
    path.write_text(json.dumps(points))
    return str(path)


@pytest.fixture(scope="module")
def classes(predict, file):
    """The answer for the file: a class for each of the 12 points."""
    return answer_of(predict(file))


@pytest.fixture(scope="module")
def backwards(predict, points):
    """The answer for the 12 points the other way round, on standard input: probabilities."""
    other_way_round = json.dumps(points[::-1])
    return answer_of(predict("-", "--method", "predict_proba", stdin=other_way_round))


def answer_of(done):
    """The answer of a command that went well: all that it has printed is one JSON document."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# What is answered


def test_a_file_of_points_gets_a_prediction_for_each(classes, points, house):
    """12 points in a file get 12 classes, and the id of the model in production; status 0."""
    assert len(classes["predictions"]) == len(points)
    assert set(classes["predictions"]) <= CLASSES
    assert classes["model_id"] == house.production


def test_a_point_may_be_typed_at_the_prompt(predict, points):
    """Without a file, a point is read from standard input; it may be written over many lines."""
    answer = answer_of(predict(stdin=json.dumps(points[0], indent=2)))

    assert len(answer["predictions"]) == 1
    assert answer["predictions"][0] in CLASSES


def test_probabilities_are_one_per_class_and_add_up_to_1(backwards, points):
    """With `--method predict_proba`, a point gets each class with its probability."""
    assert len(backwards["predictions"]) == len(points)
    for probabilities in backwards["predictions"]:
        assert set(probabilities) == CLASSES
        assert all(0 <= probability <= 1 for probability in probabilities.values())
        assert sum(probabilities.values()) == pytest.approx(1)


def test_predictions_keep_the_order_of_the_points(classes, backwards):
    """The other way round the points get the same answers: each its class, as the likeliest."""
    pairs = zip(classes["predictions"], reversed(backwards["predictions"]), strict=True)

    for predicted, probabilities in pairs:
        assert probabilities[predicted] == pytest.approx(max(probabilities.values()))


# A mistake


def test_a_wrong_point_is_told_in_one_line(predict, points):
    """One wrong value among 12 points: status 2, one line that names the column, no answer."""
    wrong = [*points[:7], points[7] | {"hitpoint": "smash"}, *points[8:]]

    assert_is_told(predict(stdin=json.dumps(wrong)), "hitpoint")


def test_a_file_that_does_not_exist_is_told_in_one_line(predict):
    """Status 2, one line that names the file, no answer."""
    assert_is_told(predict("nowhere.json"), "nowhere.json")


def test_a_model_that_is_not_in_production_is_told_in_one_line(predict, file):
    """No logistic regression was deployed: status 2, one line that names it, no answer."""
    assert_is_told(predict("--model", "logistic_regression", file), "logistic_regression")


def assert_is_told(done, named):
    """A mistake ends a command with status 2 and one line, which names it."""
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert named in done.stderr
