"""Test that a model is served only where it fits, and that it says itself what fits.

While a model is trained, `specify()` of src/train/specification.py writes down what it takes and
what it answers: the columns with their types and ranges, the classes, the version of the API, and
a small sample of points with the expected answers. That is the specification of serving, and it
travels in the model's report.

Before the model may answer anybody, `check_model()` of src/release/smoke.py compares it with that
specification, where it is to serve: a smoke test. It is short on purpose. It does not tell whether
the model is good, but whether it is this model, in an environment where it works. `check_version()`
does the same with what lies on S3, and `Release` lets nothing pass that fails.

The fixtures are given: a small forest, its report, and a copy of the schema for you to spoil.
"""

import json
import math
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from src import aws
from src.config import API_VERSION
from src.release.registry import Registry
from src.release.release import Release
from src.release.smoke import Unfit, check_model, check_version
from src.schema import load_schema
from src.train.pipeline import build_pipeline
from src.train.report import Report
from src.train.specification import specify
from src.utils import deserialise, serialise

DATA = Path(__file__).parents[3] / "data"
DATASET, MODEL = "tennis_points", "random_forest"
OUTCOMES = ["FE", "UE", "W"]


@pytest.fixture(scope="module")
def schema():
    """What the columns of the points mean."""
    return load_schema(DATASET, DATA)


@pytest.fixture(scope="module")
def points():
    """Some points of tennis."""
    return pd.read_parquet(DATA / DATASET / f"{DATASET}.parquet")[:300]


@pytest.fixture(scope="module")
def held_out(points):
    """Points that the forest has not seen: the first unforced error comes late among them."""
    late = points[200:].sort_values("outcome", key=lambda outcome: outcome == "UE", kind="stable")
    return late.drop(columns=["point_id", "outcome"]), late["outcome"]


@pytest.fixture(scope="module")
def forest(points):
    """A small forest, fitted; it is often wrong."""
    X, y = points[:200].drop(columns=["point_id", "outcome"]), points["outcome"][:200]
    return build_pipeline(parameters={"n_estimators": 3, "max_depth": 2}).fit(X, y)


@pytest.fixture(scope="module")
def specification(forest, schema, held_out):
    """What the forest takes and answers."""
    return specify(forest, schema, *held_out)


@pytest.fixture(scope="module")
def report(specification):
    """The forest's report."""
    return Report(
        model_id="a" * 40,
        test_log_loss=0.8,
        mean_cv_log_loss=0.8,
        std_cv_log_loss=0.1,
        cv_log_losses=[0.7, 0.9],
        dataset=DATASET,
        model=MODEL,
        parameters={"n_estimators": 3},
        seed=42,
        data_hash="d" * 64,
        code_hash="c" * 64,
        packages={"python": "3.11"},
        artifacts={},
        trained_at="2026-11-21T03:00:00+00:00",
        serving=specification,
    )


@pytest.fixture
def edit_schema(tmp_path, monkeypatch):
    """Gives the API another schema: every `was` in the points' schema.toml becomes `now`."""

    def edit(was, now):
        folder = tmp_path / "data" / DATASET
        folder.mkdir(parents=True)
        text = (DATA / DATASET / "schema.toml").read_text()
        assert was in text
        (folder / "schema.toml").write_text(text.replace(was, now))
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    return edit


class Changed:
    """The forest, but for what it answers: a function makes that of the right answers."""

    def __init__(self, forest, predict=lambda right: right, predict_proba=lambda right: right):
        self.classes_ = forest.classes_
        self.predict = lambda X: predict(forest.predict(X))
        self.predict_proba = lambda X: predict_proba(forest.predict_proba(X))


class Shelf:
    """A store in memory, where nobody else writes."""

    def __init__(self):
        self.objects = {}

    def upload(self, key, body, **conditions):
        """Write an object, and answer its tag."""
        self.objects[key] = aws.Object(body, sha256(body).hexdigest())
        return self.objects[key].etag

    def download(self, key):
        """Answer an object."""
        if key not in self.objects:
            raise aws.NotFound(key)
        return self.objects[key]


@pytest.fixture
def shelf():
    """A store of the test's own."""
    return Shelf()


@pytest.fixture
def registry(shelf):
    """The versions on that shelf."""
    return Registry(shelf)


