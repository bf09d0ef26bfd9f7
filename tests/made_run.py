"""Runs of stress tests that nobody ran: results made by hand."""

from src.stress.case import About, Case, Observation, Result
from src.stress.run import Run
from src.stress.severity import Severity, Thresholds

THRESHOLDS = Thresholds(0.1, 0.2, 0.5)
FACTS = {
    "run_id": "run-1",
    "name": "nightly",
    "project": "fraud",
    "model": "forest",
    "reference": "train",
    "evaluation": "test",
    "task": "MODEL_TASK_BINARY_CLASSIFICATION",
    "seed": 0,
    "status": "succeeded",
    "started_at": "2026-01-02T03:04:05+00:00",
    "finished_at": "2026-01-02T03:04:15+00:00",
}


def run_of(*results, **facts):
    return Run(**(FACTS | facts), results=results)


def result_of(name, *cases, category="transformations", thresholds=THRESHOLDS, skipped=""):
    about = About(
        name,
        category,
        vulnerability=f"{name} may go wrong.",
        does=f"It tries {name}.",
        measure="share of predictions that change",
        advice=f"Look at {name}.",
    )
    return Result(about, thresholds, cases, skipped)


def case_of(value, subject="", **seen):
    """A case that is graded by THRESHOLDS; where it has an error, it is of high severity."""
    told = seen.pop("told", f"{subject} was seen")
    observation = Observation(value, told, subject, **seen)
    if observation.error:
        return Case(Severity.HIGH, observation)
    return Case(None if value is None else THRESHOLDS.grade(value), observation)
