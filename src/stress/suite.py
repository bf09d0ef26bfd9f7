"""Which tests a configuration asks for, and by which thresholds and options."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from src.errors import UserError
from src.stress.case import Options, StressTest
from src.stress.catalogue import all_tests
from src.stress.configuration import SENSITIVITIES, Limits, OneTest, TestRunConfig
from src.stress.running import IGNORE_ERRORS
from src.stress.severity import Thresholds
from src.stress.suggestion import unknown


@dataclass(frozen=True)
class Planned:
    """A test that shall run, with all that it needs."""

    test: StressTest
    thresholds: Thresholds
    options: Options


def plan(config: TestRunConfig, custom: Iterable[StressTest] = ()) -> tuple[Planned, ...]:
    """Answer the tests that shall run, in the order of the catalogue, then the user's own.

    A test runs where its category is asked for or it is the user's own, and its configuration does
    not say `run: false`; with `run: true` it runs whatever its category.

    Raises:
        UserError: a test or an option is unknown, a threshold is of no use, or nothing would run.
    """
    own = _by_name(custom)
    tests = all_tests() | own
    suite = config.test_suite_config
    for name in suite.individual_tests_config:
        if name not in tests:
            raise UserError(unknown("stress test", name, tests))
    factor = SENSITIVITIES[suite.global_test_sensitivity]
    planned = []
    for name, test in tests.items():
        one = suite.individual_tests_config.get(name, OneTest())
        asked = test.category in config.categories or name in own
        if asked if one.run is None else one.run:
            options = _options(test, one)
            planned.append(Planned(test, _thresholds(test, one.thresholds, factor), options))
    if not planned:
        raise UserError("No test would run: choose more categories, or `run: true` for a test.")
    return tuple(planned)


def _by_name(custom: Iterable[StressTest]) -> dict[str, StressTest]:
    tests: dict[str, StressTest] = {}
    for test in custom:
        if test.name in all_tests() or test.name in tests:
            raise UserError(f"There are two stress tests called {test.name!r}: rename your own.")
        tests[test.name] = test
    return tests


def _thresholds(test: StressTest, given: Limits, factor: float) -> Thresholds:
    """Thresholds that are given, and for the others the test's times the factor."""
    scaled = test.thresholds.scaled(factor)
    chosen = {
        name: getattr(scaled, name) if limit is None else limit
        for name, limit in (("low", given.low), ("medium", given.medium), ("high", given.high))
    }
    try:
        return Thresholds(**chosen)
    except ValueError as error:
        told = ", ".join(f"{name} {limit:g}" for name, limit in chosen.items())
        raise UserError(f"The thresholds of {test.name} are {told}: {error}.") from error


def _options(test: StressTest, one: OneTest) -> Options:
    for name, value in one.options.items():
        if name not in test.options:
            keys = ["run", "thresholds", IGNORE_ERRORS, *test.options]
            raise UserError(unknown(f"option of {test.name}", name, keys))
        _check_kind(test, name, value)
    return {IGNORE_ERRORS: one.ignore_errors} | one.options


def _check_kind(test: StressTest, name: str, value: Any) -> None:
    """Refuse a value that is of another kind than the option's default."""
    default = test.options[name]
    if default is None or (
        isinstance(value, type(default)) and _is_bool(value) == _is_bool(default)
    ):
        return
    if isinstance(default, float) and isinstance(value, int) and not _is_bool(value):
        return
    if isinstance(default, list | tuple) and isinstance(value, list | tuple):
        return
    raise UserError(
        f"The option {name} of {test.name} is {value!r}: give {type(default).__name__}, "
        f"as the default {default!r}."
    )


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)