@pytest.fixture
def publish(registry, report, tmp_path):
    """Publishes the bytes of a model as a version with the forest's specification.

    With put_in_production=True it goes into production. Answers the id of the version.
    """

    def publish_version(letter, data, put_in_production=False):
        artifacts = {"model.pkl": data, "dataset.parquet": b"rows"}
        hashes = {name: sha256(content).hexdigest() for name, content in artifacts.items()}
        told = replace(report, model_id=letter * 40, artifacts=hashes)
        run = tmp_path / told.model_id
        run.mkdir()
        for name, content in (artifacts | {"report.json": told.to_json()}).items():
            (run / name).write_bytes(content)
        (registry.deploy if put_in_production else registry.publish)(run)
        return told.model_id

    return publish_version


def test_the_specification_has_the_columns_that_requests_have(specification, schema):
    """Each with its name, type, range and categories, in the order of the schema."""
    told = [(c["name"], c["type"], c["minimum"], c["maximum"]) for c in specification.columns]

    assert told == [(c.name, c.type, c.minimum, c.maximum) for c in schema.columns]
    categories = {c["name"]: c["categories"] for c in specification.columns if c["categories"]}
    assert categories == {
        "hitpoint": ["B", "F", "U", "V"],
        "previous_hitpoint": ["B", "F", "U", "V"],
    }


def test_the_sample_is_of_held_out_points_with_one_of_each_class(specification, held_out):
    """A handful of points as they are, in which each outcome occurs, however late it comes."""
    X, y = held_out
    rows = {tuple(row): outcome for row, outcome in zip(X.to_numpy().tolist(), y, strict=True)}

    outcomes = [rows[tuple(point.values())] for point in specification.sample]

    assert set(outcomes) == set(OUTCOMES)
    assert len(outcomes) == 5


def test_the_expected_answers_are_those_of_the_model(specification, forest):
    """For each point of the sample: its class, and the probability of each class by its name."""
    rows = pd.DataFrame(specification.sample)

    assert specification.classes == OUTCOMES
    assert specification.answers["predict"] == forest.predict(rows).tolist()
    assert specification.answers["predict_proba"] == [
        dict(zip(OUTCOMES, row, strict=True)) for row in forest.predict_proba(rows).tolist()
    ]


def test_the_specification_survives_its_way_through_the_report(report, specification):
    """As JSON, to S3 and back: every digit, every type."""
    assert specification.api_version == API_VERSION
    assert Report.from_json(report.to_json()).serving == specification
    assert json.loads(report.to_json())["serving"]["sample"] == specification.sample


def test_a_model_that_is_as_specified_may_serve(forest, report):
    """The one that was specified, the same after a way through bytes, and with rounded digits."""
    check_model(forest, report)
    data = serialise(forest)
    check_model(deserialise(data, sha256(data).hexdigest()), report)
    check_model(Changed(forest, predict_proba=lambda right: right + 1e-12), report)


def another_class_for_the_last(right):
    return np.append(right[:-1], "UE" if right[-1] != "UE" else "W")


def a_little_off(right):
    return right + np.array([1e-6, 0, -1e-6])


def no_number(right):
    return np.full_like(right, math.nan)


def one_too_few(right):
    return right[:-1]


def fails(right):
    raise ZeroDivisionError


