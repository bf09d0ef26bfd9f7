import dataclasses
import io
from math import log

import pandas as pd
import pytest
from rich.console import Console

from src import aws
from src.benchmark.benchmark import Comparison, Scores, compare
from src.benchmark.console import explanation, table
from src.benchmark.contender import Contender, fetch_production, read_candidate
from src.errors import UserError
from src.release.registry import Registry
from src.schema import Column, Schema
from src.train.artifacts import write_run
from src.train.report import Report
from src.utils import Cache, serialise, sha256

SCHEMA = Schema(
    name="shots",
    title="Shots",
    target="ending",
    classes=("IN", "OUT"),
    columns=(Column("chance", "float"),),
    rows=4,
    provenance="Made for the tests.",
    licence="MIT",
    id="shot",
)
WITHOUT_ID = dataclasses.replace(SCHEMA, id=None)
SCORES = Scores("a" * 40, "random_forest", 0.77539, 0.9, 0.14)
COMPARISON = Comparison(
    candidate=SCORES,
    production=dataclasses.replace(SCORES, model_id="b" * 40, log_loss=0.3769),
    dataset="shots",
    rows=1000,
    seen=0,
    same_data=True,
)


class Believer:
    """Takes the chance of each row for the probability that the shot is in."""

    classes_ = ("IN", "OUT")

    def __init__(self, faith=1.0):
        self.faith = faith

    def predict_proba(self, X):
        assert list(X.columns) == ["chance"]
        chance = X["chance"] * self.faith
        return pd.DataFrame({"IN": chance, "OUT": 1 - chance}).to_numpy()


def rows(**columns):
    default = {
        "shot": [1, 2, 3, 4],
        "chance": [0.5, 0.6, 0.7, 0.8],
        "ending": ["IN", "OUT", "IN", "OUT"],
        "split": ["train", "train", "test", "test"],
    }
    return pd.DataFrame(default | columns)


def report(**fields):
    default = {
        "model_id": "a" * 40,
        "test_log_loss": 99.0,
        "mean_cv_log_loss": 99.0,
        "std_cv_log_loss": 99.0,
        "cv_log_losses": [1.0, 3.0],
        "dataset": "shots",
        "model": "random_forest",
        "parameters": {},
        "seed": 42,
        "data_hash": "of the data",
        "code_hash": "of the code",
        "packages": {},
        "artifacts": {},
        "trained_at": "2026-01-01T00:00:00+00:00",
    }
    return Report(**default | fields)


def contender(model=None, frame=None, **fields):
    return Contender(report(**fields), model or Believer(), rows() if frame is None else frame)


class Store:
    """S3 in memory, which notes what is downloaded."""

    def __init__(self):
        self.objects = {}
        self.downloads = []

    def upload(self, key, body, if_match=None, if_none_match=None):
        self.objects[key] = body
        return sha256(body)

    def download(self, key):
        self.downloads.append(key)
        if key not in self.objects:
            raise aws.NotFound(key)
        return aws.Object(self.objects[key], sha256(self.objects[key]))


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def registry(store):
    return Registry(store)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


@pytest.fixture
def run(tmp_path):
    """Make the folder of a training run with an id."""

    def make(model_id="a" * 40):
        artifacts = {
            "model.pkl": serialise(Believer()),
            "dataset.parquet": rows().to_parquet(index=False),
        }
        hashes = {name: sha256(data) for name, data in artifacts.items()}
        folder = tmp_path / "output" / model_id
        write_run(folder, report(model_id=model_id, artifacts=hashes), artifacts)
        return folder

    return make


def test_both_are_scored_on_the_rows_that_production_has_not_seen():
    candidate = contender(
        Believer(faith=0.5), rows(split=["test", "test", "train", "train"], chance=[0.1] * 4)
    )

    compared = compare(candidate, contender(), SCHEMA)

    assert compared.rows == 2
    assert compared.production.log_loss == pytest.approx(-(log(0.7) + log(1 - 0.8)) / 2)
    assert compared.candidate.log_loss == pytest.approx(-(log(0.35) + log(1 - 0.4)) / 2)


def test_the_deviation_is_that_of_the_folds_as_a_population():
    compared = compare(contender(cv_log_losses=[1.0, 3.0]), contender(), SCHEMA)

    assert (compared.candidate.cv_mean, compared.candidate.cv_std) == (2.0, 1.0)


def test_a_candidate_of_the_same_split_has_seen_none_of_the_rows():
    assert compare(contender(), contender(), SCHEMA).seen == 0


def test_rows_that_the_candidate_was_trained_on_are_known_by_their_id():
    candidate = contender(frame=rows(shot=[9, 4, 3, 1], chance=[0.1] * 4))

    assert compare(candidate, contender(), SCHEMA).seen == 1


def test_rows_without_an_id_are_known_by_their_features():
    frame = rows(chance=[0, 1, 0.7, 1.0]).drop(columns="shot")
    whole_numbers = frame.assign(chance=[1, 2, 3, 4])

    compared = compare(contender(frame=whole_numbers), contender(frame=frame), WITHOUT_ID)

    assert compared.seen == 1


