"""Evaluation rows that reference rows match, exactly or nearly."""

import numpy as np

from src.stress.case import Observation, Options, Skipped
from src.stress.context import Context
from src.stress.tests import chance
from src.stress.tests.chance import Difference
from src.stress.tests.encoding import encoded
from src.stress.tests.likeness import LIKELY, by_chance, fingerprints
from src.stress.tests.values import first, positions, shared

MOST = 1_000  # rows of each dataset whose nearest row is looked for
FEWEST = 50  # of each; with fewer, nobody knows what is usual
NEAR = 0.05  # of the usual distance to the nearest row
EXACT = 1e-9  # a distance that rounding explains: such rows are alike, and another test tells


def exact_matches(context: Context, options: Options) -> list[Observation]:
    """Tell how many evaluation rows the reference data has too.

    Raises:
        Skipped: the datasets have no column in common.
    """
    columns = shared(context)
    if not columns:
        raise Skipped("the datasets have no column in common")
    known = fingerprints(context.reference.frame, columns)
    met = np.isin(fingerprints(context.evaluation.frame, columns), known)
    expected = by_chance(context.reference.frame, columns, len(known))
    judged = not met.any() or expected < LIKELY
    told = f"{met.sum():,} of {len(met):,} evaluation rows are in the reference data too"
    return [
        Observation(
            float(met.mean()) if judged else None,
            f"{told}." if judged else f"{told}; with so few values, chance may explain it.",
            figures={"share": float(met.mean()), "by_chance": expected},
            rows=first(met),
        )
    ]


def near_matches(context: Context, options: Options) -> list[Observation]:
    """Tell how many evaluation rows nearly match a reference row, beyond what is usual.

    Raises:
        Skipped: the data has no column in common, or too few rows.
    """
    columns = shared(context)
    if not columns or min(len(context.reference), len(context.evaluation)) < FEWEST:
        raise Skipped(f"it needs a column in both datasets and {FEWEST} rows of each")
    known, asked = _scaled(context)
    rng = context.rng("near_matches")
    others, rows = (np.sort(rng.permutation(len(part))[:MOST]) for part in (known, asked))
    among_known = _distances(known[others], known)[:, 1]  # the nearest is the row itself
    to_known = _distances(asked[rows], known)[:, 0]
    usual = float(np.median(among_known))
    was, near = (_near(distances, usual) for distances in (among_known, to_known))
    told = (
        f"{near.sum():,} of {len(near):,} evaluation rows nearly match a reference row; "
        f"so do {was.mean():.1%} of the reference rows themselves"
    )
    figures = {"share": float(near.mean()), "among_reference": float(was.mean())}
    value = max(0.0, float(near.mean() - was.mean()))
    seen = Observation(value, told, figures=figures, rows=positions(rows[near]))
    p_value = chance.of_shares(int(was.sum()), len(was), int(near.sum()), len(near))
    return list(chance.judged([Difference(seen, p_value)]))


def _scaled(context: Context) -> list[np.ndarray]:
    """Answer both datasets as points: numbers in standard deviations, empty ones in the middle."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    columns, like = shared(context), context.reference.frame
    known, asked = (
        encoded(table.frame, columns, like) for table in (context.reference, context.evaluation)
    )
    scaler = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()).fit(known)
    return [scaler.transform(part) for part in (known, asked)]


def _distances(points: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Answer how far each point is from the two that are nearest, the nearest first."""
    from scipy.spatial import KDTree

    return KDTree(known).query(points, k=2)[0]


def _near(distances: np.ndarray, usual: float) -> np.ndarray:
    return (distances > EXACT) & (distances < NEAR * usual)