WRONG = {
    "another class for the last point": {"predict": another_class_for_the_last},
    "a class too few": {"predict": one_too_few},
    "classes in another order": {"predict": lambda right: right[::-1]},
    "predict fails": {"predict": fails},
    "probabilities that differ in the sixth digit": {"predict_proba": a_little_off},
    "probabilities of the wrong classes": {"predict_proba": lambda right: right[:, ::-1]},
    "no number": {"predict_proba": no_number},
    "a row of probabilities too few": {"predict_proba": one_too_few},
    "predict_proba fails": {"predict_proba": fails},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_model_that_answers_otherwise_must_not_serve(forest, report, change):
    """By either method: a wrong class, digits that count, no number, too few answers, an error."""
    with pytest.raises(Unfit):
        check_model(Changed(forest, **change), report)


SPIN = '[[column]]\nname = "spin"\ntype = "float"\n'
OTHER_COLUMNS = {
    "by another name": ('name = "speed"', 'name = "pace"'),
    "of another type": ('name = "rally"\ntype = "integer"', 'name = "rally"\ntype = "float"'),
    "with another end": ("maximum = 80.0", "maximum = 90.0"),
    "with one more category": ('"U", "V"]', '"U", "V", "X"]'),
    "one more": ('[[column]]\nname = "speed"', f'{SPIN}[[column]]\nname = "speed"'),
}


@pytest.mark.parametrize(("was", "now"), OTHER_COLUMNS.values(), ids=OTHER_COLUMNS)
def test_a_model_of_other_columns_must_not_serve(forest, report, edit_schema, was, now):
    """The API takes a column by another name or type, with another range, or one more."""
    edit_schema(was, now)

    with pytest.raises(Unfit):
        check_model(forest, report)


def test_a_column_less_is_another_api(forest, report, specification):
    """The model needs a column that requests do not bring."""
    extra = {**specification.columns[0], "name": "wind"}
    wanting = replace(specification, columns=[*specification.columns, extra])

    with pytest.raises(Unfit):
        check_model(forest, replace(report, serving=wanting))


def test_a_model_of_other_classes_must_not_serve(forest, report, edit_schema):
    """The data has an outcome that the model has never heard of, or the model one of its own."""
    stranger = Changed(forest)
    stranger.classes_ = np.array(["FE", "LET", "W"])
    with pytest.raises(Unfit):
        check_model(stranger, report)

    edit_schema('classes = ["FE", "UE", "W"]', 'classes = ["FE", "UE", "W", "LET"]')
    with pytest.raises(Unfit):
        check_model(forest, report)


def test_the_first_number_of_the_api_version_decides(forest, report, specification):
    """A model for version 1.0 may serve in 1.7, and one for version 2 or 10 may not."""
    check_model(forest, replace(report, serving=replace(specification, api_version="1.99.3")))

    for other in ("2.0.0", "10.1.0"):
        with pytest.raises(Unfit):
            check_model(forest, replace(report, serving=replace(specification, api_version=other)))


def test_a_model_without_a_specification_must_not_serve(forest, report, specification):
    """None at all, no sample, or a sample without answers: then nothing was compared."""
    with pytest.raises(Unfit):
        check_model(forest, replace(report, serving=None))
    with pytest.raises(Unfit):
        check_model(forest, replace(report, serving=replace(specification, sample=[])))
    with pytest.raises(Unfit):
        check_model(forest, replace(report, serving=replace(specification, answers={})))


def test_the_problem_is_named(forest, report, edit_schema):
    """An operator reads which model it is, and which column is at fault."""
    edit_schema('name = "speed"', 'name = "pace"')

    with pytest.raises(Unfit) as problem:
        check_model(forest, report)
    assert report.model_id in str(problem.value)
    assert "speed" in str(problem.value) or "pace" in str(problem.value)


class OfAnotherVersion:
    """Pickled by a library that has changed since."""

    def __reduce__(self):
        return int, ("no number",)


def test_a_version_on_s3_is_checked_as_it_lies_there(registry, publish, forest):
    """One that is as specified passes; one that does not load, or is not fitted, does not."""
    check_version(registry, DATASET, MODEL, publish("a", serialise(forest)))

    no_model = publish("b", b"no pickle")
    with pytest.raises(Unfit):
        check_version(registry, DATASET, MODEL, no_model)
    not_of_today = publish("d", serialise(OfAnotherVersion()))
    with pytest.raises(Unfit):
        check_version(registry, DATASET, MODEL, not_of_today)
    never_fitted = publish("c", serialise(build_pipeline()))
    with pytest.raises(Unfit):
        check_version(registry, DATASET, MODEL, never_fitted)


class Trap:
    """Unpickled, it writes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_bytes_that_the_report_does_not_know_are_not_even_opened(
    registry, shelf, publish, forest, tmp_path
):
    """Whoever can write to the bucket must not be able to run code here, and a pickle is code."""
    model_id = publish("a", serialise(forest))
    trap = serialise(Trap(tmp_path / "sprung"))
    shelf.upload(f"models/{DATASET}/{MODEL}/{model_id}/model.pkl", trap)

    with pytest.raises(Unfit):
        check_version(registry, DATASET, MODEL, model_id)
    assert not (tmp_path / "sprung").exists()


def test_nothing_unfit_becomes_a_canary_or_goes_into_production(registry, publish, forest):
    """A release that is refused leaves everything as it was."""
    publish("a", serialise(forest), put_in_production=True)
    unfit = publish("b", serialise(build_pipeline()))
    release = Release(DATASET, MODEL, registry)
    before = release.state()

    with pytest.raises(Unfit):
        release.start_canary(unfit, share=0.1)
    with pytest.raises(Unfit):
        release.rollback(unfit)
    assert release.state() == before


def test_a_canary_that_became_unfit_is_not_promoted(registry, publish, forest, edit_schema):
    """Between its start and its promotion, the API got another column: it stays what it was."""
    publish("a", serialise(forest), put_in_production=True)
    release = Release(DATASET, MODEL, registry)
    release.start_canary(publish("b", serialise(forest)), share=0.1)
    before = release.state()
    edit_schema('name = "speed"', 'name = "pace"')

    with pytest.raises(Unfit):
        release.promote_canary()
    assert release.state() == before