@pytest.mark.parametrize(("data_hash", "same"), [("of the data", True), ("of others", False)])
def test_other_data_of_the_same_name_is_noticed(data_hash, same):
    candidate = contender(data_hash=data_hash)

    assert compare(candidate, contender(), SCHEMA).same_data is same


def test_models_of_different_datasets_are_not_compared():
    with pytest.raises(UserError, match="on serves, production on shots"):
        compare(contender(dataset="serves"), contender(), SCHEMA)


def test_a_candidate_that_needs_another_column_is_not_compared():
    candidate = contender(frame=rows(spin=[1, 2, 3, 4]))

    with pytest.raises(UserError, match="needs the column spin"):
        compare(candidate, contender(), SCHEMA)


def test_a_candidate_that_lacks_a_class_is_not_compared():
    production = contender(frame=rows(ending=["IN", "OUT", "NET", "IN"]))

    with pytest.raises(UserError, match="does not know their class 'NET'"):
        compare(contender(), production, SCHEMA)


def test_the_table_has_a_row_for_each_model():
    text = io.StringIO()
    Console(file=text, width=80).print(table(COMPARISON))

    lines = [line.split() for line in text.getvalue().splitlines()]

    assert lines == [
        ["model", "id", "log", "loss", "cv", "mean", "cv", "std"],
        ["aaaaaaaaaa…", "0.7754", "0.9000", "0.1400"],
        ["production", "0.3769", "0.9000", "0.1400"],
    ]


def test_the_explanation_tells_who_was_scored_on_what():
    said = explanation(COMPARISON)

    assert "a" * 40 in said
    assert "b" * 40 in said
    assert "1,000 rows of shots" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seen": 0}, "The candidate has seen none of these rows"),
        ({"seen": 803}, "The candidate has seen 803 of these 1,000 rows"),
        ({"same_data": False}, "trained on other data of that name"),
        ({"production": SCORES}, "The candidate is what is in production."),
    ],
)
def test_the_explanation_tells_what_to_beware_of(change, sentence):
    said = explanation(dataclasses.replace(COMPARISON, **change))

    assert sentence in said


@pytest.mark.parametrize("sentence", ["other data", "is what is in production"])
def test_the_explanation_keeps_silent_of_what_is_not_so(sentence):
    assert sentence not in explanation(COMPARISON)


def test_a_candidate_is_read_from_its_folder(run):
    candidate = read_candidate(run())

    assert candidate.report.model_id == "a" * 40
    assert candidate.rows.equals(rows())
    assert candidate.model.classes_ == ("IN", "OUT")


@pytest.mark.parametrize("name", ["model.pkl", "dataset.parquet", "report.json"])
def test_a_candidate_without_one_of_its_files_is_refused(run, name):
    folder = run()
    (folder / name).unlink()

    with pytest.raises(UserError, match=f"{name} cannot be read"):
        read_candidate(folder)


def test_a_candidate_whose_data_was_changed_is_refused(run):
    folder = run()
    rows(chance=[0.9] * 4).to_parquet(folder / "dataset.parquet", index=False)

    with pytest.raises(UserError, match=r"dataset\.parquet of a+ is not the one"):
        read_candidate(folder)


def test_a_version_is_downloaded_once(run, store, registry, cache):
    registry.deploy(run())
    fetch_production("shots", "random_forest", registry, cache)
    store.downloads.clear()

    again = fetch_production("shots", "random_forest", registry, cache)

    assert store.downloads == ["models/shots/random_forest/production.json"]
    assert again.rows.equals(rows())


def test_the_next_version_in_production_is_seen_at_once(run, registry, cache):
    registry.deploy(run("a" * 40))
    fetch_production("shots", "random_forest", registry, cache)
    registry.deploy(run("b" * 40))

    production = fetch_production("shots", "random_forest", registry, cache)

    assert production.report.model_id == "b" * 40


def test_a_file_of_the_cache_that_is_damaged_is_downloaded_again(run, registry, cache):
    registry.deploy(run())
    fetch_production("shots", "random_forest", registry, cache)
    for path in cache.folder.iterdir():
        path.write_bytes(path.read_bytes()[:-1])

    again = fetch_production("shots", "random_forest", registry, cache)

    assert again.rows.equals(rows())


@pytest.mark.parametrize("name", ["model.pkl", "dataset.parquet", "report.json"])
def test_what_is_damaged_on_s3_is_refused_and_not_kept(run, store, registry, cache, name):
    registry.deploy(run())
    key = f"models/shots/random_forest/{'a' * 40}/{name}"
    whole = store.objects[key]
    store.objects[key] = whole[:-5]

    with pytest.raises(UserError):
        fetch_production("shots", "random_forest", registry, cache)
    store.objects[key] = whole

    assert fetch_production("shots", "random_forest", registry, cache).rows.equals(rows())
