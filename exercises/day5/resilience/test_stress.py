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
    raise NotImplementedError


@pytest.fixture(scope="module")
def context(older, newer):
    """What a stress test needs: both tables and the model, in this process."""
    return stress.Context(
        reference=stress.Table(older.drop(columns=TARGET), older[TARGET].to_numpy()),
        evaluation=stress.Table(newer.drop(columns=TARGET), newer[TARGET].to_numpy()),
        model=stress.Fitted(card_model.trained()),
    )


def names(category):
    """The names of a category's tests."""
    return [test.name for test in stress.tests_of(category)]


def fraud(*transactions):
    """How probable the model says that fraud is, for each transaction."""
    return card_model.predict_df(pd.DataFrame(transactions))


# What the model does


def test_the_model_withstands_whatever_comes_in(context):
    """Values out of range, empty or of another type, unknown words, capitals: nothing is bad."""
    raise NotImplementedError


def test_each_transaction_is_judged_by_itself(context):
    """Neither the rest of the batch, nor the order, nor chance has a say in an answer."""
    raise NotImplementedError


def test_columns_are_found_by_name(context):
    """Columns in another order, or one more of them, make no difference."""
    raise NotImplementedError


# What the SDK finds in the data


def test_no_part_of_the_transactions_is_answered_much_worse(severities):
    """On each slice of the newer transactions, the model is about as good as on all of them."""
    raise NotImplementedError


def test_the_newer_transactions_are_like_the_older_ones(severities):
    """Neither columns nor labels nor predictions have drifted since the training."""
    raise NotImplementedError


def test_the_data_can_be_trusted(severities):
    """Nothing gives the label away, no labels are flipped, no newer row is an older one again."""
    raise NotImplementedError


# What only you know


def test_paying_more_is_never_less_suspicious(context):
    """Your own stress test finds nothing of medium severity or worse."""
    raise NotImplementedError


def test_what_was_found_once_does_not_come_back():
    """Findings of earlier runs, each as two transactions that have to be answered alike."""
    raise NotImplementedError
