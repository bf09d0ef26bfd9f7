"""Scores of a candidate and of production on the same held-out rows.

These are the rows that production's training held out, so production has not seen them; whether
the candidate has is counted, not assumed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import log_loss

from src.benchmark.contender import Contender
from src.errors import UserError
from src.schema import Schema

SPLIT = "split"


@dataclass(frozen=True)
class Scores:
    """How good a model is: log losses, by the natural logarithm.

    log_loss is that of the held-out rows. cv_mean and cv_std are of the folds of the model's own
    training part; the deviation is that of the folds as a population (ddof=0).
    """

    model_id: str
    model: str
    log_loss: float
    cv_mean: float
    cv_std: float


@dataclass(frozen=True)
class Comparison:
    """A candidate and production, and what to know before one believes the figures.

    rows are those that both were scored on, and seen is how many of them the candidate was
    trained on. same_data tells whether both were made from the very same data.
    """

    candidate: Scores
    production: Scores
    dataset: str
    rows: int
    seen: int
    same_data: bool


def compare(candidate: Contender, production: Contender, schema: Schema) -> Comparison:
    """Score both models on the rows that production's training held out.

    Raises:
        UserError: the candidate cannot be scored on those rows.
    """
    if candidate.report.dataset != production.report.dataset:
        raise UserError(
            f"The candidate was trained on {candidate.report.dataset}, production on "
            f"{production.report.dataset}: compare models of one dataset."
        )
    held_out = _part(production, "test")
    return Comparison(
        candidate=_scores(candidate, held_out, schema),
        production=_scores(production, held_out, schema),
        dataset=production.report.dataset,
        rows=len(held_out),
        seen=_count_shared(held_out, _part(candidate, "train"), schema),
        same_data=candidate.report.data_hash == production.report.data_hash,
    )


def _part(contender: Contender, split: str) -> pd.DataFrame:
    return contender.rows[contender.rows[SPLIT] == split]


def _scores(contender: Contender, held_out: pd.DataFrame, schema: Schema) -> Scores:
    report = contender.report
    return Scores(
        model_id=report.model_id,
        model=report.model,
        log_loss=_log_loss(contender, held_out, schema),
        cv_mean=float(np.mean(report.cv_log_losses)),
        cv_std=float(np.std(report.cv_log_losses)),
    )


def _log_loss(contender: Contender, rows: pd.DataFrame, schema: Schema) -> float:
    not_features = (schema.id, schema.target, SPLIT)
    features = [name for name in contender.rows.columns if name not in not_features]
    _check_that_it_fits(contender, rows, features, schema.target)
    probabilities = contender.model.predict_proba(rows[features])
    return float(log_loss(rows[schema.target], probabilities, labels=contender.model.classes_))


def _check_that_it_fits(
    contender: Contender, rows: pd.DataFrame, features: list[str], target: str
) -> None:
    missing = [name for name in features if name not in rows.columns]
    unknown = sorted(set(rows[target]) - set(contender.model.classes_), key=str)
    if missing:
        problem = f"needs the column {missing[0]}, which they lack"
    elif unknown:
        problem = f"does not know their class {unknown[0]!r}"
    else:
        return
    raise UserError(
        f"The rows that production held out do not fit {contender.report.model_id}, "
        f"which {problem}: put a model of today's data into production first."
    )


def _count_shared(held_out: pd.DataFrame, trained_on: pd.DataFrame, schema: Schema) -> int:
    """How many of the held-out rows are training rows too, by their id or else their features."""
    columns = [schema.id] if schema.id else list(schema.feature_names)
    trained = set(_tuples(trained_on, columns))
    return sum(row in trained for row in _tuples(held_out, columns))


def _tuples(frame: pd.DataFrame, columns: list[str]) -> list[tuple]:
    return list(frame[columns].itertuples(index=False, name=None))
