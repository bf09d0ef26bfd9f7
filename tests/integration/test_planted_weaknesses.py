"""Each weakness that is planted is found, at medium or high; a healthy model shows no high."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from src.stress import catalogue
from src.stress.case import Result
from src.stress.context import Context
from src.stress.model import Fitted
from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table

ROWS = 2700  # two thirds of them are reference data
MANY = 6000  # where a slice of 3 % needs them
CITIES, SHARES = ("lisbon", "porto", "braga", "faro"), (0.5, 0.3, 0.17, 0.03)
NUMBERS, WORDS, FLAGS = ("age", "income", "visits", "distance"), ("city", "channel"), ("member",)


# The healthy model, and data that it suits


def customers(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Who renews a contract: a logistic model, so that a logistic regression is right."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, rows),
            "income": rng.lognormal(3, 0.4, rows).round(2),
            "visits": rng.poisson(20, rows),
            "distance": rng.gamma(4, 3, rows).round(2),
            "city": rng.choice(CITIES, rows, p=SHARES),
            "channel": rng.choice(["web", "app", "phone"], rows, p=[0.5, 0.3, 0.2]),
            "member": rng.random(rows) < 0.4,
        }
    )
    score = (
        0.4 * (frame.visits - 20)
        + 0.15 * (frame.income - 22)
        - 0.3 * (frame.distance - 12)
        + 0.02 * (frame.age - 49)
        + frame.channel.map({"web": 0.0, "app": 0.6, "phone": -0.6})
        + frame.member * 0.1
    )
    renews = rng.random(rows) < 1 / (1 + np.exp(-score))
    return frame, np.where(renews, "yes", "no")


class Careful:
    """A logistic regression that takes what comes.

    It picks its columns by name, reads numbers from text, fills in what is empty, clips to what it
    knows, reads words in small letters, and takes an unknown one for none.
    """

    def fit(self, frame, labels):
        known = frame[list(NUMBERS)]
        self._middle, self._low, self._high = known.median(), known.min(), known.max()
        self._spread = known.std()
        self._words = {name: sorted(frame[name].unique()) for name in WORDS}
        self._regression = LogisticRegression().fit(self._matrix(frame), labels)
        self.classes_ = self._regression.classes_
        return self

    def predict_proba(self, frame):
        return self._regression.predict_proba(self._matrix(frame))

    def _matrix(self, frame):
        parts = [self._number(frame, name) for name in NUMBERS]
        for name in WORDS:
            written = frame[name].astype(str).str.strip().str.lower()
            parts += [(written == word).to_numpy(dtype=float) for word in self._words[name]]
        parts += [(frame[name].astype(str) == "True").to_numpy(dtype=float) for name in FLAGS]
        return np.column_stack(parts)

    def _number(self, frame, name):
        values = pd.to_numeric(frame[name], errors="coerce").astype(float)
        values = values.fillna(self._middle[name]).clip(self._low[name], self._high[name])
        return ((values - self._middle[name]) / self._spread[name]).to_numpy()


@cache
def healthy(rows: int = ROWS, seed: int = 0) -> Context:
    frame, labels = customers(rows, seed)
    old, new = slice(0, 2 * rows // 3), slice(2 * rows // 3, rows)
    model = Careful().fit(frame[old], labels[old])
    return Context(
        reference=Table(frame[old].reset_index(drop=True), labels[old]),
        evaluation=Table(frame[new].reset_index(drop=True), labels[new]),
        model=Fitted(model),
        seed=seed,
        protected=("member",),
    )


@cache
def on_the_healthy(name: str, rows: int = ROWS, seed: int = 0) -> Result:
    return run_test(catalogue.all_tests()[name], healthy(rows, seed))


# Weak models: a thin wrapper each


class Wrapped:
    """Asks a model, and does what is planted to the rows before, or to the answers after."""

    def __init__(self, model, before=None, after=None):
        self.classes = model.classes
        self.classes_ = np.array(model.classes)
        self._model, self._before, self._after = model, before, after

    def predict_proba(self, frame):
        if self._before:
            frame = self._before(frame)
        answer = self._model.predict_proba(frame)
        return self._after(frame, answer) if self._after else answer


def model_that(before=None, after=None) -> Callable[[Context], Context]:
    return lambda whole: replace(whole, model=Fitted(Wrapped(whole.model, before, after)))


def refuses(what: Callable[[pd.DataFrame], bool]) -> Callable[[Context], Context]:
    def before(frame):
        if what(frame):
            raise ValueError("input that I cannot take")
        return frame

    return model_that(before)


def has_text_for_numbers(frame):
    return not all(pd.api.types.is_numeric_dtype(frame[name]) for name in NUMBERS)


def turned(which: Callable[[pd.DataFrame], pd.Series]) -> Callable[[Context], Context]:
    """A model that answers the opposite where it should not."""
    return model_that(
        after=lambda frame, answer: np.where(
            which(frame).to_numpy(dtype=bool)[:, None], answer[:, ::-1], answer
        )
    )


def is_far_off(frame):
    return pd.to_numeric(frame.income, errors="coerce") > 400


def is_written_otherwise(frame):
    known = frame.city.isna() | (frame.city.astype(str) == frame.city.astype(str).str.lower())
    return ~known


def moved_by(shift: Callable[[pd.DataFrame], np.ndarray]) -> Callable[[Context], Context]:
    """A model whose logit of "yes" is moved by something that should not matter."""

    def after(frame, answer):
        logit = np.log(answer[:, 1] / answer[:, 0]) + shift(frame)
        yes = 1 / (1 + np.exp(-logit))
        return np.column_stack([1 - yes, yes])

    return model_that(after=after)


def of_the_row_before(frame):
    return np.roll(pd.to_numeric(frame.visits, errors="coerce").fillna(20).to_numpy(), 1) / 5 - 4


def over_the_batch(frame):
    income = pd.to_numeric(frame.income, errors="coerce").fillna(0)
    return 2 * (income - income.mean()).to_numpy() / (income.std(ddof=0) + 1e-9)


def by_position(frame):
    first = pd.to_numeric(frame.iloc[:, 0], errors="coerce").fillna(0)
    return (first.to_numpy() - 49) / 10


# Weak data


def evaluation(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Context], Context]:
    def planted(whole):
        table = whole.evaluation
        return replace(whole, evaluation=replace(table, frame=change(table.frame.copy())))

    return planted


def both(
    change: Callable[[pd.DataFrame, np.ndarray], pd.DataFrame],
) -> Callable[[Context], Context]:
    def planted(whole):
        tables = [
            replace(table, frame=change(table.frame.copy(), table.labels))
            for table in (whole.reference, whole.evaluation)
        ]
        return replace(whole, reference=tables[0], evaluation=tables[1])

    return planted


def with_a_leak(frame, labels):
    """Somebody joined what is only known afterwards; one row of fifty is wrong."""
    wrong = np.arange(len(labels)) % 50 == 0
    return frame.assign(refund=((labels == "yes") != wrong).astype(int))


def with_a_proxy(frame, labels):
    card = np.where(frame.member, "gold", "none")
    return frame.assign(card=np.where(np.arange(len(frame)) % 20 == 0, "none", card))


def with_flipped_labels(whole):
    labels = whole.reference.labels.copy()
    flipped = np.random.default_rng(1).random(len(labels)) < 0.08
    labels[flipped] = np.where(labels[flipped] == "yes", "no", "yes")
    return replace(whole, reference=replace(whole.reference, labels=labels))


def with_copied_rows(whole):
    """One evaluation row of ten is one of the reference data."""
    frame, labels = whole.evaluation.frame.copy(), whole.evaluation.labels.copy()
    copied = len(frame) // 10
    frame.iloc[:copied] = whole.reference.frame.iloc[:copied]
    labels[:copied] = whole.reference.labels[:copied]
    return replace(whole, evaluation=Table(frame, labels))


def with_nearly_copied_rows(whole):
    copied = with_copied_rows(whole)
    frame = copied.evaluation.frame
    noise = np.random.default_rng(1).normal(0, 0.01, (2, len(frame)))
    frame = frame.assign(income=frame.income + noise[0], distance=frame.distance + noise[1])
    return replace(copied, evaluation=Table(frame, copied.evaluation.labels))


def with_a_file_loaded_twice(whole):
    table = whole.evaluation
    twice = np.r_[np.arange(len(table)), np.arange(len(table) // 4)]
    frame = table.frame.iloc[twice].reset_index(drop=True)
    return replace(whole, evaluation=Table(frame, table.labels[twice]))


def with_fewer_of_a_class(whole):
    table = whole.evaluation
    kept = np.flatnonzero((table.labels == "no") | (np.arange(len(table)) % 3 == 0))
    frame = table.frame.iloc[kept].reset_index(drop=True)
    return replace(whole, evaluation=Table(frame, table.labels[kept]))


def shuffled_against_the_rest(frame):
    """A join that mixed up rows: each column looks as before."""
    frame["age"] = np.sort(frame.age.to_numpy())
    frame["income"] = np.sort(frame.income.to_numpy())
    return frame


def emptied(frame):
    frame["income"] = frame.income.where(np.arange(len(frame)) % 8 != 0)
    return frame


@dataclass(frozen=True)
class Weakness:
    """A weakness in a sentence, how to plant it, and the tests each of which must find it."""

    told: str
    plant: Callable[[Context], Context]
    found_by: tuple[str, ...]
    rows: int = ROWS


WEAKNESSES = (
    Weakness(
        "The model refuses empty values",
        refuses(lambda frame: frame.isna().any(axis=None)),
        ("null",),
    ),
    Weakness(
        "The model refuses a category that it does not know",
        refuses(lambda frame: not frame.city.dropna().str.strip().str.lower().isin(CITIES).all()),
        ("unseen_category",),
    ),
    Weakness(
        "The model answers the opposite for names in capitals",
        turned(is_written_otherwise),
        ("capitalisation",),
    ),
    Weakness(
        "The model answers the opposite far beyond what it knows",
        turned(is_far_off),
        ("numeric_outlier",),
    ),
    Weakness(
        "The model refuses values out of range",
        refuses(lambda frame: (pd.to_numeric(frame.age, errors="coerce") > 100).any()),
        ("out_of_range_value", "numeric_outlier"),
    ),
    Weakness(
        "The model refuses numbers that are written as text",
        refuses(has_text_for_numbers),
        ("type_change",),
    ),
    Weakness(
        "The model refuses empty text",
        refuses(lambda frame: (frame.channel == "").any()),
        ("empty_string",),
    ),
    Weakness(
        "The model errs in a slice of 3 % of the rows",
        turned(lambda frame: frame.city == "faro"),
        ("subset_accuracy",),
        rows=MANY,
    ),
    Weakness(
        "An answer depends on the other rows of the batch",
        moved_by(over_the_batch),
        ("one_row_against_a_batch",),
    ),
    Weakness(
        "An answer depends on the row before it",
        moved_by(of_the_row_before),
        ("row_order", "one_row_against_a_batch"),
    ),
    Weakness(
        "The model picks its columns by position",
        moved_by(by_position),
        ("column_order",),
    ),
    Weakness(
        "The model refuses a column that it does not know",
        refuses(lambda frame: len(frame.columns) > 7),
        ("extra_column",),
    ),
    Weakness(
        "An answer is a matter of chance",
        moved_by(lambda frame: np.random.default_rng().normal(size=len(frame))),
        ("determinism",),
    ),
    Weakness(
        "The model says yes to members far more rarely",
        moved_by(lambda frame: -2.0 * (frame.member.astype(str) == "True").to_numpy()),
        ("demographic_parity", "equalised_odds", "equal_opportunity"),
    ),
    Weakness(
        "A column tells who is a member",
        both(with_a_proxy),
        ("protected_proxy",),
    ),
    Weakness(
        "A column is only known once the label is: a leak",
        both(with_a_leak),
        ("label_leak",),
    ),
    Weakness(
        "8 % of the labels of the reference data are flipped",
        with_flipped_labels,
        ("flipped_labels",),
    ),
    Weakness(
        "One column has drifted by half its deviation",
        evaluation(lambda frame: frame.assign(distance=frame.distance + 3)),
        ("feature_drift",),
    ),
    Weakness(
        "A category came up that was not there before",
        evaluation(lambda frame: frame.assign(channel=frame.channel.replace("phone", "chat"))),
        ("feature_drift",),
    ),
    Weakness(
        "A class has become rarer",
        with_fewer_of_a_class,
        ("label_drift",),
    ),
    Weakness(
        "A counter counts half as much again",
        evaluation(lambda frame: frame.assign(visits=frame.visits * 3 // 2)),
        ("feature_drift", "prediction_drift"),
    ),
    Weakness(
        "One value of eight got lost in a column",
        evaluation(emptied),
        ("null_drift",),
    ),
    Weakness(
        "A join has mixed up rows",
        evaluation(shuffled_against_the_rest),
        ("correlation_drift",),
    ),
    Weakness(
        "A column is missing",
        evaluation(lambda frame: frame.drop(columns="age")),
        ("missing_columns",),
    ),
    Weakness(
        "A part of the file was loaded twice",
        with_a_file_loaded_twice,
        ("duplicate_rows",),
    ),
    Weakness(
        "One evaluation row of ten is in the reference data too",
        with_copied_rows,
        ("exact_matches",),
    ),
    Weakness(
        "One evaluation row of ten is a reference row with a little noise",
        with_nearly_copied_rows,
        ("near_matches",),
    ),
)
BY_TEST = [(weakness, name) for weakness in WEAKNESSES for name in weakness.found_by]


def _id(value):
    return value.told if isinstance(value, Weakness) else value


@cache
def _planted(weakness: Weakness) -> Context:
    return weakness.plant(healthy(weakness.rows))


@pytest.mark.parametrize(("weakness", "name"), BY_TEST, ids=_id)
def test_a_weakness_that_is_planted_is_found(weakness, name):
    found = run_test(catalogue.all_tests()[name], _planted(weakness))

    assert found.severity >= Severity.MEDIUM, str(found)


@pytest.mark.parametrize(("weakness", "name"), BY_TEST, ids=_id)
def test_the_same_test_is_content_with_the_healthy_model(weakness, name):
    found = on_the_healthy(name, weakness.rows)

    assert found.severity < Severity.MEDIUM, str(found)
    assert found.cases


@pytest.mark.parametrize("category", catalogue.CATEGORIES)
def test_a_healthy_model_shows_no_high(category):
    for test in catalogue.tests_of(category):
        found = on_the_healthy(test.name)

        assert found.severity < Severity.HIGH, str(found)


def test_the_docs_tell_each_weakness_and_what_finds_it():
    docs = (Path(__file__).parents[2] / "docs" / "stress.md").read_text()
    told = [line.split(" | ")[:2] for line in docs.splitlines() if line.startswith("| ")]

    for weakness in WEAKNESSES:
        names = ", ".join(f"`{name}`" for name in weakness.found_by)
        assert [f"| {weakness.told}", names] in told
