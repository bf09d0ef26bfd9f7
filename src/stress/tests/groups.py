"""Groups of people, by the protected columns."""

from collections.abc import Iterator

import pandas as pd

from src.stress.case import Skipped
from src.stress.context import Context
from src.stress.table import Column, describe
from src.stress.tests.bins import Bins, binned
from src.stress.tests.values import comparable

BANDS = 4  # of numbers, as of the age; more would be small
EMPTY = "empty"


def groups(context: Context) -> Iterator[tuple[str, Bins]]:
    """Answer for each protected column the group of each reference and each evaluation row.

    Raises:
        Skipped: no column is protected, or none of them is there.
    """
    names = [name for name in context.protected if name in context.evaluation.frame]
    if not names:
        raise Skipped("no column is named as protected, as sex or age are")
    for column in describe(context.reference.frame[names]):
        yield column.name, _groups(column, context)


def _groups(column: Column, context: Context) -> Bins:
    before, now = (
        comparable(table.frame[column.name], column)
        for table in (context.reference, context.evaluation)
    )
    known = binned(before.dropna(), now.dropna(), column, BANDS)
    return Bins(*(_with_empty(*both) for both in zip(known, (before, now), strict=True)))


def _with_empty(known: pd.Series, values: pd.Series) -> pd.Series:
    return known.reindex(values.index).astype(object).fillna(EMPTY)
