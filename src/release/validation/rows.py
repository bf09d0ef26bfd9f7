"""Which rows a model was trained on, and which it may be judged by."""

import pandas as pd

from src.benchmark.benchmark import SPLIT
from src.benchmark.contender import Contender
from src.schema import Schema

TRAIN, TEST = "train", "test"


def part(rows: pd.DataFrame, split: str) -> pd.DataFrame:
    """Answer the rows of a version that were trained on, or held out."""
    return rows[rows[SPLIT] == split]


def how_many_shared(some: pd.DataFrame, others: pd.DataFrame, schema: Schema) -> int:
    """Answer how many of some rows are among others, by their id or else their features."""
    columns = _identifying(schema)
    known = set(_keys(others, columns))
    return sum(key in known for key in _keys(some, columns))


def fair_rows(candidate: Contender, production: Contender, schema: Schema) -> pd.DataFrame:
    """Answer the rows that either of two versions held out, and neither was trained on.

    Each row is there once. Rows that lack a column that one of the versions needs are left out.
    Where both have the same data and seed, these are all that they held out.
    """
    both = (production.rows, candidate.rows)
    columns = [name for name in _identifying(schema) if all(name in rows for rows in both)]
    needed = {name for rows in both for name in rows.columns}
    fit = [part(rows, TEST) for rows in both if needed <= set(rows.columns)]
    if not (columns and fit):
        return production.rows.head(0)
    trained = {key for rows in both for key in _keys(part(rows, TRAIN), columns)}
    held_out = pd.concat(fit, ignore_index=True)
    fair = [key not in trained for key in _keys(held_out, columns)]
    return held_out[fair].drop_duplicates(columns, ignore_index=True)


def _identifying(schema: Schema) -> list[str]:
    return [schema.id] if schema.id else list(schema.feature_names)


def _keys(rows: pd.DataFrame, columns: list[str]) -> list[tuple]:
    return list(rows[columns].itertuples(index=False, name=None))
