"""Results as tables, for notebooks."""

from typing import Any

import pandas as pd

from src.stress.case import Case, Result
from src.stress.run import Run

RESULT_COLUMNS = [
    "test",
    "category",
    "severity",
    "cases",
    "worst",
    "told",
    "measure",
    "value",
    "low",
    "medium",
    "high",
    "skipped",
    "advice",
]
CASE_COLUMNS = [
    "test",
    "category",
    "subject",
    "features",
    "severity",
    "value",
    "told",
    "error",
    "rows",
    "figures",
]


def result_frame(run: Run) -> pd.DataFrame:
    """Answer a row for each test.

    `worst` is the subject of the worst case, whose value follows; `told` is one sentence; `low`,
    `medium` and `high` are the thresholds; `skipped` tells why a test did not run.
    """
    return pd.DataFrame([_of_result(result) for result in run.results], columns=RESULT_COLUMNS)


def case_frame(run: Run) -> pd.DataFrame:
    """Answer a row for each case of each test.

    `severity` is None where it could not be judged; `rows` are positions in the evaluation data.
    """
    rows = [_of_case(result, case) for result in run.results for case in result.cases]
    return pd.DataFrame(rows, columns=CASE_COLUMNS)


def _of_result(result: Result) -> dict[str, Any]:
    worst = result.worst.observation if result.worst else None
    about, limits = result.test, result.thresholds
    return {
        "test": about.name,
        "category": about.category,
        "severity": str(result.severity),
        "cases": len(result.cases),
        "worst": worst.subject if worst else "",
        "told": result.gist,
        "measure": about.measure,
        "value": worst.value if worst else None,
        "low": limits.low,
        "medium": limits.medium,
        "high": limits.high,
        "skipped": result.skipped,
        "advice": about.advice,
    }


def _of_case(result: Result, case: Case) -> dict[str, Any]:
    seen = case.observation
    return {
        "test": result.test.name,
        "category": result.test.category,
        "subject": seen.subject,
        "features": list(seen.features),
        "severity": None if case.severity is None else str(case.severity),
        "value": seen.value,
        "told": seen.told,
        "error": seen.error,
        "rows": list(seen.rows),
        "figures": dict(seen.figures),
    }
