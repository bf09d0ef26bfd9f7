"""Points of a small game, and models that are a rule of one line."""

import numpy as np
import pandas as pd

from src.stress.context import Context
from src.stress.model import Fitted
from src.stress.table import Table

STROKES = ("backhand", "forehand", "volley")


class Rule:
    """Says how probable "won" is for each row of a frame."""

    classes_ = np.array(["lost", "won"])

    def __init__(self, won):
        self._won = won

    def predict_proba(self, frame):
        won = np.clip(np.asarray(self._won(frame), dtype=float), 0, 1)
        return np.column_stack([1 - won, won])


def points(rows=300, seed=0):
    """Speeds around 50, hits of 1 to 20, strokes, who served; fast points are mostly won."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "speed": rng.normal(50, 10, rows).round(2),
            "hits": rng.integers(1, 21, rows),
            "stroke": rng.choice(STROKES, rows),
            "served": rng.random(rows) < 0.5,
        }
    )
    won = rng.random(rows) < steep(frame)
    return frame, np.where(won, "won", "lost")


def steep(frame):
    """The rule that is right: it reads the speed, text or not, clips it, and knows what to do."""
    speed = pd.to_numeric(frame["speed"], errors="coerce").astype(float).fillna(50).clip(25, 75)
    return 1 / (1 + np.exp((50 - speed) / 2))


def context_of(rule, rows=300, seed=0, **changes):
    """Reference and evaluation data of that many rows each, and a model of this rule."""
    tables = {
        "reference": Table(*points(rows, seed=2 * seed + 1)),
        "evaluation": Table(*points(rows, seed=2 * seed + 2)),
    }
    model = Fitted(Rule(rule))
    return Context(**(tables | changes), model=model, seed=seed, classes=model.classes)
