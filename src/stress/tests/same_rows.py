"""Transformations that ask about the same rows in another way: no answer should differ.

The answer to a row is a matter of that row alone. A model that answers by chance differs each time
it is asked; all tests but determinism allow for that, so that each finds its own weakness.
"""

from collections.abc import Callable, Iterator

import numpy as np

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.model import ModelError
from src.stress.severity import Thresholds
from src.stress.tests.changes import distance, percent, raised, rows_of_sample

MEASURE = "share of rows whose probabilities differ"
THE_SAME = 0.001  # rounding, as of 32-bit numbers or of sums in another order, is far below
ALLOWANCE = 3  # times what differs by chance
# One row of 200 that differs is one too many; where a tenth does, it is no rare coincidence.
THRESHOLDS = Thresholds(0.001, 0.01, 0.1)
REPEATS = "repeats"  # an option: how often to ask again
ROWS = "rows"  # an option: how many rows to ask alone

# Answers rows, as positions in the sample, and their probabilities when asked in another way.
Asking = Callable[[Context, Options], tuple[np.ndarray, np.ndarray]]


def _observe(where: str, ask: Asking):
    """Make the function that observes what differs when the model is asked in another way."""

    def observe(context: Context, options: Options) -> Iterator[Observation]:
        before = context.sample_probabilities
        again = context.model.predict_proba(context.sample_frame)
        by_chance = float(distance(before, again).max(initial=0.0))
        try:
            asked, after = ask(context, options)
        except ModelError as error:
            yield raised(context, where, error)
        else:
            moved = distance(before[asked], after)
            yield _observation(context, where, asked, moved, by_chance)

    return observe


def _observe_again(context: Context, options: Options) -> Iterator[Observation]:
    before, frame = context.sample_probabilities, context.sample_frame
    moved = [
        distance(before, context.model.predict_proba(frame.copy())) for _ in range(options[REPEATS])
    ]
    asked = np.arange(len(frame))
    yield _observation(context, "when they are asked again", asked, np.max(moved, axis=0), 0.0)


def _observation(
    context: Context, where: str, asked: np.ndarray, moved: np.ndarray, by_chance: float
) -> Observation:
    differs = moved > max(THE_SAME, ALLOWANCE * by_chance)
    share, largest = float(differs.mean()), float(moved.max(initial=0.0))
    told = f"Of {len(moved)} rows, {percent(share)} get other probabilities {where}"
    more = f", by up to {largest:.3f}." if differs.any() else "."
    aside = f" By chance alone they move by up to {by_chance:.3f}." if by_chance > THE_SAME else ""
    return Observation(
        share,
        told + more + aside,
        figures={
            "differ": share,
            "largest_difference": largest,
            "largest_difference_by_chance": by_chance,
        },
        rows=rows_of_sample(context, asked[differs]),
    )


def _other_row_order(context: Context, options: Options) -> tuple[np.ndarray, np.ndarray]:
    order = context.rng("row_order").permutation(len(context.sample))
    return order, context.model.predict_proba(_rows(context, order))


def _other_column_order(context: Context, options: Options) -> tuple[np.ndarray, np.ndarray]:
    frame = context.sample_frame.iloc[:, ::-1]
    return np.arange(len(frame)), context.model.predict_proba(frame)


def _extra_column(context: Context, options: Options) -> tuple[np.ndarray, np.ndarray]:
    frame, name = context.sample_frame.copy(), "unexpected"
    while name in frame.columns:
        name += "_"
    frame.insert(0, name, 1.0)  # in front: a model that counts its columns reads all others
    return np.arange(len(frame)), context.model.predict_proba(frame)


def _alone(context: Context, options: Options) -> tuple[np.ndarray, np.ndarray]:
    size = min(options[ROWS], len(context.sample))
    rng = context.rng("one_row_against_a_batch")
    asked = np.sort(rng.choice(len(context.sample), size=size, replace=False))
    answers = [context.model.predict_proba(_rows(context, [row])) for row in asked]
    return asked, np.vstack(answers)


def _rows(context: Context, positions):
    return context.sample_frame.iloc[positions].reset_index(drop=True)


ROW_ORDER = StressTest(
    name="row_order",
    category="transformations",
    vulnerability="The answer to a row depends on which rows stand before it.",
    does="Asks the same rows in another order.",
    measure=MEASURE,
    advice="Look for cumulative, rolling or shifted values and for the use of the index among the "
    "features; compute them from a row's own history, before the model.",
    thresholds=THRESHOLDS,
    observe=_observe("in another order of rows", _other_row_order),
)
COLUMN_ORDER = StressTest(
    name="column_order",
    category="transformations",
    vulnerability="The model reads columns by their place, and a client sends them in another.",
    does="Asks the same rows with their columns in reverse order.",
    measure=MEASURE,
    advice="Choose the columns by name, in the model or right before it.",
    thresholds=THRESHOLDS,
    observe=_observe("in another order of columns", _other_column_order),
)
EXTRA_COLUMN = StressTest(
    name="extra_column",
    category="transformations",
    vulnerability="A new column appears in the data, and the model raises or reads another.",
    does="Asks the same rows with one more column in front.",
    measure=MEASURE,
    advice="Choose the columns that the model needs by name, and leave the others alone.",
    thresholds=THRESHOLDS,
    observe=_observe("with one more column", _extra_column),
)
ONE_ROW_AGAINST_A_BATCH = StressTest(
    name="one_row_against_a_batch",
    category="transformations",
    vulnerability="The answer to a row depends on which rows are asked with it.",
    does="Asks some rows one by one, and compares with the answers that they got in a batch.",
    measure=MEASURE,
    advice="Look for means, ranges or ranks that are computed from the rows at hand: learn them in "
    "training (fit) and only use them in serving (transform).",
    thresholds=THRESHOLDS,
    observe=_observe("when they are asked alone", _alone),
    options={ROWS: 20},
)
DETERMINISM = StressTest(
    name="determinism",
    category="transformations",
    vulnerability="The same row gets another answer each time, so that no mistake can be traced.",
    does="Asks the same rows again, three times.",
    measure=MEASURE,
    advice="Give a seed to all that is random, and look for dropout or sampling that is still on "
    "when the model serves.",
    thresholds=THRESHOLDS,
    observe=_observe_again,
    options={REPEATS: 3},
)
