"""How single columns moved between the reference and the evaluation data."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from src.release.drift import drift_of
from src.stress.case import Observation, Options
from src.stress.context import Context
from src.stress.table import Column
from src.stress.tests import chance
from src.stress.tests.bins import Bins, binned
from src.stress.tests.chance import Difference
from src.stress.tests.values import comparable, first, shared


def drift_of_features(context: Context, options: Options) -> Iterable[Observation]:
    """Tell of each column how far its values moved; of empty ones nothing."""
    seen = (_moved(column, context) for column in shared(context))
    return chance.judged([one for one in seen if one])


def drift_of_nulls(context: Context, options: Options) -> Iterable[Observation]:
    """Tell of each column how its share of empty values changed."""
    return chance.judged([_emptied(column, context) for column in shared(context)])


def _moved(column: Column, context: Context) -> Difference | None:
    before = comparable(context.reference.frame[column.name], column).dropna()
    now = comparable(context.evaluation.frame[column.name], column).dropna()
    if before.empty or now.empty:
        return None
    bins = binned(before, now, column)
    index = drift_of(*bins).index
    figures = {"psi": index}
    if column.is_numeric and before.nunique() > 2:
        figures["ks"], p_value = chance.of_numbers(before.to_numpy(), now.to_numpy())
    else:
        p_value = chance.of_counts(*_counts(bins))
    grown, words = _grown(bins)
    told = f"{column.name} has a population stability index of {index:.2f}: {words}"
    rows = first(context.evaluation.frame.index.isin(now.index[bins.now == grown]))
    seen = Observation(index, told, column.name, (column.name,), figures, rows)
    return Difference(seen, p_value)


def _counts(bins: Bins) -> tuple[np.ndarray, np.ndarray]:
    both = pd.concat([part.value_counts() for part in bins], axis=1).fillna(0)
    return tuple(both.to_numpy().T)


def _grown(bins: Bins) -> tuple[str, str]:
    """Answer the bin whose share grew most, and that in words."""
    before, now = (part.value_counts(normalize=True) for part in bins)
    grown = now.sub(before, fill_value=0).sort_index().idxmax()
    was, share = before.get(grown, 0.0), now.get(grown, 0.0)
    return grown, f"{share:.1%} of the rows are {grown}, where {was:.1%} were"


def _emptied(column: Column, context: Context) -> Difference:
    before, now = (
        table.frame[column.name].isna().to_numpy()
        for table in (context.reference, context.evaluation)
    )
    told = f"{column.name} is empty in {now.mean():.1%} of the rows, and was in {before.mean():.1%}"
    figures = {"share": float(now.mean()), "share_before": float(before.mean())}
    change = abs(figures["share"] - figures["share_before"])
    p_value = chance.of_shares(before.sum(), len(before), now.sum(), len(now))
    rows = first(now)
    return Difference(
        Observation(change, told, column.name, (column.name,), figures, rows), p_value
    )
