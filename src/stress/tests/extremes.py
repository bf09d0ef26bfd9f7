"""Transformations that go beyond a column's range, compared with the edge of that range.

A model that clips, or that is made of trees, answers beyond the edge as at the edge. One that goes
on in a straight line gets sure of things that nobody has seen.
"""

from collections.abc import Iterator

import numpy as np

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.model import ModelError
from src.stress.severity import Thresholds
from src.stress.table import Column
from src.stress.tests.changes import (
    ask_together,
    base_rates,
    changes,
    changes_by_chance,
    columns_of,
    raised,
    rows_of_sample,
)

MEASURE = "share of predictions that change between the edge of the range and beyond it"
# At the edge and beyond, a model that is safe says the same; a straight line through a column that
# matters changes a tenth of the predictions soon, and nearly half of them far out.
THRESHOLDS = Thresholds(0.02, 0.1, 0.3)
RANGES = "ranges"  # an option: how many times the width of the range to go beyond it


def _observe(context: Context, options: Options) -> Iterator[Observation]:
    rates = base_rates(context)
    by_chance = changes_by_chance(context, rates)
    for column in columns_of(context, "number", "integer"):
        if column.minimum is not None:
            yield _observation(context, column, options[RANGES], rates, by_chance)


def _observation(
    context: Context, column: Column, ranges: float, rates: np.ndarray, by_chance: float
) -> Observation:
    low, high = _beyond(column, ranges)
    values = [column.minimum, low, column.maximum, high]
    where = f"where {column.name} is {low:g} or {high:g}"
    try:
        at_low, below, at_high, above = ask_together(context, *_frames(context, column, values))
    except ModelError as error:
        return raised(context, where, error, column.name)
    sides = changes(at_low, below, rates), changes(at_high, above, rates)
    worse = int(sides[1].share > sides[0].share)
    edge, beyond = values[2 * worse : 2 * worse + 2]
    return Observation(
        max(0.0, sides[worse].share - by_chance),
        f"{sides[worse]} change where {column.name} is {beyond:g} instead of {edge:g}, the edge "
        "of what the reference data shows.",
        subject=column.name,
        features=(column.name,),
        figures={
            "below": low,
            "changed_below": sides[0].share,
            "above": high,
            "changed_above": sides[1].share,
            "changed_by_chance": by_chance,
        },
        rows=rows_of_sample(context, sides[worse].rows),
    )


def _beyond(column: Column, ranges: float) -> tuple[float, float]:
    width = column.maximum - column.minimum or max(1.0, abs(column.maximum))
    step = ranges * width
    if column.kind == "integer":
        step = max(1, round(step))
    return column.minimum - step, column.maximum + step


def _frames(context: Context, column: Column, values: list[float]) -> list:
    kind = int if column.kind == "integer" else float
    return [context.sample_frame.assign(**{column.name: kind(value)}) for value in values]


OUT_OF_RANGE_VALUE = StressTest(
    name="out_of_range_value",
    category="transformations",
    vulnerability="A number lies beyond all that the model was trained with.",
    does="Sets one column of numbers after the other half its range beyond the edge, and compares "
    "with the edge.",
    measure=MEASURE,
    advice="Clip numbers to the range of the training data, or refuse what lies beyond.",
    thresholds=THRESHOLDS,
    observe=_observe,
    options={RANGES: 0.5},
)
NUMERIC_OUTLIER = StressTest(
    name="numeric_outlier",
    category="transformations",
    vulnerability="A number is absurd: metres instead of kilometres, or 99999 for unknown.",
    does="Sets one column of numbers after the other ten times its range beyond the edge, and "
    "compares with the edge.",
    measure=MEASURE,
    advice="Refuse impossible values where the data comes in, and clip the rest to the range of "
    "the training data.",
    thresholds=THRESHOLDS,
    observe=_observe,
    options={RANGES: 10.0},
)
