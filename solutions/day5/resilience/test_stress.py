"""Put a model under stress: whatever comes in, it has to answer, and to go on being right.

The model is `card_model.py`, beside this file; its docstring says what it promises. Nobody can
write a test for each thing that may ever come in. A stress test tries many of them: each of its
tests evaluates the model's resilience with regard to one vulnerability, and grades what it saw as
none, low, medium or high. docs/stress.md tells the six steps of the SDK, and what can be
configured.

Begin with the model in this process: `context` has all that a stress test needs, and pytest runs
the tests of the catalogue one by one. Expect nothing of medium severity or worse. Then take the
six steps of the SDK in the fixture `severities`, and read what the run found about the data. Last,
write a stress test of your own, for a promise that no catalogue can know, and keep what was once
found from ever coming back.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from exercises.day5.resilience import card_model
from src import stress

MODEL = Path(card_model.__file__)
TARGET = card_model.TARGET
CATEGORIES = ["Subset performance", "Drift", "Data cleanliness", "Data poisoning"]
BY_ITSELF = ["determinism", "row_order", "one_row_against_a_batch"]
BY_NAME = ["column_order", "extra_column"]

LATE_PURCHASE = {
    "amount": 289.0,
    "amount_to_usual": 4.8,
    "hour": 22,
    "weekend": False,
    "merchant_category": "groceries",
    "entry_mode": "online",
    "card_present": False,
    "distance_from_home": 0.0,
    "foreign_currency": False,
    "hours_since_previous": 3.4,
    "transactions_last_day": 4,
    "account_age": 1600,
}


@pytest.fixture(scope="module")
def older():
    """The transactions that the model is trained on, with what became of them."""
    return card_model.older_and_newer()[0]


@pytest.fixture(scope="module")
def newer():
    """The transactions that came after them."""
    return card_model.older_and_newer()[1]


@pytest.fixture(scope="module")
def severities(older, newer, tmp_path_factory):
    """The severity of each test of a run that the SDK made, by the name of the test."""
    folder = tmp_path_factory.mktemp("stress")
    older.to_parquet(folder / "older.parquet")
    newer.to_parquet(folder / "newer.parquet")
    client = stress.Client(folder / "store")
    project = client.create_project(
        name="cards",
        description="Which card transactions are fraud",
        model_task="MODEL_TASK_BINARY_CLASSIFICATION",
    )
    data = {
        name: project.register_dataset(
            name=name, data_config={"path": f"{folder / name}.parquet", "label_col": TARGET}
        )
        for name in ("older", "newer")
    }
    model_id = project.register_model(
        name="card model", model_config={"path": str(MODEL), "classes": [0, 1]}
    )
    configuration = {
        "run_name": "before the release",
        "data_info": {"ref_dataset_id": data["older"], "eval_dataset_id": data["newer"]},
        "model_id": model_id,
        "categories": CATEGORIES,
    }
    job = client.start_stress_test(configuration, project_id=project.id, background=False)
    found = job.get_result_df()
    return dict(zip(found["test"], found["severity"], strict=True))


@pytest.fixture(scope="module")
def context(older, newer):
    """What a stress test needs: both tables and the model, in this process."""
    return stress.Context(
        reference=stress.Table(older.drop(columns=TARGET), older[TARGET].to_numpy()),
        evaluation=stress.Table(newer.drop(columns=TARGET), newer[TARGET].to_numpy()),
        model=stress.Fitted(card_model.trained()),
    )


def bad(severities, tests):
    """The tests that found something of medium severity or worse, with their severities."""
    return {name: severities[name] for name in tests if severities[name] in ("medium", "high")}


def names(category):
    """The names of a category's tests."""
    return [test.name for test in stress.tests_of(category)]


def transformations(chosen=None):
    """The tests that have these names, or those that nobody else has chosen."""
    tests = stress.tests_of("transformations")
    others = [*BY_ITSELF, *BY_NAME]
    return [test for test in tests if (test.name in chosen if chosen else test.name not in others)]


def fraud(*transactions):
    """How probable the model says that fraud is, for each transaction."""
    return card_model.predict_df(pd.DataFrame(transactions))


# What the model does


@pytest.mark.parametrize("test", transformations(), ids=str)
def test_the_model_withstands_whatever_comes_in(test, context):
    """Values out of range, empty or of another type, unknown words, capitals: nothing is bad."""
    result = stress.run_test(test, context)

    assert result.severity < stress.Severity.MEDIUM, str(result)


@pytest.mark.parametrize("test", transformations(BY_ITSELF), ids=str)
def test_each_transaction_is_judged_by_itself(test, context):
    """Neither the rest of the batch, nor the order, nor chance has a say in an answer."""
    result = stress.run_test(test, context)

    assert result.severity < stress.Severity.MEDIUM, str(result)


@pytest.mark.parametrize("test", transformations(BY_NAME), ids=str)
def test_columns_are_found_by_name(test, context):
    """Columns in another order, or one more of them, make no difference."""
    result = stress.run_test(test, context)

    assert result.severity < stress.Severity.MEDIUM, str(result)


# What the SDK finds in the data


def test_no_part_of_the_transactions_is_answered_much_worse(severities):
    """On each slice of the newer transactions, the model is about as good as on all of them."""
    assert bad(severities, names("subset_performance")) == {}


def test_the_newer_transactions_are_like_the_older_ones(severities):
    """Neither columns nor labels nor predictions have drifted since the training."""
    assert bad(severities, names("drift")) == {}


def test_the_data_can_be_trusted(severities):
    """Nothing gives the label away, no labels are flipped, no newer row is an older one again."""
    assert bad(severities, [*names("data_cleanliness"), *names("data_poisoning")]) == {}


# What only you know


@stress.stress_test(
    name="paying_more",
    vulnerability="A thief who takes more gets by more easily.",
    does="Doubles what is paid over the usual, and looks whether fraud gets less probable.",
    measure="share of transactions for which fraud gets less probable",
    advice="Constrain the model: fraud must not get less probable as amount_to_usual rises.",
    thresholds=(0.001, 0.01, 0.1),
)
def paying_more(context, options):
    """Answer in which part of the sample fraud gets less probable where more is paid."""
    before = context.sample_probabilities[:, 1]
    dearer = context.sample_frame.assign(amount_to_usual=lambda df: df["amount_to_usual"] * 2)
    return float(np.mean(context.model.predict_proba(dearer)[:, 1] < before - 1e-9))


def test_paying_more_is_never_less_suspicious(context):
    """Your own stress test finds nothing of medium severity or worse."""
    result = stress.run_test(paying_more, context)

    assert result.severity < stress.Severity.MEDIUM, str(result)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"entry_mode": "chip"}, {"entry_mode": "CHIP"}, id="the new terminal"),
        pytest.param({"entry_mode": "chip"}, {"entry_mode": "chip    "}, id="words of ten letters"),
        pytest.param({"foreign_currency": False}, {"foreign_currency": "False"}, id="flags"),
        pytest.param({"amount_to_usual": 4.8}, {"amount_to_usual": "4.8"}, id="the export to CSV"),
        pytest.param({"account_age": 36_500}, {"account_age": 999_999}, id="no age is all nines"),
    ],
)
def test_what_was_found_once_does_not_come_back(first, second):
    """Findings of earlier runs, each as two transactions that have to be answered alike."""
    [one] = fraud(LATE_PURCHASE | first)
    [other] = fraud(LATE_PURCHASE | second)

    assert other == pytest.approx(one)
