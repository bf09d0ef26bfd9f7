"""The checker's own results, for programs that know of chaffs and wheats."""

import json
from collections.abc import Sequence

from checker.verdict import Verdict


def text(day: str, title: str, verdicts: Sequence[Verdict]) -> str:
    """The day's results as JSON."""
    return json.dumps(as_data(day, verdicts), indent=2) + "\n"


def as_data(day: str, verdicts: Sequence[Verdict]) -> dict:
    """The day's results, ready for JSON. `caught` and `passed` are null where nothing was tried."""
    return {"day": day, "exercises": [_exercise(verdict) for verdict in verdicts]}


def _exercise(verdict: Verdict) -> dict:
    return {
        "path": verdict.exercise.path,
        "title": verdict.exercise.title,
        "bonus": verdict.exercise.bonus,
        "status": verdict.status,
        "cases": verdict.cases,
        "cases_asked": verdict.exercise.at_least,
        "chaffs": [
            {"name": chaff.name, "caught": chaff.caught, "by": list(chaff.by)}
            for chaff in verdict.chaffs
        ],
        "wheats": [{"name": wheat.name, "passed": wheat.passed} for wheat in verdict.wheats],
        "idle": list(verdict.idle),
        "messages": list(verdict.messages),
        "seconds": verdict.seconds,
    }
