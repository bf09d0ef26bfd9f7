"""What is wrong with rows: they are there twice, or hardly any is of some class."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from src.stress.case import Observation, Options, Skipped
from src.stress.context import Context
from src.stress.table import Table
from src.stress.tests.likeness import LIKELY, by_chance, fingerprints
from src.stress.tests.values import first, shared

A_HALF = 0.5  # rows of a class that has none, so that it is no infinity


def duplicate_rows(context: Context, options: Options) -> Iterator[Observation]:
    """Tell of the reference and of the evaluation data how many rows repeat an earlier one.

    Raises:
        Skipped: the datasets have no column in common.
    """
    columns = shared(context)
    if not columns:
        raise Skipped("the datasets have no column in common")
    for name, table in _tables(context).items():
        prints = pd.Series(fingerprints(table.frame, columns, table.labels))
        repeated = prints.duplicated().to_numpy()
        told = f"{repeated.sum():,} of {len(table):,} rows of the {name} data repeat an earlier one"
        expected = by_chance(table.frame, columns, len(table) // 2)
        judged = not repeated.any() or expected < LIKELY
        yield Observation(
            float(repeated.mean()) if judged else None,
            f"{told}." if judged else f"{told}; with so few values, chance may explain it.",
            subject=name,
            figures={"share": float(repeated.mean()), "by_chance": expected},
            rows=first(repeated) if table is context.evaluation else (),
        )


def label_imbalance(context: Context, options: Options) -> Iterator[Observation]:
    """Tell of the reference and of the evaluation data how rare the rarest class is.

    Raises:
        Skipped: there are no labels at all.
    """
    labelled = {
        name: one.labels for name, one in _tables(context).items() if one.labels is not None
    }
    if not labelled:
        raise Skipped("there are no labels")
    for name, labels in labelled.items():
        counts = {label: int((labels == label).sum()) for label in _classes(context, labels)}
        rarest, most = min(counts, key=counts.get), max(counts, key=counts.get)
        told = (
            f"The {name} data has {counts[rarest]:,} rows of {rarest} "
            f"and {counts[most]:,} of {most}."
        )
        yield Observation(
            counts[most] / max(counts[rarest], A_HALF),
            told,
            subject=name,
            figures={"rarest": counts[rarest], "most_frequent": counts[most]},
            rows=first(labels == rarest) if name == "evaluation" else (),
        )


def _tables(context: Context) -> dict[str, Table]:
    return {"reference": context.reference, "evaluation": context.evaluation}


def _classes(context: Context, labels: np.ndarray) -> list[object]:
    return list(dict.fromkeys([*context.classes, *np.unique(labels)]))
