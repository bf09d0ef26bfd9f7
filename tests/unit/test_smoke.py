"""The smoke test of a version: each way to be unfit is named, and what is fit passes."""

from dataclasses import replace

import numpy as np
import pytest

from src.aws import NotFound
from src.config import API_VERSION
from src.errors import UserError
from src.release.smoke import Unfit, check_model, check_run, check_version
from src.train.report import Report
from src.train.specification import Serving
from src.utils import serialise, sha256
from tests.small_dataset import NAME, write_small_dataset

MODEL_ID = "a" * 40
KIND = "random_forest"
COLUMNS = [
    {"name": "speed", "type": "float", "minimum": 0.0, "maximum": 80.0, "categories": []},
    {"name": "rally", "type": "integer", "minimum": None, "maximum": None, "categories": []},
    {"name": "served", "type": "boolean", "minimum": None, "maximum": None, "categories": []},
    {"name": "stroke", "type": "category", "minimum": None, "maximum": None, "categories": []},
]
COLUMNS[3]["categories"] = ["B", "F"]
POINT = {"speed": 20.0, "rally": 1, "served": True, "stroke": "B"}
SERVING = Serving(
    api_version=API_VERSION,
    columns=COLUMNS,
    classes=["IN", "OUT"],
    sample=[POINT, POINT | {"speed": 60.0}],
    answers={
        "predict": ["IN", "OUT"],
        "predict_proba": [{"IN": 0.75, "OUT": 0.25}, {"IN": 0.25, "OUT": 0.75}],
    },
)
REPORT = Report(
    model_id=MODEL_ID,
    test_log_loss=0.4,
    mean_cv_log_loss=0.5,
    std_cv_log_loss=0.1,
    cv_log_losses=[0.4, 0.6],
    dataset=NAME,
    model=KIND,
    parameters={},
    seed=42,
    data_hash="",
    code_hash="",
    packages={},
    artifacts={},
    trained_at="2026-01-01T00:00:00+00:00",
    serving=SERVING,
)


class Rule:
    """A fitted model: what is fast is probably out."""

    def __init__(self, classes=("IN", "OUT"), sure=0.75, limit=40.0):
        self.classes_ = np.array(classes)
        self.sure = sure
        self.limit = limit

    def predict(self, rows):
        return self.classes_[(rows["speed"] > self.limit).astype(int)]

    def predict_proba(self, rows):
        out = np.where(rows["speed"] > self.limit, self.sure, 1 - self.sure)
        return np.column_stack([1 - out, out])


class Broken(Rule):
    def predict_proba(self, rows):
        raise ZeroDivisionError("float division by zero")


class Short(Rule):
    def predict(self, rows):
        return super().predict(rows)[:1]


class OfAnotherLibrary:
    """Unpickling it fails, as a forest of another scikit-learn does."""

    def __reduce__(self):
        return np.dtype, ("no such type",)


class Shelf:
    """A registry of one version."""

    def __init__(self, model, report=REPORT):
        self.model = model
        self.known = report

    def report(self, dataset, model, model_id):
        if (dataset, model, model_id) != (NAME, KIND, MODEL_ID):
            raise NotFound(f"There is no {model_id}.")
        return self.known

    def model_of(self, report):
        if isinstance(self.model, Exception):
            raise self.model
        return self.model


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """Where the serving environment has its schemas."""
    write_small_dataset(tmp_path / "data")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def run_of(tmp_path):
    """Makes the folder of a training run."""

    def make(model, data=None):
        folder = tmp_path / MODEL_ID
        folder.mkdir()
        content = serialise(model)
        report = replace(REPORT, artifacts={"model.pkl": sha256(content)})
        (folder / "model.pkl").write_bytes(content if data is None else data)
        (folder / "report.json").write_bytes(report.to_json())
        return folder

    return make


def specified(**changes):
    return replace(REPORT, serving=replace(SERVING, **changes))


def columns(number, **changes):
    """The columns with one of them changed."""
    changed = [dict(column) for column in COLUMNS]
    changed[number] |= changes
    return changed


def test_a_model_that_is_as_specified_is_fit():
    check_model(Rule(), REPORT)


