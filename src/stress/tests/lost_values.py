"""Transformations that take a value away: what is left of the prediction without it.

A model that loses a value has to answer otherwise now and then, but it should be less sure then.
How sure is fair shows in the mean of its answers with values from other rows. What turns and is
surer is the model's own doing, as where a null counts as the smallest number of all.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.model import ModelError
from src.stress.severity import Thresholds
from src.stress.table import Column
from src.stress.tests.changes import (
    ask_together,
    base_rates,
    changes,
    columns_of,
    percent,
    raised,
    rows_of_sample,
)

MEASURE = "share of predictions that turn and are sure, beyond what losing the value explains"
SURE = 0.75  # of two classes that are as frequent, three to one
DRAWS = 4  # values from other rows, for each row
# A healthy model has up to 0.07 by chance; one that takes a missing "the ball was out" for no has
# 0.1 to 0.2, and one that answers the same class for sure wherever the value is gone up to 0.5.
THRESHOLDS = Thresholds(0.05, 0.1, 0.3)
UNSEEN = "a category nobody has seen"

Change = Callable[[pd.Series, Column], pd.Series | None]


def _observe(name: str, where: str, change: Change, kinds: tuple[str, ...] = ()):
    """Make the function that observes a change in each column of these kinds."""

    def observe(context: Context, options: Options) -> Iterator[Observation]:
        context.sample_probabilities  # noqa: B018 - a model that cannot answer at all is told once
        for column in columns_of(context, *kinds):
            values = change(context.sample_frame[column.name], column)
            if values is not None:
                yield _observation(context, column, values, name, where.format(column.name))

    return observe


def _observation(
    context: Context, column: Column, values: pd.Series, test: str, where: str
) -> Observation:
    sample = context.sample_frame
    frames = [sample.assign(**{column.name: each}) for each in _drawn(context, column, test)]
    lost = sample.assign(**{column.name: values})
    try:
        before, after, *others = ask_together(context, sample, lost, *frames)
    except ModelError as error:
        return raised(context, where, error, column.name)
    rates = base_rates(context)
    turned = changes(before, after, rates, SURE)
    fair = changes(before, np.mean(others, axis=0), rates, SURE).share
    return Observation(
        max(0.0, turned.share - fair),
        f"{turned} turn and are sure {where}; losing the value explains {percent(fair)}.",
        subject=column.name,
        features=(column.name,),
        figures={"turned": turned.share, "explained": fair},
        rows=rows_of_sample(context, turned.rows),
    )


def _drawn(context: Context, column: Column, test: str) -> Iterator[pd.Series]:
    known = context.reference.frame[column.name].dropna()
    pool = known if len(known) else context.reference.frame[column.name]
    rng = context.rng(test, column.name)
    for chosen in rng.integers(len(pool), size=(DRAWS, len(context.sample))):
        yield pool.iloc[chosen].reset_index(drop=True)


def _nulls(values: pd.Series, column: Column) -> pd.Series:
    missing, kind = (float("nan"), float) if column.is_numeric else (None, object)
    return pd.Series([missing] * len(values), dtype=kind)


def _empty(values: pd.Series, column: Column) -> pd.Series | None:
    return None if "" in column.categories else _all(values, "")


def _unseen(values: pd.Series, column: Column) -> pd.Series:
    return _all(values, UNSEEN)


def _without_required(values: pd.Series, column: Column) -> pd.Series | None:
    """Delete the characters that each category holds, as the @ of addresses.

    Letters and digits do not count: that all colours have an e is chance.
    """
    texts = [set(text) for text in column.categories]
    common = set.intersection(*texts) if texts else set()
    table = str.maketrans(dict.fromkeys(c for c in common if not c.isalnum() and c != " "))
    if not table:
        return None
    return values.map(lambda text: text.translate(table) if isinstance(text, str) else text)


def _all(values: pd.Series, value: str) -> pd.Series:
    return pd.Series([value] * len(values), dtype="str")


NULL = StressTest(
    name="null",
    category="transformations",
    vulnerability="A value is missing, and the model raises or takes it for some other value.",
    does="Empties one column after the other and asks again.",
    measure=MEASURE,
    advice="Decide what a missing value means: fill it with a usual value that was learnt in "
    "training, use a model that knows missing values, or refuse the row with a clear message.",
    thresholds=THRESHOLDS,
    observe=_observe("null", "where {} is empty", _nulls),
)
EMPTY_STRING = StressTest(
    name="empty_string",
    category="transformations",
    vulnerability="A form sends an empty text, and the model raises or takes it for a category.",
    does="Puts an empty text into one column of text after the other and asks again.",
    measure=MEASURE,
    advice="Treat an empty text as a missing value, before the model's features are computed.",
    thresholds=THRESHOLDS,
    observe=_observe("empty_string", "where {} is an empty text", _empty, ("category",)),
)
REQUIRED_CHARACTERS_DELETED = StressTest(
    name="required_characters_deleted",
    category="transformations",
    vulnerability="A separator that each value has gets lost on the way, as the - of a code.",
    does="Deletes, in one column of text after the other, the signs that all values of the "
    "reference data have, and asks again.",
    measure=MEASURE,
    advice="Read such values by a rule that also knows them without their separators, or refuse "
    "what does not fit the rule.",
    thresholds=THRESHOLDS,
    observe=_observe(
        "required_characters_deleted",
        "where {} lacks the signs that all its values have",
        _without_required,
        ("category",),
    ),
)
UNSEEN_CATEGORY = StressTest(
    name="unseen_category",
    category="transformations",
    vulnerability="A category comes that the model was not trained with, and it raises or "
    "takes it for one that it knows.",
    does="Puts a new category into one column of text after the other and asks again.",
    measure=MEASURE,
    advice="Encode an unseen category as none of the known ones (handle_unknown='ignore'), train "
    "with a category for the rest, or refuse the row.",
    thresholds=THRESHOLDS,
    observe=_observe("unseen_category", "where {} is a new category", _unseen, ("category",)),
)
