"""Scores of a candidate beside a simple baseline, production, and both on each slice."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from src.benchmark.benchmark import SPLIT, Comparison, compare
from src.benchmark.contender import Contender
from src.release.slices import Slice, brier_scores, score_slices
from src.release.validation.rows import TEST, TRAIN, fair_rows, part
from src.schema import Schema

FEWEST_ROWS = 100  # one that no tree of a forest voted for costs 36: of fewer, it decides


class Baseline:
    """A model that has learnt nothing but how frequent the classes are."""

    def __init__(self, truth: pd.Series) -> None:
        """Learn from the classes of training rows."""
        shares = truth.value_counts(normalize=True).sort_index()
        self.classes_ = shares.index.to_numpy()
        self._shares = shares.to_numpy()

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Say the shares of the classes for each row."""
        return np.tile(self._shares, (len(X), 1))


@dataclass(frozen=True)
class Evaluation:
    """What a candidate was compared with.

    against_baseline is of all rows that the candidate held out, with the baseline in the place of
    production. fair_rows counts those that either version held out and neither was trained on;
    against_production is of these, None where they are too few or nothing is in production. The
    slices are of them too, else of all that the candidate held out.
    """

    against_baseline: Comparison
    production_id: str | None
    production_seed: int | None
    fair_rows: int
    against_production: Comparison | None
    slices: list[Slice]


def evaluate(candidate: Contender, production: Contender | None, schema: Schema) -> Evaluation:
    """Score a candidate, its baseline, and production where something is there.

    Raises:
        UserError: the versions cannot be scored on the same rows.
    """
    baseline = replace(candidate, model=Baseline(part(candidate.rows, TRAIN)[schema.target]))
    held_out = part(candidate.rows, TEST)
    fair = fair_rows(candidate, production, schema) if production else held_out.head(0)
    judged = production and len(fair) >= FEWEST_ROWS and _on(fair, production)
    rows = fair if judged else held_out
    briers = [_briers(each, rows, schema) for each in (candidate, baseline, judged) if each]
    return Evaluation(
        against_baseline=compare(candidate, baseline, schema),
        production_id=production and production.report.model_id,
        production_seed=production and production.report.seed,
        fair_rows=len(fair),
        against_production=compare(candidate, judged, schema) if judged else None,
        slices=score_slices(rows, schema, *briers),
    )


def _on(rows: pd.DataFrame, version: Contender) -> Contender:
    """Have a version judged by other rows than its own."""
    return replace(version, rows=rows.assign(**{SPLIT: TEST}))


def _briers(version: Contender, rows: pd.DataFrame, schema: Schema) -> np.ndarray:
    not_features = (schema.id, schema.target, SPLIT)
    features = [name for name in version.rows.columns if name not in not_features]
    probabilities = version.model.predict_proba(rows[features])
    return brier_scores(probabilities, version.model.classes_, rows[schema.target])
