"""Is a candidate better than production, worse, or is it too early to tell?

The mistakes per label of both are compared by a mixture sequential probability ratio test, which
holds however often and whenever one looks, also where one stops as soon as the answer pleases
(Johari, Koomen, Pekelis and Walsh, "Peeking at A/B tests", KDD 2017; the interval is the same test
turned round, after Robbins, "Statistical methods related to the law of the iterated logarithm",
1970). For a difference d of two rates, its variance v, and m = 1 / (1/n + 1/n'), it is

    d +- sqrt(v * (1 + 1/(s²m)) * (log(1 + s²m) + 2 log(1/alpha)))    with s = SCALE

and a difference is proven where 0 lies outside. Any share of the requests may be the candidate's.

What is promised: where there is no difference, *better* or *worse* is said, at any time at all,
with a probability of at most ALPHA. The formula is that of the normal distribution. For rare
events in a small share it is too bold, whether v is estimated from both versions together (a few
events too many then weigh too much) or from each apart (so does having had none yet). So v is the
greater of the two. False alarms, power and how often the interval misses the true difference are
measured by simulation: see ``make bench``.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from src.release.records import Tally

Verdict = Literal["better", "worse", "not yet"]

ALPHA = 0.05  # of false alarms, by both tests together
ALPHA_OF_ERRORS = 0.01  # its part for errors: there are more requests than labels to tell by
ALPHA_OF_MISTAKES = ALPHA - ALPHA_OF_ERRORS
AT_LEAST = 100  # labels of each: the first that come in are seldom like the rest
AT_LEAST_REQUESTS = 30  # of each: one that fails should not wait for labels
SCALE = 0.1  # differences worth finding, in standard deviations: 0.036 where a rate is 0.15
FORESEEN = 20  # times the labels there are; what takes more cannot be foreseen


@dataclass(frozen=True)
class Decision:
    """What follows from the counts so far.

    difference is the candidate's mistakes per label less production's, so that below 0 is better.
    low and high enclose it with a probability of about 1 - ALPHA_OF_MISTAKES, however often one
    looks; they are -1 and 1 where there are too few labels. needed is about how many more labels
    of the candidate a verdict takes if the difference stays as it is, None where that cannot be
    foreseen.
    """

    verdict: Verdict
    difference: float
    low: float
    high: float
    why: str
    needed: int | None = None


def decide(candidate: Tally, production: Tally) -> Decision:
    """Answer whether a candidate is better than production, as far as the counts tell.

    Worse is what makes more mistakes, or fails more requests; better is what makes fewer mistakes
    and is not known to fail more requests. A verdict that was once reached counts: with more
    labels the interval may hold 0 again.
    """
    difference, low, high = map(float, _mistakes(candidate, production))
    seen = f"{_rate(candidate)} against {_rate(production)}"
    if _fails_more(candidate, production):
        why = f"it fails more requests: {_errors(candidate)} against {_errors(production)}"
        return Decision("worse", difference, low, high, why)
    if high < 0:
        return Decision("better", difference, low, high, f"it makes fewer mistakes: {seen}")
    if low > 0:
        return Decision("worse", difference, low, high, f"it makes more mistakes: {seen}")
    if min(candidate.labels, production.labels) < AT_LEAST:
        why = (
            f"there are too few labels: {candidate.labels:,} of the candidate's answers and "
            f"{production.labels:,} of production's, and it takes {AT_LEAST} of each"
        )
        return Decision("not yet", difference, low, high, why)
    why = f"no difference in mistakes is proven: {seen}"
    return Decision("not yet", difference, low, high, why, _needed(candidate, production))


def interval(hits: Any, of: Any, others: Any, of_others: Any, alpha: float, at_least: int) -> tuple:
    """Answer the difference of two rates, and the limits that enclose it however often one looks.

    Args:
        hits: how many of the first, a number or an array.
        of: out of how many.
        others: how many of the second.
        of_others: out of how many.
        alpha: how probable it may be that the limits ever fail to enclose the difference.
        at_least: out of fewer the limits are -1 and 1, and out of none the difference is 0.
    """
    fewest = np.minimum(of, of_others)
    of, of_others = np.maximum(of, 1), np.maximum(of_others, 1)
    difference = np.where(fewest > 0, hits / of - others / of_others, 0.0)
    parts = 1 / of + 1 / of_others
    apart = _variance(hits, of) / of + _variance(others, of_others) / of_others
    together = _variance(hits + others, of + of_others) * parts
    information = SCALE**2 / parts
    width = (1 + 1 / information) * (np.log1p(information) + 2 * np.log(1 / alpha))
    half = np.where(fewest < at_least, 2.0, np.sqrt(np.maximum(apart, together) * width))
    return difference, np.maximum(difference - half, -1.0), np.minimum(difference + half, 1.0)


def _variance(hits: Any, of: Any) -> Any:
    """The variance of one trial; one hit and one miss are added, lest a few trials seem certain."""
    rate = (hits + 1) / (of + 2)
    return rate * (1 - rate)


def _mistakes(candidate: Tally, production: Tally, times: Any = 1) -> tuple:
    counts = (candidate.mistakes, candidate.labels, production.mistakes, production.labels)
    return interval(*(count * times for count in counts), ALPHA_OF_MISTAKES, AT_LEAST)


def _fails_more(candidate: Tally, production: Tally) -> bool:
    counts = (candidate.errors, candidate.requests, production.errors, production.requests)
    _, low, _ = interval(*counts, ALPHA_OF_ERRORS, AT_LEAST_REQUESTS)
    return bool(low > 0)


def _needed(candidate: Tally, production: Tally) -> int | None:
    times = np.geomspace(1, FORESEEN, 300)
    _, low, high = _mistakes(candidate, production, times)
    enough = times[(low > 0) | (high < 0)]
    return round((enough[0] - 1) * candidate.labels) if enough.size else None


def _rate(tally: Tally) -> str:
    return f"{tally.mistakes / tally.labels:.3f} a label" if tally.labels else "no label"


def _errors(tally: Tally) -> str:
    return f"{tally.errors:,} of {tally.requests:,}"