def test_answers_that_differ_by_less_than_the_api_promises_are_fit():
    check_model(Rule(sure=0.75 + 9e-10), REPORT)


def test_a_minor_version_of_the_api_makes_no_model_unfit():
    major = API_VERSION.partition(".")[0]

    check_model(Rule(), specified(api_version=f"{major}.99.0"))


def test_columns_in_another_order_are_the_same_columns():
    check_model(Rule(), specified(columns=COLUMNS[::-1]))


@pytest.mark.parametrize(
    ("model", "report", "problem"),
    [
        (Rule(), replace(REPORT, serving=None), "no specification of serving"),
        ({"a": "dictionary"}, REPORT, "it is no fitted model"),
        (Rule(), specified(api_version="0.9.0"), r"made for version 0\.9\.0 of the API"),
        (Rule(), specified(columns=COLUMNS[1:]), "the column speed is not"),
        (Rule(), specified(columns=[*COLUMNS, COLUMNS[0] | {"name": "spin"}]), "column spin"),
        (Rule(), specified(columns=columns(1, type="float")), "the column rally is not"),
        (Rule(), specified(columns=columns(0, maximum=90.0)), "the column speed is not"),
        (Rule(), specified(columns=columns(3, categories=["B"])), "the column stroke is not"),
        (Rule(["IN", "LET"]), REPORT, "its classes are not IN, OUT"),
        (Rule(["OUT", "IN"]), REPORT, "its classes are not IN, OUT"),
        (Rule(["IN", "LET"]), specified(classes=["IN", "LET"]), "its classes are not IN, OUT"),
        (Rule(), specified(sample=[]), "no sample"),
        (Rule(), specified(answers={}), "no sample"),
        (Rule(limit=70.0), REPORT, "predict answers IN for point 1 of the sample, not OUT"),
        (Rule(sure=0.75 + 2e-9), REPORT, "predict_proba answers .* for point 0"),
        (Rule(sure=float("nan")), REPORT, "predict_proba answers .* for point 0"),
        (Broken(), REPORT, "predict_proba fails on the sample .ZeroDivisionError: float division"),
        (Short(), REPORT, "predict gives 1 answers to 2 points"),
        (
            Rule(),
            specified(answers=SERVING.answers | {"predict": ["IN"]}),
            "predict gives 2 answers to 1 points",
        ),
    ],
)
def test_a_model_that_is_not_as_specified_is_unfit(model, report, problem):
    with pytest.raises(Unfit, match=problem) as told:
        check_model(model, report)

    assert MODEL_ID in str(told.value)


def test_a_published_version_that_is_as_specified_is_fit():
    check_version(Shelf(Rule()), NAME, KIND, MODEL_ID)


def test_a_published_version_that_is_not_as_specified_is_unfit():
    with pytest.raises(Unfit, match="point 1 of the sample"):
        check_version(Shelf(Rule(limit=70.0)), NAME, KIND, MODEL_ID)


@pytest.mark.parametrize(
    "error",
    [UserError("Refusing to load a model"), ValueError("node array has an incompatible dtype")],
    ids=["its hash", "its library"],
)
def test_a_published_version_that_does_not_load_is_unfit(error):
    with pytest.raises(Unfit, match=f"{MODEL_ID} does not load here: {error}"):
        check_version(Shelf(error), NAME, KIND, MODEL_ID)


def test_a_version_that_was_never_published_is_not_found():
    with pytest.raises(NotFound, match="b" * 40):
        check_version(Shelf(Rule()), NAME, KIND, "b" * 40)


def test_a_run_that_is_as_specified_is_fit(run_of):
    check_run(run_of(Rule()))


def test_a_run_that_is_not_as_specified_is_unfit(run_of):
    with pytest.raises(Unfit, match="point 1 of the sample"):
        check_run(run_of(Rule(limit=70.0)))


def test_a_run_whose_model_does_not_load_is_unfit(run_of):
    with pytest.raises(Unfit, match="does not load here: data type 'no such type'"):
        check_run(run_of(OfAnotherLibrary()))


def test_a_run_that_is_not_whole_is_told(run_of):
    with pytest.raises(UserError, match=r"model\.pkl is not what the report beside it tells of"):
        check_run(run_of(Rule(), data=b"cut off"))
