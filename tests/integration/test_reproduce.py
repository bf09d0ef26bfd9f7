"""Training a version again: the same comes out, or what differs is named."""

import dataclasses
import re
import shutil
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from threadpoolctl import threadpool_info

from src import aws
from src.__main__ import cli
from src.config import Settings
from src.errors import UserError
from src.release.agreement import CLOSE, DIFFERENT, EXACT, TOLERANCE, Agreement, stability
from src.release.registry import Registry
from src.release.reproduce import Reproduction, reproduce
from src.release.reproduce_console import explanation
from src.train.pipeline import MODELS
from src.train.train import train
from src.utils import serialise, sha256
from tests.small_dataset import NAME, shots, write_small_dataset

FEW = {
    "random_forest": {"n_estimators": 3},
    "logistic_regression": {"max_iter": 50},
    "hist_gradient_boosting": {"max_iter": 3},
}
FOREST = "random_forest"
SAME = Agreement(exact=True, largest=0.0)
NEAR = Agreement(exact=False, largest=TOLERANCE)
FAR = Agreement(exact=False, largest=2 * TOLERANCE)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Settings of an operator's machine with a small dataset and an S3."""
    folder = tmp_path_factory.mktemp("house")
    write_small_dataset(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("DATA_DIR", str(folder / "data"))
        patch.setenv("OUTPUT_DIR", str(folder / "output"))
        yield Settings.from_env()


@pytest.fixture(scope="module")
def trained(house):
    """The reports of a model of each kind, by the kind."""
    return {kind: train(NAME, kind, parameters=FEW[kind], settings=house) for kind in MODELS}


@pytest.fixture(scope="module")
def report(trained):
    return trained[FOREST]


@pytest.fixture
def artifacts(house, report):
    """The content of the forest's artifacts, by name."""
    folder = house.output_dir / report.model_id
    return {name: (folder / name).read_bytes() for name in report.artifacts}


@pytest.fixture
def published(house, report):
    """The keys of the forest on S3, for the length of a test."""
    Registry().publish(house.output_dir / report.model_id)
    keys = aws.list_keys("")
    yield keys
    for key in keys:
        aws.client().delete_object(Bucket=house.bucket, Key=key)


@pytest.fixture
def removed(house, report):
    """The run is not here, for the length of a test."""
    run, away = house.output_dir / report.model_id, house.output_dir.parent / "away"
    run.rename(away)
    yield
    away.rename(run)


@pytest.fixture
def other_data(house, tmp_path):
    """Settings where a shot of today's data is faster than it was."""
    path = write_small_dataset(tmp_path / "data")
    rows = shots()
    rows.loc[0, "speed"] = 59.0
    rows.to_parquet(path, index=False)
    return dataclasses.replace(house, data_dir=tmp_path / "data")


@pytest.fixture
def again(house, report, artifacts):
    """Reproduce the forest, with other arguments where some are given."""

    def with_arguments(settings=house, report=report, **arguments):
        return reproduce(report, artifacts.__getitem__, settings, **arguments)

    return with_arguments


def ask(model_id, *options):
    return CliRunner().invoke(cli, ["release", "reproduce", model_id, "--dataset", NAME, *options])


def content(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "s3" not in path.parts}


def training_with(**other):
    """A training that is the same by its id, but for what somebody changed behind its back."""

    def careless(dataset, model, seed, parameters, settings, progress, threads):
        actual = {"model": model, "seed": seed, "parameters": parameters} | other
        report = train(dataset, settings=settings, **actual)
        honest = train(dataset, model, seed, parameters, settings)
        (settings.output_dir / report.model_id / "model.pkl").replace(
            settings.output_dir / honest.model_id / "model.pkl"
        )
        return dataclasses.replace(honest, artifacts=report.artifacts)

    return careless


# The same


@pytest.mark.parametrize("kind", MODELS)
def test_a_version_is_reproduced_bit_for_bit(house, trained, kind):
    folder = house.output_dir / trained[kind].model_id

    reproduction = reproduce(trained[kind], lambda name: (folder / name).read_bytes(), house)

    assert reproduction.verdict == EXACT
    assert reproduction.same_id
    assert (reproduction.predictions, reproduction.metrics) == (SAME, SAME)
    assert reproduction.differing == []
    assert not reproduction.is_decided_outside


def test_predictions_are_compared_on_the_rows_that_were_held_out(again):
    assert again().rows == 20


def test_reproducing_changes_nothing_of_the_users_folders(house, again):
    before = content(house.output_dir.parent)

    again()
    again(recorded_data=True)

    assert content(house.output_dir.parent) == before


def test_it_is_trained_though_the_run_is_there(again):
    seen = []

    again(progress=lambda what, done: seen.append((what, done)))

    assert seen[0][0] == "fold 1 of 5"
    assert seen[-1] == ("trained", 1.0)


def test_threads_are_no_part_of_the_id(house, report, tmp_path):
    elsewhere = dataclasses.replace(house, output_dir=tmp_path)

    assert train(NAME, FOREST, parameters=FEW[FOREST], settings=elsewhere, threads=2).model_id == (
        report.model_id
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_training_has_as_many_threads_as_it_is_told(house, tmp_path, threads):
    seen = set()

    def look(what, done):
        if what.startswith("fold"):
            seen.update(pool["num_threads"] for pool in threadpool_info())

    train(
        NAME,
        FOREST,
        parameters=FEW[FOREST],
        settings=dataclasses.replace(house, output_dir=tmp_path),
        progress=look,
        threads=threads,
    )

    assert seen == {threads}


def test_reproducing_trains_with_as_many_threads_as_it_is_told(again):
    told = []

    def remember(*arguments, threads):
        told.append(threads)
        return train(*arguments, threads=threads)

    again(threads=2, train=remember)

    assert told == [2]


def test_the_recorded_specification_is_what_is_trained(house, tmp_path):
    """Its seed, model and parameters, none of which is the default."""
    parameters = {"max_iter": 70, "C": 0.5, "fit_intercept": False}
    report = train(NAME, "logistic_regression", 7, parameters, house)
    folder = house.output_dir / report.model_id

    reproduction = reproduce(report, lambda name: (folder / name).read_bytes(), house)
    shutil.rmtree(folder)

    assert reproduction.again == dataclasses.replace(
        report, trained_at=reproduction.again.trained_at
    )


# Other data


def test_other_data_are_named(again, other_data):
    reproduction = again(other_data)

    assert reproduction.verdict == DIFFERENT
    assert not reproduction.same_id
    assert reproduction.differing == ["data"]
    assert not reproduction.is_decided_outside
    assert explanation(reproduction) == ["It may differ by what changed: data."]


def test_other_data_do_not_matter_where_the_recorded_ones_are_trained_on(again, other_data):
    assert again(other_data, recorded_data=True).verdict == EXACT


@pytest.mark.parametrize(
    "damage",
    [
        lambda rows: rows.assign(rally=rows["rally"].astype("int32")),
        lambda rows: rows.assign(speed=rows["speed"] + 1e-9),
        lambda rows: rows.iloc[::-1],
        lambda rows: rows.drop(columns="shot"),
    ],
    ids=["type", "value", "order", "column"],
)
def test_a_copy_that_is_not_what_was_trained_on_is_told(again, artifacts, damage):
    rows = pd.read_parquet(BytesIO(artifacts["dataset.parquet"]))
    artifacts["dataset.parquet"] = damage(rows).to_parquet(index=False)

    with pytest.raises(UserError, match=r"dataset\.parquet of .* is damaged: its rows"):
        again(recorded_data=True)


@pytest.mark.parametrize(
    "rows",
    [b"", b"rows", shots().to_parquet(), shots().assign(split="train").to_parquet()],
    ids=["nothing", "no parquet", "no split", "no test"],
)
def test_a_copy_without_held_out_rows_is_told(again, artifacts, rows):
    artifacts["dataset.parquet"] = rows

    with pytest.raises(UserError, match=r"dataset\.parquet of .* is damaged: it has no rows"):
        again()


def test_a_column_that_the_version_did_not_know_is_told(again, house, tmp_path):
    path = write_small_dataset(tmp_path / "data")
    shots().assign(spin=1.0).to_parquet(path, index=False)
    with path.with_name("schema.toml").open("a") as schema:
        schema.write('\n[[column]]\nname = "spin"\ntype = "float"\n')

    with pytest.raises(UserError, match="has the column spin, which the rows"):
        again(dataclasses.replace(house, data_dir=tmp_path / "data"))


# Other code, packages, platform


@pytest.mark.parametrize(
    ("recorded", "group"),
    [
        ({"code_hash": "e" * 64}, "code"),
        ({"packages": {"python": "2.7"}}, "packages"),
    ],
)
def test_what_else_changed_is_named_and_does_no_harm_where_the_same_comes_out(
    again, report, recorded, group
):
    """Other code may train the very same model; its id is another for good reason."""
    changed = dataclasses.replace(report, model_id="e" * 40, **recorded)

    reproduction = again(report=changed)

    assert reproduction.verdict == EXACT
    assert not reproduction.same_id
    assert reproduction.differing == [group]


def test_the_platform_is_named_though_it_is_no_part_of_the_id(again, report):
    reproduction = again(report=dataclasses.replace(report, platform="Plan9 mips"))

    assert reproduction.differing == ["platform"]
    assert (reproduction.same_id, reproduction.verdict) == (True, EXACT)


def test_an_id_that_is_the_same_for_other_code_is_told(again, report):
    reproduction = again(report=dataclasses.replace(report, code_hash="e" * 64))

    assert "The id is the same although what it is made of changed" in explanation(reproduction)[0]


# What no specification tells


def test_a_training_that_does_not_heed_its_seed_is_found(again):
    """The same id and another model: that something else decides is what one wants to know."""
    reproduction = again(train=training_with(seed=43))

    assert reproduction.same_id
    assert reproduction.differing == []
    assert reproduction.verdict == DIFFERENT
    assert reproduction.is_decided_outside
    assert (
        "the model is another: something outside the specification decides"
        in (explanation(reproduction)[0])
    )


def test_an_id_with_something_else_in_it_is_found(again, report):
    """As the time, or the name of the machine."""
    reproduction = again(report=dataclasses.replace(report, model_id="e" * 40))

    assert reproduction.predictions == SAME
    assert reproduction.verdict == DIFFERENT
    assert (
        "the id differs: something outside the specification decides"
        in (explanation(reproduction)[0])
    )


def test_metrics_that_differ_are_found(again, report):
    losses = [report.cv_log_losses[0] + 1e-6, *report.cv_log_losses[1:]]

    reproduction = again(report=dataclasses.replace(report, cv_log_losses=losses))

    assert reproduction.predictions == SAME
    assert reproduction.metrics.largest == pytest.approx(1e-6)
    assert reproduction.verdict == DIFFERENT


# Verdicts


@pytest.fixture
def reproduction(report):
    """Makes a reproduction in which all is the same but what is given."""

    def make(**other):
        facts = {
            "recorded": report,
            "again": report,
            "rows": 20,
            "threads": 1,
            "predictions": SAME,
            "metrics": SAME,
            "stability": SAME,
            "changes": {},
        }
        return Reproduction(**facts | other)

    return make


@pytest.mark.parametrize(
    ("agreement", "verdict"),
    [
        (SAME, EXACT),
        (NEAR, CLOSE),
        (FAR, DIFFERENT),
        (Agreement(False, np.inf), DIFFERENT),
        (Agreement(False, 1e-12, others=1), DIFFERENT),
        (Agreement(False, 0.0), CLOSE),
    ],
    ids=["same", "near", "far", "not to be compared", "another class", "a zero below zero"],
)
@pytest.mark.parametrize("part", ["predictions", "metrics"])
def test_the_verdict_is_that_of_what_agrees_least(reproduction, part, agreement, verdict):
    assert reproduction(**{part: agreement}).verdict == verdict


@pytest.mark.parametrize(("agreement", "verdict"), [(SAME, EXACT), (NEAR, EXACT), (FAR, DIFFERENT)])
def test_a_model_that_threads_change_is_different(reproduction, agreement, verdict):
    """That several threads show in the last digits is no fault of the reproduction."""
    assert reproduction(stability=agreement).verdict == verdict


def test_several_threads_are_suspected_first(reproduction):
    (sentence,) = explanation(reproduction(predictions=NEAR, threads=4))

    assert "the last digits differ" in sentence
    assert "the number of threads, which was 1" in sentence


def test_where_all_is_the_same_nothing_is_to_be_explained(reproduction):
    assert explanation(reproduction()) == []


# Threads


class Rule:
    """A fitted model that may count threads: what is fast is probably out."""

    classes_ = np.array(["IN", "OUT"])

    def __init__(self, by_thread=0.0):
        self.by_thread = by_thread

    def predict_proba(self, rows):
        threads = max(pool["num_threads"] for pool in threadpool_info())
        out = np.where(rows["speed"] > 40, 0.75, 0.25) + self.by_thread * threads
        return np.column_stack([1 - out, out])

    def predict(self, rows):
        return self.classes_[(self.predict_proba(rows)[:, 1] > 0.5).astype(int)]


def test_a_model_that_counts_no_threads_is_stable():
    assert stability(Rule(), shots()) == SAME


def test_a_model_that_counts_threads_is_found():
    """From one thread to four, three times what a thread more does."""
    found = stability(Rule(1e-3), shots())

    assert (found.exact, found.others) == (False, 0)
    assert found.largest == pytest.approx(3e-3)


def test_last_digits_that_threads_change_are_told_and_within_tolerance():
    found = stability(Rule(1e-12), shots())

    assert not found.exact
    assert found.verdict == CLOSE


def test_classes_that_threads_change_are_counted():
    found = stability(Rule(0.1), shots())

    assert found.others == int((shots()["speed"] <= 40).sum())
    assert found.verdict == DIFFERENT


@pytest.mark.parametrize("threads", [(1, 2), (1, 4), (1, 2, 4), (1, 4, 2)])
def test_the_worst_number_of_threads_counts(threads):
    assert stability(Rule(1e-3), shots(), threads).largest == pytest.approx(
        1e-3 * (max(threads) - 1)
    )


# On the command line


def test_a_version_that_is_here_only_is_reproduced(report):
    result = ask(report.model_id[:8], "--recorded-data", "--threads", "2")

    assert result.exit_code == 0
    assert "trained again on the data that it keeps with 2 threads" in result.stdout
    assert re.search(r"^id +the same$", result.stdout, re.MULTILINE)
    assert re.search(r"^predictions +the same, bit for bit, on 20 rows", result.stdout, re.M)
    assert result.stdout.endswith("Verdict: the same, bit for bit\n")


def test_a_version_whose_run_was_removed_is_reproduced_from_s3(report, published, removed):
    result = ask(report.model_id[:8])

    assert result.exit_code == 0
    assert "trained again on today's data with 1 thread:" in result.stdout
    assert result.stdout.endswith("Verdict: the same, bit for bit\n")


def test_what_differs_ends_with_1_and_is_told(house, report, other_data, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(other_data.data_dir))

    result = ask(report.model_id)

    assert result.exit_code == 1
    assert f"hash: {report.data_hash[:10]} -> " in result.stdout
    assert "Equal: code, parameters, seed, packages, platform, serving." in result.stdout
    assert result.stdout.endswith("Verdict: different\n")


@pytest.fixture
def damaged(house, report):
    """Makes a run like the forest, but for its id and an artifact; without content it is gone."""
    model_id = "d" * 40

    def make(name, content):
        folder = house.output_dir / model_id
        shutil.copytree(house.output_dir / report.model_id, folder)
        (folder / name).unlink()
        hashes = dict(report.artifacts)
        if content is not None:
            (folder / name).write_bytes(content)
            hashes[name] = sha256(content) if name == "model.pkl" else hashes[name]
        changed = dataclasses.replace(report, model_id=model_id, artifacts=hashes)
        (folder / "report.json").write_bytes(changed.to_json())
        return model_id

    yield make
    shutil.rmtree(house.output_dir / model_id)


class OfAnotherLibrary:
    """Unpickling it fails, as a forest of another scikit-learn does."""

    def __reduce__(self):
        return np.dtype, ("no such type",)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("model.pkl", None, "model.pkl cannot be read"),
        ("model.pkl", b"no pickle", "cannot be loaded here"),
        ("model.pkl", serialise(OfAnotherLibrary()), "its packages are python 3."),
        ("dataset.parquet", None, "dataset.parquet cannot be read"),
        ("dataset.parquet", b"cut off", "dataset.parquet is not what the report"),
    ],
)
def test_a_version_that_is_not_whole_is_a_clear_error(damaged, name, content, sentence):
    result = ask(damaged(name, content))

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""


def test_a_version_on_s3_that_lost_its_model_is_a_clear_error(house, report, published):
    (key,) = [key for key in published if key.endswith("model.pkl")]
    aws.client().delete_object(Bucket=house.bucket, Key=key)

    result = ask(report.model_id)

    assert result.exit_code == 2
    assert f"There is no {key}" in result.stderr
