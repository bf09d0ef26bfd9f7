"""How often each group gets an answer, and rightly, against all others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from src.stress.case import Observation, Options, Skipped
from src.stress.context import Context
from src.stress.tests import chance
from src.stress.tests.chance import Difference
from src.stress.tests.groups import groups
from src.stress.tests.values import first

FEWEST = 30  # rows of a group; with fewer, a rate is off by a fifth by chance alone

Measure = Callable[[float, float], float]


@dataclass(frozen=True)
class Rate:
    """How often something is so, among some of the evaluation rows.

    Attributes:
        among: whether each row counts.
        so: whether it is so.
        told: in words, after "of the rows".
    """

    among: np.ndarray
    so: np.ndarray
    told: str


def parity(context: Context, options: Options) -> list[Observation]:
    """Tell of each group how often each class is answered.

    Raises:
        Skipped: no column is protected, or there are no predictions.
        ModelError: the model cannot answer.
    """
    everybody = np.full(len(context.evaluation), True)
    answers = _answers(context)
    rates = [
        Rate(everybody, answers == label, f"are predicted {label}")
        for label in _favourable(context, options)
    ]
    return _compared(context, rates, _one_less_ratio)


def equal_opportunity(context: Context, options: Options) -> list[Observation]:
    """Tell of each group how often each class is found.

    Raises:
        Skipped: no column is protected, or there are no predictions or no labels.
        ModelError: the model cannot answer.
    """
    return _compared(context, _found(context, options), _difference)


def equalised_odds(context: Context, options: Options) -> list[Observation]:
    """Tell of each group how often each class is found, and how often it is answered wrongly.

    Raises:
        Skipped: no column is protected, or there are no predictions or no labels.
        ModelError: the model cannot answer.
    """
    found = _found(context, options)
    labels, answers = context.evaluation.labels, _answers(context)
    wrongly = [
        Rate(labels != label, answers == label, f"that are not {label} are predicted {label}")
        for label in _favourable(context, options)
    ]
    return _compared(context, [*found, *wrongly], _difference)


def _found(context: Context, options: Options) -> list[Rate]:
    labels, answers = context.evaluation.labels, _answers(context)
    if labels is None:
        raise Skipped("the evaluation data has no labels")
    return [
        Rate(labels == label, answers == label, f"that are {label} are found")
        for label in _favourable(context, options)
    ]


def _answers(context: Context) -> np.ndarray:
    if not context.has_predictions:
        raise Skipped("it needs a model, or recorded predictions")
    return np.array(context.classes)[context.probabilities.argmax(axis=1)]


def _favourable(context: Context, options: Options) -> list[object]:
    named = options["favourable"]
    if named is not None:
        return [label for label in context.classes if str(label) == str(named)]
    return context.classes[-1:] if len(context.classes) == 2 else context.classes


def _compared(context: Context, rates: list[Rate], measure: Measure) -> list[Observation]:
    small, seen = [], []
    for subject, column, of_group in _each_group(context):
        judged = [rate for rate in rates if _rows_of(rate, of_group) >= FEWEST]
        if not judged:
            told = f"{subject}: too few rows to judge, or nobody else to compare with."
            small.append(Observation(None, told, subject, (column,)))
        seen += [_against_others(subject, column, rate, of_group, measure) for rate in judged]
    return [*_worst_of_each(list(chance.judged(seen))), *small]


def _each_group(context: Context) -> Iterator[tuple[str, str, np.ndarray]]:
    for column, of in groups(context):
        for group in sorted(of.now.unique()):
            yield f"{column}: {group}", column, (of.now == group).to_numpy()


def _rows_of(rate: Rate, of_group: np.ndarray) -> int:
    return min((rate.among & of_group).sum(), (rate.among & ~of_group).sum())


def _against_others(
    subject: str, column: str, rate: Rate, of_group: np.ndarray, measure: Measure
) -> Difference:
    group, others = rate.among & of_group, rate.among & ~of_group
    share, of_others = float(rate.so[group].mean()), float(rate.so[others].mean())
    told = (
        f"{subject}: {share:.1%} of {group.sum():,} rows {rate.told}, "
        f"and {of_others:.1%} of {others.sum():,} others"
    )
    shown = first(group & (rate.so if share > of_others else ~rate.so))
    figures = {"rate": share, "rate_of_others": of_others, "rows": int(group.sum())}
    value = measure(share, of_others)
    p_value = chance.of_shares(
        int(rate.so[group].sum()), group.sum(), int(rate.so[others].sum()), others.sum()
    )
    return Difference(Observation(value, told, subject, (column,), figures, shown), p_value)


def _difference(share: float, of_others: float) -> float:
    return abs(share - of_others)


def _one_less_ratio(share: float, of_others: float) -> float:
    low, high = sorted((share, of_others))
    return 1 - low / high if high else 0.0


def _worst_of_each(found: list[Observation]) -> list[Observation]:
    """Answer of all observations of a subject the one with the largest value."""
    worst: dict[str, Observation] = {}
    for one in found:
        if one.subject not in worst or one.value > worst[one.subject].value:
            worst[one.subject] = one
    return list(worst.values())
