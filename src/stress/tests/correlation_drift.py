"""How pairs of columns moved between the reference and the evaluation data."""

from collections.abc import Iterable

import numpy as np

from src.stress.case import Observation, Options
from src.stress.context import Context
from src.stress.tests import chance
from src.stress.tests.chance import Difference
from src.stress.tests.correlation import Pairs, pairs_of, strongest


def drift_of_correlations(context: Context, options: Options) -> Iterable[Observation]:
    """Tell of the ten pairs of columns whose correlation changed most.

    Raises:
        Skipped: there are no two columns of numbers that vary.
    """
    before, now = pairs_of(context, context.reference, context.evaluation)
    p_values = chance.of_correlations(before.correlations, now.correlations, before.rows, now.rows)
    seen = [Difference(_told(pair, before, now), p) for pair, p in enumerate(p_values)]
    found = list(chance.judged(seen))
    changes = np.abs(now.correlations - before.correlations)
    return [found[pair] for pair in strongest(changes)]


def _told(pair: int, before: Pairs, now: Pairs) -> Observation:
    names = now.names[pair]
    was, is_now = float(before.correlations[pair]), float(now.correlations[pair])
    told = f"{names[0]} and {names[1]} correlate by {is_now:.2f}, and did by {was:.2f}"
    figures = {"correlation": is_now, "correlation_before": was}
    return Observation(abs(is_now - was), told, " and ".join(names), names, figures)
