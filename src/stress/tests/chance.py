"""What chance alone explains: p-values of differences between two groups of rows.

Where several columns are looked at, some differ by chance. The p-values of all of them are
corrected together: Benjamini and Hochberg, "Controlling the false discovery rate", 1995.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from src.stress.case import Observation

SIGNIFICANT = 0.01  # below it, chance is no explanation


@dataclass(frozen=True)
class Difference:
    """What a test saw, and the p-value of it; its sentence has no full stop yet."""

    seen: Observation
    p_value: float


def judged(differences: Sequence[Difference], nothing: float = 0.0) -> Iterator[Observation]:
    """Answer what was seen; where chance explains it, its value is that of no difference.

    Args:
        differences: all that were looked at together.
        nothing: the value of no difference.
    """
    p_values = corrected([difference.p_value for difference in differences])
    for difference, p_value in zip(differences, p_values, strict=True):
        seen = difference.seen
        by_chance = p_value >= SIGNIFICANT
        remark = " (chance explains it)" if by_chance and seen.value != nothing else ""
        yield replace(
            seen,
            value=nothing if by_chance else seen.value,
            told=f"{seen.told}{remark}.",
            figures={**seen.figures, "p_value": p_value},
            rows=() if by_chance else seen.rows,
        )


def corrected(p_values: Sequence[float]) -> list[float]:
    """Answer the p-values, corrected for how many there are."""
    from scipy.stats import false_discovery_control

    return [float(p) for p in false_discovery_control(p_values)] if len(p_values) else []


def of_numbers(before: np.ndarray, now: np.ndarray) -> tuple[float, float]:
    """Answer the statistic and the p-value of Kolmogorov and Smirnov."""
    from scipy.stats import ks_2samp

    found = ks_2samp(before, now, method="asymp")  # the exact one takes seconds
    return float(found.statistic), float(found.pvalue)


def of_counts(before: np.ndarray, now: np.ndarray) -> float:
    """Answer the p-value of Pearson's chi-squared test for how often each value occurs."""
    from scipy.stats import chi2_contingency

    table = np.array([before, now])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:  # always the same value
        return 1.0
    return float(chi2_contingency(table, correction=False).pvalue)


def of_shares(before: int, of_before: int, now: int, of_now: int) -> float:
    """Answer the p-value of Fisher's exact test: so many of so many, in both groups."""
    from scipy.stats import fisher_exact

    table = [[before, of_before - before], [now, of_now - now]]
    return float(fisher_exact(table).pvalue)


def of_means(before: np.ndarray, now: np.ndarray) -> float:
    """Answer the p-value of Welch's t-test; one row alone has no spread, and proves nothing."""
    from scipy.stats import ttest_ind_from_stats

    if min(len(before), len(now)) < 2:
        return 1.0
    old, new = ((part.mean(), part.std(ddof=1), len(part)) for part in (before, now))
    if old[1] == new[1] == 0:
        return float(old[0] == new[0])
    found = ttest_ind_from_stats(*old, *new, equal_var=False)
    return float(found.pvalue)


def of_correlations(
    before: np.ndarray, now: np.ndarray, rows_before: np.ndarray, rows_now: np.ndarray
) -> np.ndarray:
    """Answer the p-values of differences between rank correlations, by Fisher's transformation.

    Args:
        before: correlations among the old rows.
        now: the same ones among the new rows.
        rows_before: how many old rows each is of.
        rows_now: how many new ones.
    """
    from scipy.stats import norm

    limit = 0.9999  # a copy's correlation of 1 would be infinitely far from any other
    moved = np.arctanh(np.clip(now, -limit, limit)) - np.arctanh(np.clip(before, -limit, limit))
    # 1.06: Fieller, Hartley and Pearson, "Tests for rank correlation coefficients", 1957
    error = np.sqrt(sum(1.06 / np.maximum(rows - 3, 1) for rows in (rows_before, rows_now)))
    return 2 * norm.sf(np.abs(moved) / error)
