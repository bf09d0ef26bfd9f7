"""Test how a trained model behaves, and not only how often it is right.

A model that is right in 86 of 100 points may be so for wrong reasons: by the order of the columns,
by the company that a point came in, by a flag that it has got wrong ever since. Software has a
specification to test against. A model has none; but much is known about each answer all the same:

- **Invariance**: what must make no difference. A point is a point, whoever stands beside it in the
  table, and whether its speed is written 30 or 30.0. And the features are listed in
  src/train/features/__init__.py: what is no feature has no say.
- **Direction**: what must make a difference, and which way. The datasets are simulations, so that
  the truth can be read: data/README.md and data/tennis_points/README.md promise it for tennis,
  data/credit_card_transactions/generate.py has it in its first 30 lines for transactions. Ask about
  many, change one thing in all of them, and compare the means.
- **Minimum functionality**: points so easy that a model which gets them wrong knows nothing.
- **Slices**: parts of the data, none of which may be far worse than the whole. Where there are only
  a few rows, chance decides how good they look; leave those alone.

Two small models are trained here, once, and asked as the API asks a model in production: by a
`Predictor`. The docstrings of src/train/ and src/predict/ tell what is promised of them. Other
models are as good: another seed, another algorithm. Your tests have to pass on those too, so expect
no number that you have only seen.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from src.config import Settings
from src.predict.predictor import Predictor
from src.train.dataset import load, split
from src.train.pipeline import build_pipeline

TENNIS, CARDS = "tennis_points", "credit_card_transactions"
ROWS = {TENNIS: 2_000, CARDS: 5_000}  # to train with
FOREST = {"n_estimators": 15, "max_depth": 10}
SEED = 5


class Trained:
    """A forest in production, trained on a part of a dataset, and the rows that were held out.

    Attributes:
        rows: The rows that were held out.
        truth: What they ended in, from the dataset's file.
    """

    def __init__(self, dataset):
        self.dataset = dataset
        settings = Settings.from_env()
        data = load(dataset, settings)
        splits = split(data, SEED)
        self.fitted = build_pipeline(data.schema, seed=SEED, parameters=FOREST)
        self.fitted.fit(splits.X_train[: ROWS[dataset]], splits.y_train[: ROWS[dataset]])
        self.rows = splits.X_test
        file = pd.read_parquet(settings.data_dir / dataset / f"{dataset}.parquet")
        self.truth = file.loc[self.rows.index, data.schema.target]
        self.predictor = Predictor(self)

    def production(self, dataset, model):
        """Answer which version is in production, as a registry does."""
        return SimpleNamespace(model_id="the only one")

    def load(self, dataset, model, model_id):
        """Answer the fitted pipeline of a version, as a registry does."""
        return self.fitted

    def classes(self, rows):
        """The class of each row, in a list."""
        return self.predictor.answer(rows, "predict", self.dataset).predictions

    def probabilities(self, rows):
        """The probability of each class: a frame of one row for each, in their order."""
        return pd.DataFrame(self.predictor.answer(rows, "predict_proba", self.dataset).predictions)


@pytest.fixture(scope="module")
def tennis():
    """The outcomes of points: W, FE or UE."""
    return Trained(TENNIS)


@pytest.fixture(scope="module")
def cards():
    """Which transactions are fraud, 1 or 0; as names of probabilities, "1" and "0"."""
    return Trained(CARDS)


POINT = {  # a forehand from the baseline, in time, that lands well inside
    "rally": 5,
    "serve": 1,
    "hitpoint": "F",
    "speed": 30.0,
    "net_clearance": 0.7,
    "distance_from_sideline": 0.8,
    "depth": 1.5,
    "outside_sideline": False,
    "outside_baseline": False,
    "player_distance_travelled": 2.0,
    "player_impact_depth": 12.5,
    "player_impact_distance_from_center": 2.2,
    "player_depth": 12.5,
    "player_distance_from_center": 0.3,
    "previous_speed": 27.0,
    "previous_net_clearance": 0.9,
    "previous_distance_from_sideline": 1.5,
    "previous_depth": 3.0,
    "opponent_depth": 13.0,
    "opponent_distance_from_center": 2.0,
    "same_side": True,
    "previous_hitpoint": "F",
    "previous_time_to_net": 0.55,
    "server_is_impact_player": True,
}
SPRINT = {  # instead: from behind the baseline to a drop shot, which is reached at the last moment
    "hitpoint": "B",
    "speed": 13.0,
    "net_clearance": 1.2,
    "player_distance_travelled": 9.0,
    "player_impact_depth": 6.0,
    "player_impact_distance_from_center": 2.4,
    "player_depth": 14.2,
    "player_distance_from_center": 0.5,
    "previous_speed": 28.0,
    "previous_depth": 8.0,
    "previous_hitpoint": "V",
    "previous_time_to_net": 0.15,
    "opponent_depth": 4.0,
}
STANDING = {  # instead: the ball comes to the player
    "player_distance_travelled": 0.0,
    "player_impact_distance_from_center": 0.3,
}
NETTED = {"net_clearance": -0.5, "depth": 12.6}
LONG = {"outside_baseline": True}
WIDE = {"outside_sideline": True}
AT_NET = {
    "hitpoint": "V",
    "speed": 22.0,
    "player_depth": 3.4,
    "player_impact_depth": 2.9,
    "player_distance_travelled": 2.1,
}

SHOPPING = {  # at the supermarket round the corner
    "amount": 24.5,
    "amount_to_usual": 0.7,
    "hour": 14,
    "weekend": False,
    "merchant_category": "groceries",
    "entry_mode": "contactless",
    "card_present": True,
    "distance_from_home": 1.5,
    "foreign_currency": False,
    "hours_since_previous": 30.0,
    "transactions_last_day": 1,
    "account_age": 2_000,
}
SPREE = {  # instead: all that is odd, at once
    "amount": 560.0,
    "amount_to_usual": 16.0,
    "hour": 2,
    "merchant_category": "electronics",
    "entry_mode": "online",
    "card_present": False,
    "distance_from_home": 0.0,
    "foreign_currency": True,
    "hours_since_previous": 0.4,
    "transactions_last_day": 8,
}

TO_WITHIN = 1e-9
FEWEST = 50  # rows of a slice: of fewer, chance makes a good one or a bad one
MARGIN = 0.15  # that a slice's accuracy may be below that of the whole


def assert_same(actual, expected):
    """Hold two frames of probabilities equal, as exactly as is promised."""
    pd.testing.assert_frame_equal(
        actual.reset_index(drop=True),
        expected.reset_index(drop=True),
        check_like=True,
        rtol=0,
        atol=TO_WITHIN,
    )


def straight_line(rows):
    """How far it was from where each player stood to where they hit the ball, at least."""
    return np.hypot(
        rows["player_impact_depth"] - rows["player_depth"],
        rows["player_impact_distance_from_center"] - rows["player_distance_from_center"],
    )


# Invariance: what must make no difference


def test_the_order_of_the_columns_makes_no_difference(tennis):
    """Backwards or by name: columns in any order get the same probabilities."""
    rows = tennis.rows[:100]
    expected = tennis.probabilities(rows)

    for order in (rows.columns[::-1], sorted(rows.columns)):
        assert_same(tennis.probabilities(rows[order]), expected)


def test_the_order_of_the_points_makes_no_difference(tennis):
    """Points in another order get the same probabilities, each its own."""
    rows = tennis.rows[:100]
    order = np.random.default_rng(SEED).permutation(len(rows))

    assert_same(tennis.probabilities(rows.iloc[order]), tennis.probabilities(rows).iloc[order])


def test_a_point_alone_is_answered_as_in_company(tennis):
    """Each of some points gets alone what it gets among others; there may be one of them twice."""
    company = pd.concat([tennis.rows[:10], tennis.rows[:2]])
    together = tennis.probabilities(company)

    alone = [tennis.probabilities(company[place : place + 1]) for place in range(len(company))]

    assert_same(pd.concat(alone), together)


def test_who_asks_again_gets_the_same_answer(tennis):
    """Asked again after others, points get the same; and what the others got was not theirs."""
    rows, others = tennis.rows[:20], tennis.rows[20:40]
    before, of_others = tennis.probabilities(rows), tennis.probabilities(others)

    assert_same(tennis.probabilities(rows), before)
    assert_same(tennis.probabilities(others), of_others)
    assert_same(tennis.probabilities(tennis.rows[:40]), pd.concat([before, of_others]))


@pytest.mark.parametrize(
    "written",
    [
        lambda rows: rows.astype(dict.fromkeys(rows.select_dtypes("float"), "int64")),
        lambda rows: rows.astype(dict.fromkeys(rows.select_dtypes("int64"), "float64")),
        lambda rows: rows.to_dict("records"),
        lambda rows: rows.set_axis(range(7_000, 7_000 + len(rows))),
    ],
    ids=["as whole numbers", "as floats", "as records", "under another index"],
)
def test_a_point_in_another_form_is_the_same_point(tennis, written):
    """Whole numbers as int or float, a table or a list of dictionaries, any index: all the same."""
    rows = tennis.rows[:100].round()

    assert_same(tennis.probabilities(written(rows)), tennis.probabilities(rows))


@pytest.mark.parametrize(
    "other",
    [
        {"point_id": range(900, 800, -1)},
        {"comment": "great rally"},
        {"rally": 40, "server_is_impact_player": False},
        {"serve": 2, "opponent_depth": 3.0, "opponent_distance_from_center": 0.0},
    ],
    ids=["an id", "a comment", "the server", "the opponent"],
)
def test_what_is_no_feature_makes_no_difference(tennis, other):
    """A column that nobody asked for, or one that is no feature: the probabilities are the same."""
    rows = tennis.rows[:100]

    assert_same(tennis.probabilities(rows.assign(**other)), tennis.probabilities(rows))


# Direction: what must make a difference, and which


@pytest.mark.parametrize("flag", ["outside_sideline", "outside_baseline"])
def test_a_ball_that_is_out_is_no_winner(tennis, flag):
    """Winners that land out instead, beside or behind: hardly any of them is likely a winner."""
    winners = tennis.rows[tennis.truth == "W"][:100]

    out = tennis.probabilities(winners.assign(**{flag: True}))

    assert tennis.probabilities(winners)["W"].mean() > 0.5
    assert out["W"].mean() < 0.2


@pytest.mark.parametrize(
    "harder",
    [
        lambda rows: {
            "player_distance_travelled": rows["player_distance_travelled"] + 5,
            "player_depth": rows["player_impact_depth"] + straight_line(rows) + 5,
            "player_distance_from_center": rows["player_impact_distance_from_center"],
        },
        lambda rows: {"previous_time_to_net": rows["previous_time_to_net"] / 2},
    ],
    ids=["from farther away", "less time"],
)
def test_pressure_makes_an_error_a_forced_one(tennis, harder):
    """Errors by who came from farther away, or had less time: likelier to be forced, on average."""
    errors = tennis.rows[tennis.truth != "W"][:300]

    after = tennis.probabilities(errors.assign(**harder(errors)))

    assert after["FE"].mean() > tennis.probabilities(errors)["FE"].mean() + 0.03


@pytest.mark.parametrize(
    "odd",
    [
        lambda rows: {name: rows[name] * 6 for name in ("amount", "amount_to_usual")},
        lambda rows: {"hour": 2},
        lambda rows: {"hours_since_previous": 0.5, "transactions_last_day": 8},
        lambda rows: {"foreign_currency": True},
    ],
    ids=["six times as much", "at night", "soon after others", "abroad"],
)
def test_what_is_odd_is_likelier_a_fraud(cards, odd):
    """Of six times the amount, at night, after many others, abroad: more suspicious on average."""
    rows = cards.rows[:500].assign(foreign_currency=False, hour=14)

    after = cards.probabilities(rows.assign(**odd(rows)))

    assert after["1"].mean() > 1.2 * cards.probabilities(rows)["1"].mean()


# Minimum functionality: what everybody knows


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "W"),
        (AT_NET, "W"),
        ({"net_clearance": -0.946}, "W"),
        ({"depth": 0.0}, "W"),
        (STANDING, "W"),
        (STANDING | LONG, "UE"),
        (STANDING | WIDE, "UE"),
        (STANDING | NETTED, "UE"),
        (SPRINT | LONG, "FE"),
        (SPRINT | WIDE, "FE"),
        (SPRINT | NETTED, "FE"),
    ],
    ids=[
        "into the corner",
        "put away at the net",
        "a stuck sensor",
        "on the baseline",
        "without a step",
        "long without a step",
        "wide without a step",
        "netted without a step",
        "long after a sprint",
        "wide after a sprint",
        "netted after a sprint",
    ],
)
def test_an_obvious_point_is_seen(tennis, change, outcome):
    """Points as clear as can be, made by hand: each gets its outcome."""
    assert tennis.classes([POINT | change]) == [outcome]


@pytest.mark.parametrize(
    ("transaction", "fraud"), [(SHOPPING, 0), (SHOPPING | SPREE, 1)], ids=["shopping", "a spree"]
)
def test_an_obvious_transaction_is_seen(cards, transaction, fraud):
    """Nobody's fraud, and everybody's: each is seen."""
    assert cards.classes([transaction]) == [fraud]


# Slices: no part far worse than the whole


@pytest.mark.parametrize("column", ["hitpoint", "previous_hitpoint", "serve", "same_side"])
def test_no_slice_is_far_worse_than_the_whole(tennis, column):
    """The accuracy of each value's rows is not far below that of all; but for slices too small."""
    right = pd.Series(tennis.classes(tennis.rows) == tennis.truth, index=tennis.rows.index)
    slices = right.groupby(tennis.rows[column]).agg(["mean", "size"])

    judged = slices[slices["size"] >= FEWEST]["mean"]

    assert len(judged) > 1
    assert judged.min() > right.mean() - MARGIN


def test_no_outcome_is_forgotten(tennis):
    """Of the points of each outcome, the model finds a good part."""
    found = pd.Series(tennis.classes(tennis.rows) == tennis.truth)

    assert found.groupby(tennis.truth).mean().min() > 0.4
