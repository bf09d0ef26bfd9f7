"""Test that a training can be repeated: the same inputs make the same model, and the id says so.

What makes a model is its code, its data, its parameters with the seed, and its environment.
`train()` of src/train/train.py hashes all of them into the model's id, and writes down each in the
report. Whoever has the report can train the model again, next year and on another machine, and
compare. Of two different models with one id, nobody can tell which of them is in production.

So there are two ways to be wrong. Something decides that should not: the time, the folder, the
state of a global random generator, the order of a dictionary. Or something that decides is left
out.

The docstrings of src/train/ are short; read those of train.py, identity.py, dataset.py and
artifacts.py. Trainings are quick here, of few points and few trees; the fixtures are given.
"""

import json
import random
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from src.config import Settings
from src.train import identity
from src.train.artifacts import read_run
from src.train.dataset import data_hash, load, split
from src.train.identity import code_hash, id_of, packages
from src.train.pipeline import build_pipeline
from src.train.train import train
from src.utils import deserialise

TENNIS = Path(__file__).parents[3] / "data" / "tennis_points"
SEED = 5
SMALL = {"n_estimators": 2, "max_depth": 4}

DETERMINANTS = {
    "dataset": "tennis_points",
    "model": "random_forest",
    "parameters": {"n_estimators": 100, "max_depth": 4},
    "seed": 42,
    "data_hash": "d" * 64,
    "code_hash": "c" * 64,
    "packages": {"python": "3.11", "numpy": "2.4.0"},
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A folder of data with 300 points of tennis, and a folder for what is trained on them."""
    base = tmp_path_factory.mktemp("house")
    folder = base / "data" / "tennis_points"
    folder.mkdir(parents=True)
    (folder / "schema.toml").write_bytes((TENNIS / "schema.toml").read_bytes())
    points = pd.read_parquet(TENNIS / "tennis_points.parquet")[:300]
    points.to_parquet(folder / "tennis_points.parquet", index=False)
    return Settings(data_dir=base / "data", output_dir=base / "output")


@pytest.fixture(scope="module")
def first(settings):
    """The report of a training that all tests share."""
    return train(seed=SEED, parameters=SMALL, settings=settings)


@pytest.fixture
def elsewhere(settings, tmp_path):
    """The same data, and a folder of the test's own for what it trains."""
    return replace(settings, output_dir=tmp_path)


@pytest.fixture
def frame(settings):
    """The 300 points."""
    return load("tennis_points", settings).frame


def run_of(report, settings):
    """The folder of a run."""
    return settings.output_dir / report.model_id


def rows_of(report, settings):
    """The rows that a run keeps, each with its split."""
    return pd.read_parquet(run_of(report, settings) / "dataset.parquet")


def answers(report, settings):
    """What the model of a run says of all 300 points, to the last bit."""
    data = (run_of(report, settings) / "model.pkl").read_bytes()
    model = deserialise(data, report.artifacts["model.pkl"])
    return model.predict_proba(load("tennis_points", settings).X).tobytes()


def test_the_same_inputs_make_the_same_model(first, settings, elsewhere):
    """The same id, the same losses and the same answers to the last bit, in another folder."""
    second = train(seed=SEED, parameters=SMALL, settings=elsewhere)

    assert second.model_id == first.model_id
    assert second.cv_log_losses == first.cv_log_losses
    assert second.test_log_loss == first.test_log_loss
    assert answers(second, elsewhere) == answers(first, settings)


def test_nobody_elses_random_numbers_matter(first, settings, elsewhere):
    """The seed decides alone, whatever was drawn from the global generators before."""
    random.seed(2)
    np.random.seed(2)

    second = train(seed=SEED, parameters=SMALL, settings=elsewhere)

    assert second.cv_log_losses == first.cv_log_losses
    assert answers(second, elsewhere) == answers(first, settings)


def test_another_seed_makes_another_model(first, settings, elsewhere):
    """Another id, other rows held out, other folds: no part has a seed of its own."""
    second = train(seed=SEED + 1, parameters=SMALL, settings=elsewhere)

    assert second.model_id != first.model_id
    assert second.cv_log_losses != first.cv_log_losses
    assert answers(second, elsewhere) != answers(first, settings)
    assert not rows_of(second, elsewhere)["split"].equals(rows_of(first, settings)["split"])


def test_the_seed_decides_the_trees(frame):
    """Fitted on the same rows, forests of two seeds differ, and those of one seed do not."""
    X, y = frame.drop(columns=["point_id", "outcome"]), frame["outcome"]

    once, again, other = (
        build_pipeline(seed=seed, parameters=SMALL).fit(X, y).predict_proba(X).tobytes()
        for seed in (7, 7, 8)
    )

    assert once == again
    assert once != other


def test_the_seed_decides_which_rows_are_held_out(settings):
    """The same fifth of the rows for all models of a seed: only then can they be compared."""
    data = load("tennis_points", settings)

    once, again, other = split(data, 7), split(data, 7), split(data, 8)

    assert list(once.X_test.index) == list(again.X_test.index)
    assert sorted(once.X_test.index) != sorted(other.X_test.index)
    assert len(once.X_test) == len(other.X_test) == 60
    assert set(once.X_test.index).isdisjoint(once.X_train.index)


CHANGES = {
    "dataset": "digits",
    "model": "logistic_regression",
    "parameters": {"n_estimators": 100, "max_depth": 5},
    "seed": 43,
    "data_hash": "e" * 64,
    "code_hash": "f" * 64,
    "packages": {"python": "3.11", "numpy": "2.4.1"},
}


@pytest.mark.parametrize("determinant", CHANGES)
def test_each_determinant_changes_the_id(determinant):
    """Dataset, model, parameters, seed, data, code and packages: each for itself."""
    changed = DETERMINANTS | {determinant: CHANGES[determinant]}

    assert id_of(changed) != id_of(DETERMINANTS)


def test_an_id_hangs_on_what_is_said_and_not_on_the_order():
    """40 hexadecimal digits, the same for the same determinants in any order."""
    backwards = dict(reversed(DETERMINANTS.items()))
    backwards["parameters"] = dict(reversed(DETERMINANTS["parameters"].items()))

    assert id_of(backwards) == id_of(DETERMINANTS)
    assert len(id_of(DETERMINANTS)) == 40
    assert set(id_of(DETERMINANTS)) <= set("0123456789abcdef")


def test_other_data_makes_another_model(first, settings, elsewhere, frame):
    """One value of one point is enough for another id."""
    folder = elsewhere.output_dir / "data" / "tennis_points"
    folder.mkdir(parents=True)
    (folder / "schema.toml").write_bytes((TENNIS / "schema.toml").read_bytes())
    frame.loc[299, "speed"] += 1
    frame.to_parquet(folder / "tennis_points.parquet", index=False)

    second = train(seed=SEED, parameters=SMALL, settings=replace(elsewhere, data_dir=folder.parent))

    assert second.model_id != first.model_id


OTHER_DATA = {
    "a value": lambda frame: frame.assign(speed=frame["speed"].where(frame.index != 299, 1.5)),
    "an outcome": lambda frame: frame.assign(outcome=frame["outcome"].where(frame.index > 0, "?")),
    "a name": lambda frame: frame.rename(columns={"speed": "pace"}),
    "a type": lambda frame: frame.assign(rally=frame["rally"].astype("int32")),
    "the order of the rows": lambda frame: frame[::-1],
    "a row less": lambda frame: frame[:-1],
}


@pytest.mark.parametrize("change", OTHER_DATA.values(), ids=OTHER_DATA)
def test_the_hash_of_the_data_sees_each_change(frame, change):
    """A value, an outcome, a name, a type, the order of the rows, a row less: all make a change."""
    assert data_hash(change(frame)) != data_hash(frame)


def test_the_hash_of_the_data_is_that_of_its_content(frame):
    """A copy has it, too, whatever its index says."""
    assert data_hash(frame.set_index(frame.index + 1000)) == data_hash(frame)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A copy of the source that a model depends on, which the hash of the code is made of."""
    real = identity.ROOT / "src"
    for path in [*(real / "train").rglob("*.py"), real / "schema.py"]:
        copy = tmp_path / "house" / "src" / path.relative_to(real)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(identity, "ROOT", tmp_path / "house")
    return tmp_path / "house" / "src"


@pytest.mark.parametrize("file", ["train/train.py", "train/features/travel.py", "schema.py"])
def test_an_edit_of_the_code_makes_another_model(house, file):
    """In a module of the training, in a feature node, in the schema: the code's hash differs."""
    before = code_hash()

    path = house / file
    path.write_text(path.read_text() + "# a change\n")

    assert code_hash() != before


def test_a_module_that_moves_is_a_change(house):
    """The names of the files count, too: what is imported from where may be another thing now."""
    before = code_hash()

    (house / "train" / "report.py").rename(house / "train" / "rapport.py")

    assert code_hash() != before


def test_line_endings_of_windows_are_no_change(house):
    """A colleague's git writes other line endings, and the model is still the same."""
    before = code_hash()

    for path in house.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert code_hash() == before


def test_the_environment_is_written_down():
    """Python and each numeric package, with the version that is installed here."""
    written = packages()

    assert set(written) >= {"python", "numpy", "pandas", "scikit-learn", "scipy"}
    for name in set(written) - {"python"}:
        assert written[name] == version(name)


def test_the_report_is_enough_to_train_the_model_again(first, settings, elsewhere):
    """From report.json alone, in another folder: the same id, and the same answers."""
    told = json.loads((run_of(first, settings) / "report.json").read_text())

    again = train(
        told["dataset"], told["model"], told["seed"], told["parameters"], settings=elsewhere
    )

    assert again.model_id == first.model_id
    assert answers(again, elsewhere) == answers(first, settings)


def test_defaults_are_written_down_too(elsewhere):
    """Parameters that nobody gave are in the report: next year's defaults may be others.

    To give one its default is to train the same model.
    """
    report = train(model="logistic_regression", settings=elsewhere)

    assert report.parameters["max_iter"] == 1000
    given = {"max_iter": 1000}
    same = train(model="logistic_regression", parameters=given, settings=elsewhere)
    assert same.model_id == report.model_id


def test_the_rows_that_a_model_was_trained_on_are_kept(first, settings):
    """All rows, in order, each with its split: with them, anybody can check the report's hash."""
    kept = rows_of(first, settings)

    assert data_hash(kept.drop(columns="split")) == first.data_hash
    assert kept["split"].value_counts().to_dict() == {"train": 240, "test": 60}


def test_a_run_that_is_whole_is_left_as_it_is(first, settings):
    """To train what is there already is to read its report."""
    assert train(seed=SEED, parameters=SMALL, settings=settings) == first


def test_a_damaged_run_is_made_again(first, settings, elsewhere):
    """A model that is not the one of the report is trained anew, and is whole then."""
    run = shutil.copytree(run_of(first, settings), run_of(first, elsewhere))
    model = run / "model.pkl"
    whole = model.read_bytes()
    model.write_bytes(whole[:-1])

    again = train(seed=SEED, parameters=SMALL, settings=elsewhere)

    assert model.read_bytes() == whole
    assert read_run(run) == again
