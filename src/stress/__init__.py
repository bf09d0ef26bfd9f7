"""Stress tests of a model: each evaluates its resilience with regard to one vulnerability.

The SDK: ``from src import stress; client = stress.Client()``; docs/stress.md shows the procedure.
What is named here is imported when first used, so that help on the command line is instant.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "src.errors": ["UserError"],
    "src.stress.case": ["About", "Case", "Observation", "Result", "Skipped", "StressTest"],
    "src.stress.catalogue": ["BY_DEFAULT", "CATEGORIES", "all_tests", "tests_of"],
    "src.stress.client": ["Client"],
    "src.stress.context": ["Context"],
    "src.stress.custom": ["stress_test"],
    "src.stress.data": ["load_table"],
    "src.stress.job": ["Job"],
    "src.stress.loading": ["load_model"],
    "src.stress.model": ["Fitted", "Model", "ModelError"],
    "src.stress.project": ["Project"],
    "src.stress.run": ["Run"],
    "src.stress.running": ["run_test"],
    "src.stress.severity": ["Severity", "Thresholds"],
    "src.stress.status": ["Progress", "Status"],
    "src.stress.table": ["Table"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
