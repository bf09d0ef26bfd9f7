"""Rows of the evaluation data with an abnormal value, and how the model does on them."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from src.stress.case import Observation, Options
from src.stress.context import Context
from src.stress.model import ModelError
from src.stress.table import Column
from src.stress.tests.abnormal_values import ALL, Abnormal
from src.stress.tests.changes import MOST_ROWS, columns_of, percent, raised
from src.stress.tests.metrics import indices
from src.stress.tests.scored import classes_of

FEWEST_ROWS = 20  # of fewer, no share of right predictions can be told
FORGIVEN = 2  # standard errors
MOST_ASKED = 1_000  # rows of a kind that the model is asked


def rows_with(context: Context, kind: Abnormal, column: Column) -> np.ndarray:
    """Tell for each row of the evaluation data whether it has such a value in a column."""
    held, known = (table.frame[column.name] for table in (context.evaluation, context.reference))
    return kind.find(held, known, column)


def first(rows: np.ndarray) -> tuple[int, ...]:
    """Answer the positions of the first rows."""
    return tuple(int(row) for row in np.flatnonzero(rows)[:MOST_ROWS])


def observe_performance(context: Context, options: Options) -> Iterator[Observation]:
    """Compare the rows with an abnormal value in a column with the rows that have none at all."""
    found = {
        (kind, column): rows_with(context, kind, column)
        for kind in ALL
        for column in columns_of(context, *kind.kinds)
    }
    found = {what: rows for what, rows in found.items() if rows.any()}
    if not found:
        yield Observation(0.0, "No row of the evaluation data holds an abnormal value.")
        return
    normal = _right(context, ~np.logical_or.reduce(list(found.values())))
    unjudged = []
    for (kind, column), rows in found.items():
        where = f"where {column.name} has {kind.told}"
        try:
            right = _right(context, rows)
        except ModelError as error:
            yield raised(context, where, error, column.name)
            continue
        if min(_size(right), _size(normal)) < FEWEST_ROWS:
            unjudged.append(column.name)
        else:
            subject = f"{column.name}: {kind.told}"
            yield _compared(subject, column, where, rows, right, normal)
    yield from _too_few(unjudged)


def _right(context: Context, rows: np.ndarray) -> np.ndarray | None:
    """Tell for each of some rows whether its prediction is right; None without labels."""
    chosen = np.flatnonzero(rows)[:MOST_ASKED]
    if not len(chosen):
        return None
    probabilities = _probabilities(context, chosen)
    labels = context.evaluation.labels
    if labels is None:
        return None
    known = ~pd.isna(labels[chosen])
    truth = indices(labels[chosen][known], classes_of(context))
    return probabilities[known].argmax(axis=1) == truth


def _probabilities(context: Context, chosen: np.ndarray) -> np.ndarray:
    if context.evaluation.predictions is not None:
        return context.evaluation.predictions[chosen]
    rows = context.evaluation.frame.iloc[chosen].reset_index(drop=True)
    return context.model.predict_proba(rows)


def _size(right: np.ndarray | None) -> int:
    return 0 if right is None else len(right)


def _compared(
    subject: str,
    column: Column,
    where: str,
    rows: np.ndarray,
    right: np.ndarray,
    normal: np.ndarray,
) -> Observation:
    here, elsewhere = float(right.mean()), float(normal.mean())
    error = float(np.hypot(_error(elsewhere, len(right)), _error(elsewhere, len(normal))))
    return Observation(
        max(0.0, elsewhere - here - FORGIVEN * error),
        f"Accuracy is {percent(here)} {where} ({len(right)} rows), and {percent(elsewhere)} "
        "where nothing is abnormal.",
        subject=subject,
        features=(column.name,),
        figures={"accuracy": here, "accuracy_elsewhere": elsewhere, "rows": float(len(right))},
        rows=first(rows),
    )


def _too_few(columns: list[str]) -> Iterator[Observation]:
    if columns:
        names = tuple(dict.fromkeys(columns))
        yield Observation(
            None,
            f"Too few to judge, with fewer than {FEWEST_ROWS} labelled rows that have an abnormal "
            f"value, or that have none: {', '.join(names)}.",
            subject="few rows",
            features=names,
        )


def _error(share: float, rows: int) -> float:
    share = min(max(share, 0.05), 0.95)  # no share is that sure
    return float(np.sqrt(share * (1 - share) / rows))
