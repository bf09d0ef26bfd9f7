"""What is wrong with columns: they are missing, copies of others, or tell the label."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from src.stress.case import Observation, Options, Skipped
from src.stress.context import Context
from src.stress.table import Column
from src.stress.tests.correlation import pairs_of, strongest
from src.stress.tests.encoding import encoded
from src.stress.tests.telling import told_by
from src.stress.tests.values import first

EMPTY = "nothing"
KINDS = {  # by pandas' names
    "integer": "numbers",
    "floating": "numbers",
    "mixed-integer-float": "numbers",
    "boolean": "booleans",
}


def missing_columns(context: Context, options: Options) -> Iterator[Observation]:
    """Tell of columns that are missing, of another kind, or unknown."""
    found = [_against_reference(column, context) for column in context.columns]
    known = {*context.reference.frame.columns, *context.excluded}
    unknown = [name for name in context.evaluation.frame if name not in known]
    found += [
        Observation(0.5, f"{name} is no column of the reference data.", name, (name,))
        for name in unknown
    ]
    seen = [one for one in found if one]
    yield from seen or [Observation(0.0, f"All {len(context.columns)} columns are there.")]


def high_correlations(context: Context, options: Options) -> Iterator[Observation]:
    """Tell of the ten pairs of columns that correlate most.

    Raises:
        Skipped: there are no two columns of numbers that vary.
    """
    (pairs,) = pairs_of(context, context.reference)
    for pair in strongest(np.abs(pairs.correlations)):
        names, found = pairs.names[pair], float(pairs.correlations[pair])
        told = f"{names[0]} and {names[1]} correlate by {found:.4f}."
        figures = {"correlation": found}
        yield Observation(abs(found), told, " and ".join(names), names, figures)


def label_leaks(context: Context, options: Options) -> Iterator[Observation]:
    """Tell of each column how much of the label it tells alone.

    Raises:
        Skipped: the reference data has no labels, or all are alike.
    """
    labels = context.reference.labels
    if labels is None or len(np.unique(labels)) < 2:
        raise Skipped("it needs labels of two classes and more in the reference data")
    for column in context.columns:
        frame = context.reference.frame
        matrix = encoded(frame, [column], like=frame)
        share = told_by(matrix, labels, context.rng("label_leak", column.name))
        told = f"{column.name} alone explains {share:.1%} of the label's entropy."
        yield Observation(share, told, column.name, (column.name,), {"explained": share})


def _against_reference(column: Column, context: Context) -> Observation | None:
    features = (column.name,)
    if column.name not in context.evaluation.frame:
        return Observation(1.0, f"{column.name} is missing.", column.name, features)
    was, now = (
        _kind(table.frame[column.name]) for table in (context.reference, context.evaluation)
    )
    if EMPTY in (was, now) or was == now:
        return None
    told = f"{column.name} holds {now}, where the reference data holds {was}."
    rows = first(context.evaluation.frame[column.name].notna())
    return Observation(1.0, told, column.name, features, rows=rows)


def _kind(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return EMPTY
    return KINDS.get(pd.api.types.infer_dtype(known), "text")
