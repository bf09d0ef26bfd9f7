"""Transformations that write the same value in another way: no prediction should change."""

from collections.abc import Callable, Iterator

import pandas as pd

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.model import ModelError
from src.stress.severity import Thresholds
from src.stress.table import Column
from src.stress.tests.changes import (
    base_rates,
    changes,
    changes_by_chance,
    columns_of,
    raised,
    rows_of_sample,
)

MEASURE = "share of predictions that change"
# Where the value is the same, each change is a mistake: one of 200 rows is worth telling. A forest
# that takes other capitals for an unseen category has 0.1 to 0.2 on fraud.
THRESHOLDS = Thresholds(0.002, 0.03, 0.25)

Change = Callable[[pd.Series, Column], pd.Series | None]


def _observe(where: str, change: Change, *kinds: str):
    """Make the function that observes a change in each column of these kinds."""

    def observe(context: Context, options: Options) -> Iterator[Observation]:
        rates = base_rates(context)
        by_chance = changes_by_chance(context, rates)
        for column in columns_of(context, *kinds):
            values = change(context.sample_frame[column.name], column)
            if values is not None:
                yield _observation(context, column, values, where, rates, by_chance)

    return observe


def _observation(context, column, values, where, rates, by_chance) -> Observation:
    where = where.format(column.name)
    try:
        after = context.model.predict_proba(context.sample_frame.assign(**{column.name: values}))
    except ModelError as error:
        return raised(context, where, error, column.name)
    moved = changes(context.sample_probabilities, after, rates)
    return Observation(
        max(0.0, moved.share - by_chance),
        f"{moved} change {where}.",
        subject=column.name,
        features=(column.name,),
        figures={"changed": moved.share, "changed_by_chance": by_chance},
        rows=rows_of_sample(context, moved.rows),
    )


def _as_text(values: pd.Series, column: Column) -> pd.Series:
    return values.map(str, na_action="ignore").astype("str")


def _in_other_capitals(values: pd.Series, column: Column) -> pd.Series | None:
    """Write text in capitals, or in small letters where it is in capitals.

    A value whose other form is a category too is left as it is: there, capitals mean something.
    """
    known = set(column.categories)

    def other(text: object) -> object:
        if not isinstance(text, str):
            return text
        form = text.lower() if text.isupper() else text.upper()
        return text if form in known else form

    written = values.map(other)
    return None if written.equals(values) else written


TYPE_CHANGE = StressTest(
    name="type_change",
    category="transformations",
    vulnerability="A number comes as text, as from a CSV file or a careless client, and the model "
    "raises or reads something else.",
    does="Writes the numbers of one column after the other as text and asks again.",
    measure=MEASURE,
    advice="Convert to numbers where the data comes in, and refuse there what is none.",
    thresholds=THRESHOLDS,
    observe=_observe("where {} is a number written as text", _as_text, "number", "integer"),
)
CAPITALISATION = StressTest(
    name="capitalisation",
    category="transformations",
    vulnerability="A text comes in other capitals, and the model takes it for another category.",
    does="Changes the capitals of one column of text after the other and asks again.",
    measure=MEASURE,
    advice="Bring text to one form (str.casefold) before the model sees it, in training and in "
    "serving alike.",
    thresholds=THRESHOLDS,
    observe=_observe("where {} is written in other capitals", _in_other_capitals, "category"),
)
