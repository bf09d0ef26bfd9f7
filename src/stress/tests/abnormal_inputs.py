"""Abnormal inputs: what the evaluation data already holds, and how the model does on it."""

from collections.abc import Iterator

import numpy as np

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.severity import Thresholds
from src.stress.table import Column
from src.stress.tests import abnormal_values as values
from src.stress.tests.abnormal_rows import first, observe_performance, rows_with
from src.stress.tests.abnormal_values import Abnormal
from src.stress.tests.changes import columns_of, percent


def _observe_share(kind: Abnormal):
    """Make the function that counts a kind of abnormal values in each column."""

    def observe(context: Context, options: Options) -> Iterator[Observation]:
        seen = False
        for column in columns_of(context, *kind.kinds):
            here = rows_with(context, kind, column)
            reference = context.reference.frame[column.name]
            before = float(kind.find(reference, reference, column).mean())
            if here.any():
                seen = True
                yield _share_of(kind, column, here, before)
        if not seen and columns_of(context, *kind.kinds):
            yield Observation(0.0, f"No row of the evaluation data holds {kind.told}.")

    return observe


def _share_of(kind: Abnormal, column: Column, here: np.ndarray, before: float) -> Observation:
    share = float(here.mean())
    return Observation(
        max(0.0, share - before),
        f"{percent(share)} of the evaluation data ({here.sum()} rows) has {kind.told} in "
        f"{column.name}, where {percent(before)} of the reference data does.",
        subject=column.name,
        features=(column.name,),
        figures={"share": share, "share_of_reference": before, "rows": float(here.sum())},
        rows=first(here),
    )


def _test(kind: Abnormal, vulnerability: str, advice: str) -> StressTest:
    return StressTest(
        name=f"{kind.name}_held",
        category="abnormal_inputs",
        vulnerability=vulnerability,
        does=f"Counts the rows of the evaluation data with {kind.told}, a column at a time.",
        measure="share of rows, beyond that in the reference data",
        advice=advice,
        thresholds=_SHARES,
        observe=_observe_share(kind),
        needs_model=False,
    )


# Beyond the largest of 1,000 values, one of the next 1,000 lies by chance: a hundredth is more. In
# a twentieth of all rows, it is no accident; a fifth is another kind of data.
_SHARES = Thresholds(0.01, 0.05, 0.2)
_SOURCE = "See where these values come from, and correct it there; "
TESTS = (
    _test(
        values.NULLS,
        "Values are missing more often than when the model was trained.",
        _SOURCE + "train with missing values if they are there to stay.",
    ),
    _test(
        values.UNSEEN,
        "There are categories that the model was not trained with.",
        _SOURCE + "train again if they are there to stay.",
    ),
    _test(
        values.CAPITALS,
        "A category is written in other capitals, so that it may count as another.",
        _SOURCE + "bring text to one form before the model sees it.",
    ),
    _test(
        values.OUT_OF_RANGE,
        "Numbers lie beyond all that the model was trained with.",
        _SOURCE + "look at units first, and train again if they are right.",
    ),
    _test(
        values.OTHER_TYPES,
        "Values have another type, as numbers that are text.",
        _SOURCE + "convert and check types where the data comes in.",
    ),
    _test(
        values.EMPTY_TEXT,
        "Empty texts stand where a value is missing.",
        _SOURCE + "treat an empty text as a missing value.",
    ),
    StressTest(
        name="performance_on_abnormal_rows",
        category="abnormal_inputs",
        vulnerability="The model is worse, or raises, on abnormal rows that come already.",
        does="Compares the accuracy on rows with an abnormal value with that on rows with none, a "
        "column and a kind of value at a time.",
        measure="how much lower the accuracy is for sure",
        advice="Treat such values as the tests of transformations advise, or refuse these rows.",
        # As in the slices: a missing value costs something, and a third of the rows much.
        thresholds=Thresholds(0.05, 0.15, 0.35),
        observe=observe_performance,
    ),
)
