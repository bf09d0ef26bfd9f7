"""Card transactions, one in fifty of them a fraud.

Most frauds look like one: high for this customer, at night, far from home or without the card, soon
after another. Some look like anybody's shopping, and some honest customers do odd things.
"""

import numpy as np
import pandas as pd

SEED = 42
ROWS = 20_000

FRAUD_SHARE = 0.02
ODD_FRAUDS = 0.8  # of frauds look like one
ODD_CUSTOMERS = 0.01  # of honest transactions look like one too
MERCHANTS = {  # share of transactions: ordinary, odd
    "clothing": (0.10, 0.08),
    "electronics": (0.06, 0.27),
    "fuel": (0.12, 0.05),
    "gambling": (0.02, 0.12),
    "groceries": (0.34, 0.05),
    "jewellery": (0.02, 0.17),
    "restaurants": (0.22, 0.06),
    "travel": (0.12, 0.20),
}
ENTRY_MODES = {
    "chip": (0.27, 0.06),
    "contactless": (0.43, 0.16),
    "manual": (0.02, 0.10),
    "online": (0.25, 0.53),
    "swipe": (0.03, 0.15),
}
CARD_PRESENT = ["chip", "contactless", "swipe"]


def generate(seed: int = SEED, rows: int = ROWS) -> pd.DataFrame:
    """Draws `rows` transactions in the order of time; the same seed gives the same values."""
    rng = np.random.default_rng(seed)
    fraud = rng.random(rows) < FRAUD_SHARE
    odd = rng.random(rows) < np.where(fraud, ODD_FRAUDS, ODD_CUSTOMERS)
    usual = 35 * rng.lognormal(0, 0.5, rows)
    amount = (usual * rng.lognormal(np.where(odd, 1.4, -0.2), 0.8)).clip(0.5, 20_000).round(2)
    entry_mode = _choice(rng, ENTRY_MODES, odd)
    card_present = np.isin(entry_mode, CARD_PRESENT)
    distance = rng.lognormal(np.where(odd, 4.5, 1.6), 1.3).clip(0, 18_000).round(1)
    return pd.DataFrame(
        {
            "transaction_id": 5_000_000 + rng.integers(1, 40, rows).cumsum(),
            "amount": amount,
            "amount_to_usual": (amount / usual).round(3),
            "hour": _hour(rng, odd),
            "weekend": rng.random(rows) < 2 / 7,
            "merchant_category": _choice(rng, MERCHANTS, odd),
            "entry_mode": entry_mode,
            "card_present": card_present,
            "distance_from_home": np.where(card_present, distance, 0.0),
            "foreign_currency": rng.random(rows) < np.where(odd, 0.45, 0.04),
            "hours_since_previous": rng.exponential(np.where(odd, 2.5, 20)).clip(0, 8760).round(2),
            "transactions_last_day": rng.poisson(np.where(odd, 4.5, 1.6)),
            "account_age": rng.integers(0, 7_300, rows),
            "is_fraud": fraud.astype("int64"),
        }
    )


def _choice(
    rng: np.random.Generator, shares: dict[str, tuple[float, float]], odd: np.ndarray
) -> np.ndarray:
    """One of the names for each transaction, by the share that it has among its kind."""
    ordinary_shares, odd_shares = zip(*shares.values(), strict=True)
    names, count = list(shares), len(odd)
    return np.where(
        odd, rng.choice(names, count, p=odd_shares), rng.choice(names, count, p=ordinary_shares)
    )


def _hour(rng: np.random.Generator, odd: np.ndarray) -> np.ndarray:
    """The hour of the day: around two in the afternoon, for odd ones around two at night."""
    return np.floor(rng.normal(np.where(odd, 26, 14.5), 4)).astype("int64") % 24
