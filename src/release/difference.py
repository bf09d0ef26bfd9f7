"""What changed from one version to another, by group."""

import json
from dataclasses import dataclass
from typing import Any

from src.train.report import Report
from src.train.specification import Serving

GROUPS = (
    "code",
    "data",
    "parameters",
    "seed",
    "packages",
    "platform",
    "serving",
    "metrics",
)


class Absent:
    """Stands where only one of two versions has something."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = Absent()


@dataclass(frozen=True)
class Change:
    """What was one thing and is another; ABSENT where there was, or is, nothing."""

    name: str
    was: Any
    now: Any


def compare(first: Report, second: Report) -> dict[str, list[Change]]:
    """Tell what changed from the first version to the second.

    Returns:
        For each of GROUPS, in that order, what changed in it; nothing where it is equal. Metrics
        are log losses. Of serving, the sample and its answers are left out, as they follow from
        the rest.
    """
    facts = zip(_facts(first).items(), _facts(second).values(), strict=True)
    return {group: _changes(was, now) for (group, was), now in facts}


def _facts(report: Report) -> dict[str, dict[str, Any]]:
    """What a report says, by group and name."""
    facts = (
        {"hash": report.code_hash},
        {"dataset": report.dataset, "hash": report.data_hash},
        {"model": report.model, **report.parameters},
        {"seed": report.seed},
        report.packages,
        {"platform": report.platform or ABSENT},  # as in an older report
        _facts_of_serving(report.serving),
        {
            "test log loss": report.test_log_loss,
            "cv mean": report.mean_cv_log_loss,
            "cv std": report.std_cv_log_loss,
        },
    )
    return dict(zip(GROUPS, facts, strict=True))


def _facts_of_serving(serving: Serving | None) -> dict[str, Any]:
    if serving is None:
        return {}
    described = {
        f"column {column['name']}, {fact}": value
        for column in serving.columns
        for fact, value in column.items()
        if fact != "name"
    }
    names = [column["name"] for column in serving.columns]
    return {
        "API version": serving.api_version,
        "classes": serving.classes,
        "columns": names,
        **described,
    }


def _changes(was: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    names = [*was, *(name for name in now if name not in was)]
    pairs = [Change(name, was.get(name, ABSENT), now.get(name, ABSENT)) for name in names]
    return [change for change in pairs if _text(change.was) != _text(change.now)]


def _text(value: Any) -> str:
    """The value as the id sees it: to Python, 1 and 1.0 and True are the same, to a forest not."""
    return json.dumps(value, sort_keys=True, default=lambda absent: {"absent": True})
