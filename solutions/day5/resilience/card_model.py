"""A model of card fraud that takes transactions as they come; given: it is what you test.

Who pays at a till waits for its answer, so it answers whatever comes in:

- A number beyond all that it was trained on counts as the nearest one that it knows, a missing one
  as the usual one, and a number that arrives as text is that number.
- Capitals and spaces around a word make no difference. A word that it does not know, or none, says
  nothing: fraud is as probable as on average over the words that it knows.
- Columns are found by name: neither their order nor any other column matters.
- Each transaction is judged by itself: neither the others that come with it nor their order matter,
  and the same transaction gets the same answer each time.
- The more a customer pays over what is usual for them, the more probable is fraud, never less.
"""

from functools import cache

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

from src.config import Settings
from src.train.dataset import load

DATASET, TARGET = "credit_card_transactions", "is_fraud"
NUMBERS = [
    "amount",
    "amount_to_usual",
    "hour",
    "distance_from_home",
    "hours_since_previous",
    "transactions_last_day",
    "account_age",
]
FLAGS = ["weekend", "card_present", "foreign_currency"]
WORDS = ["merchant_category", "entry_mode"]
RISING = ["amount_to_usual"]

OLDER = 16_000  # transactions that it is trained on; the newer ones are there to test it


def older_and_newer() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answer the transactions that the model is trained on, and those that came after them."""
    transactions = load(DATASET, Settings.from_env()).frame.drop(columns="transaction_id")
    return transactions.iloc[:OLDER], transactions.iloc[OLDER:].reset_index(drop=True)


def predict_df(df: pd.DataFrame) -> np.ndarray:
    """Answer how probable fraud is for each transaction, shaped (rows,)."""
    return trained().predict_proba(df)[:, 1]


@cache
def trained() -> "CardModel":
    """Answer the model, trained on the older transactions."""
    older, _ = older_and_newer()
    return CardModel().fit(older.drop(columns=TARGET), older[TARGET])


class CardModel:
    """Tells how probable fraud is."""

    classes_ = np.array([0, 1])

    def fit(self, transactions: pd.DataFrame, is_fraud: pd.Series) -> "CardModel":
        """Learn from transactions, and from what became of them."""
        numbers = transactions[NUMBERS]
        self.lowest, self.highest, self.usual = numbers.min(), numbers.max(), numbers.median()
        self.risks = {word: is_fraud.groupby(transactions[word]).mean().to_dict() for word in WORDS}
        self.average = {word: float(np.mean([*self.risks[word].values()])) for word in WORDS}
        names = NUMBERS + FLAGS + WORDS
        rising = [int(name in RISING) for name in names]
        self.estimator = HistGradientBoostingClassifier(
            max_iter=40,
            max_leaf_nodes=4,
            min_samples_leaf=300,
            monotonic_cst=rising,
            random_state=0,
        ).fit(self.features(transactions), is_fraud)
        return self

    def predict_proba(self, transactions: pd.DataFrame) -> np.ndarray:
        """Answer how probable honest and fraud are, shaped (rows, 2)."""
        return self.estimator.predict_proba(self.features(transactions))

    def features(self, transactions: pd.DataFrame) -> np.ndarray:
        """Answer what the estimator is asked about, shaped (rows, columns)."""
        numbers = [self.number(transactions[name], name) for name in NUMBERS]
        flags = [self.flag(transactions[name]) for name in FLAGS]
        words = [self.risk(transactions[name], name) for name in WORDS]
        return np.column_stack(numbers + flags + words)

    def number(self, values: pd.Series, name: str) -> np.ndarray:
        """Answer numbers, of those that are known in training the nearest."""
        known = pd.to_numeric(values, errors="coerce").astype(float)
        known = known.fillna(self.usual[name])
        return known.clip(self.lowest[name], self.highest[name]).to_numpy()

    def flag(self, values: pd.Series) -> np.ndarray:
        """Answer 1 for what is true, and 0 for all else."""
        return values.astype(str).str.strip().str.lower().isin(["true", "1", "1.0"]).to_numpy(float)

    def risk(self, values: pd.Series, name: str) -> np.ndarray:
        """Answer how often what has this word was fraud."""
        words = values.astype(str).str.strip().str.lower()
        return words.map(self.risks[name]).fillna(self.average[name]).to_numpy(float)
