"""The first step: is the data what its schema says, and what production was trained on?"""

from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any

import pandas as pd

from src.benchmark.contender import ROWS
from src.errors import UserError
from src.release.drift import Drift, Share, drift_of_columns, shares_of_classes
from src.release.registry import NotInProduction
from src.release.validation.context import Context
from src.release.validation.ranges import listed, outside
from src.release.validation.runner import Condition, NotNeeded, Step
from src.train.dataset import Dataset, data_hash, load
from src.utils import sha256

LEAST_PART = 0.5  # of production's rows: half an extraction is lost sooner than half the world


@dataclass(frozen=True)
class Findings:
    """The data, and how it differs from what production was trained on, if anything is there.

    production is the id of that version; not_compared names columns that its data has not.
    """

    dataset: Dataset
    production: str | None = None
    rows_of_production: int = 0
    drift: list[Drift] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    not_compared: tuple[str, ...] = ()


def _readable(context: Context) -> None:
    load(context.dataset, context.settings)


def _inspect(context: Context) -> dict[str, Any]:
    dataset = load(context.dataset, context.settings)
    context.data_hash = data_hash(dataset.frame)
    context.data = _compare(dataset, context)
    found = context.data
    return {
        "rows": len(dataset.frame),
        "data_hash": context.data_hash,
        "compared_with": found.production,
        "rows_of_production": found.rows_of_production,
        "drift": {drift.column: _figures(drift) for drift in found.drift},
        "not_compared": list(found.not_compared),
        "class_shares": {share.label: _figures(share) for share in found.shares},
    }


def _compare(dataset: Dataset, context: Context) -> Findings:
    try:
        model_id, before = _rows_of_production(context)
    except NotInProduction:
        return Findings(dataset)
    schema, now, target = dataset.schema, dataset.frame, dataset.schema.target
    compared = (*schema.feature_names, target)
    return Findings(
        dataset,
        model_id,
        len(before),
        drift_of_columns(before, now, schema),
        shares_of_classes(before[target], now[target], schema) if target in before else [],
        tuple(name for name in compared if name not in before.columns),
    )


def _rows_of_production(context: Context) -> tuple[str, pd.DataFrame]:
    """All rows that the version in production keeps; its model need not load here."""
    registry, of_what = context.release.registry, (context.dataset, context.model)
    model_id = registry.production(*of_what).model_id
    content = registry.artifact(*of_what, model_id, ROWS)
    if sha256(content) != registry.report(*of_what, model_id).artifacts.get(ROWS):
        raise UserError(f"The {ROWS} of {model_id}, which is in production, is damaged on S3.")
    return model_id, pd.read_parquet(BytesIO(content))


def _within_schema(context: Context) -> str | None:
    frame, schema = context.data.dataset.frame, context.data.dataset.schema
    problems = (outside(frame[column.name], column) for column in schema.columns)
    return listed(problem for problem in problems if problem)


def _compared(context: Context) -> Findings:
    """What the data was compared with; there is nothing to check where that is nothing."""
    if context.data.production is None:
        raise NotNeeded("nothing is in production to compare with")
    return context.data


def _rows_enough(context: Context) -> str | None:
    found = _compared(context)
    rows, before = len(found.dataset.frame), found.rows_of_production
    if rows >= LEAST_PART * before:
        return None
    return f"there are {rows:,}, and production was made from {before:,}"


def _ids_once(context: Context) -> str | None:
    frame, schema = context.data.dataset.frame, context.data.dataset.schema
    if schema.id is None:
        raise NotNeeded("its schema has no id")
    ids = frame[schema.id]
    twice = ids[ids.duplicated()].unique().tolist()
    return f"{schema.id} {listed(map(repr, twice))} is there more than once" if twice else None


def _no_drift(context: Context) -> str | None:
    far = sorted((d for d in _compared(context).drift if d.drifted), key=lambda d: -d.index)
    return listed(f"{d.column} has {d.index:.2f}, where {d.limit:.2f} is the limit" for d in far)


def _same_shares(context: Context) -> str | None:
    far = (share for share in _compared(context).shares if share.drifted)
    return listed(f"{s.label} is {s.now:.1%} of the rows, and was {s.before:.1%}" for s in far)


def _figures(compared: Drift | Share) -> dict[str, Any]:
    figures = asdict(compared) | {"drifted": compared.drifted}
    return {name: value for name, value in figures.items() if name not in ("column", "label")}


def _told(figures: dict[str, Any]) -> str:
    rows = f"{figures['rows']:,} rows"
    if not figures["compared_with"]:
        return f"{rows}; nothing is in production, so that drift was not compared"
    by_index = sorted(figures["drift"].items(), key=lambda item: item[1]["index"])
    worst = "".join(f"; most drift: {name} {each['index']:.3f}" for name, each in by_index[-1:])
    return f"{rows}, {figures['rows_of_production']:,} in production{worst}"


READABLE = Condition("the dataset can be read, and has its schema's columns", _readable)

DATA = Step(
    "data",
    entry=(READABLE,),
    run=_inspect,
    exit=(
        Condition("every value is in its column's range or categories", _within_schema),
        Condition("there are at least half as many rows as production was made from", _rows_enough),
        Condition("no id is there twice", _ids_once),
        Condition("no column drifted from production's data (PSI)", _no_drift),
        Condition("each class is about as frequent as in production's data", _same_shares),
    ),
    told=_told,
)
