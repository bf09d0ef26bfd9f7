"""The results.json of an Exercism test runner, version 3; a task is an exercise.

Source: https://exercism.org/docs/building/tooling/test-runners/interface
"""

import json
from collections.abc import Sequence

from checker.formats.cases import Case, cases
from checker.verdict import Verdict

STATUSES = {"passed": "pass", "failed": "fail", "error": "error", "skipped": "error"}
LONGEST_OUTPUT, LONGEST_MESSAGE = 500, 65_535
CUT = "… Output was truncated. Please limit to 500 chars"


def text(day: str, title: str, verdicts: Sequence[Verdict]) -> str:
    """The day's results as an Exercism test runner gives them; `error` where nothing was tried."""
    tried = [(verdict, case) for verdict in verdicts for case in cases(verdict)]
    status = _status({STATUSES[case.outcome] for _, case in tried})
    data = {
        "version": 3,
        "status": status,
        "message": _message(tried) if status == "error" else None,
        "tests": [_test(verdict, case) for verdict, case in tried],
    }
    return json.dumps(data, indent=2) + "\n"


def _status(statuses: set[str]) -> str:
    return next(iter(statuses)) if len(statuses) == 1 else "fail"


def _message(tried: Sequence[tuple[Verdict, Case]]) -> str:
    told = [
        f"{verdict.exercise.title}: {case.message}"
        for verdict, case in tried
        if case.name == "reference"
    ]
    return "\n".join(told)[:LONGEST_MESSAGE]


def _test(verdict: Verdict, case: Case) -> dict:
    exercise = verdict.exercise
    return {
        "name": f"{exercise.title}: {case.name.replace('-', ' ')}",
        "status": STATUSES[case.outcome],
        "message": case.message or None,
        "output": _output(case.notes),
        "test_code": f"make check-{exercise.day} EX={exercise.number}",
        "task_id": exercise.number,
    }


def _output(notes: str) -> str | None:
    if len(notes) > LONGEST_OUTPUT:
        return notes[: LONGEST_OUTPUT - len(CUT)] + CUT
    return notes or None
