"""Stress tests of a user's own: ``@stress_test(...)`` makes a function one."""

import functools
import importlib.util
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from numbers import Real
from pathlib import Path
from types import ModuleType

from src.errors import UserError
from src.stress.case import Observation, Options, StressTest
from src.stress.catalogue import CATEGORIES, CUSTOM, all_tests
from src.stress.context import Context
from src.stress.severity import Thresholds
from src.stress.suggestion import unknown

Seen = Observation | float | None | Iterable[Observation | float | None]
Observe = Callable[[Context, Options], Seen]

NAME = re.compile(r"[a-z][a-z0-9_]*")

_registered: dict[str, StressTest] = {}


def stress_test(
    *,
    name: str,
    vulnerability: str,
    does: str,
    measure: str,
    advice: str,
    thresholds: Thresholds | tuple[float, float, float],
    category: str = CUSTOM,
    options: Options | None = None,
    needs_model: bool = True,
) -> Callable[[Observe], StressTest]:
    """Make a function a stress test, which runs in this process know from then on.

    The function gets the context and the options. It answers a number, the larger the worse, or an
    observation, or several of them.

    Args:
        name: as it is called in a configuration, as "night_owls".
        vulnerability: what may go wrong, in a sentence.
        does: what the test does about it, in a sentence.
        measure: what the number is, as "share of predictions that change".
        advice: what to do where it finds something.
        thresholds: from which values on it is of low, medium and high severity.
        category: "custom", or one of ours.
        options: what else can be configured, with defaults.
        needs_model: whether it asks the model.

    Raises:
        UserError: the name is none or is taken, the category is unknown, or the thresholds are
            not in order.
    """

    def made(observe: Observe) -> StressTest:
        _check(name, category, observe)
        test = StressTest(
            name=name,
            category=category,
            vulnerability=vulnerability,
            does=does,
            measure=measure,
            advice=advice,
            thresholds=_limits(thresholds, name),
            observe=_observing(observe, name, measure),
            options=dict(options or {}),
            needs_model=needs_model,
        )
        _registered[name] = test
        return test

    return made


def registered() -> dict[str, StressTest]:
    """Answer the tests that were made in this process, by name; those of files are not among."""
    return dict(_registered)


def load(path: Path) -> tuple[StressTest, ...]:
    """Run a file of Python and answer the tests that it makes, in order.

    It runs in this process and may do whatever Python may: load no file that you would not run.

    Raises:
        UserError: there is no such file, it fails, or it makes no test.
    """
    before = registered()
    try:
        _run(path)
        made = tuple(test for name, test in _registered.items() if test is not before.get(name))
    finally:  # what a file makes is its caller's, and not known to the next run
        _registered.clear()
        _registered.update(before)
    if not made:
        raise UserError(f"{path} makes no stress test: put @stress_test(...) above a function.")
    return made


def _check(name: str, category: str, observe: Observe) -> None:
    if not NAME.fullmatch(name):
        raise UserError(
            f"{name!r} is no name of a stress test: use small letters, digits and _, as night_owls."
        )
    if category not in (*CATEGORIES, CUSTOM):
        raise UserError(unknown(f"category (of the test {name})", category, [*CATEGORIES, CUSTOM]))
    # the same function once more is its new version, as when a notebook's cell runs again
    known = _registered.get(name)
    again = known is not None and _origin(known.observe) == _origin(observe)
    if name in all_tests() or (known is not None and not again):
        raise UserError(f"There is a stress test called {name} already: choose another name.")


def _origin(observe: Callable) -> tuple[str, str]:
    return observe.__module__, observe.__qualname__


def _limits(thresholds: Thresholds | tuple[float, float, float], name: str) -> Thresholds:
    if isinstance(thresholds, Thresholds):
        return thresholds
    try:
        return Thresholds(*map(float, thresholds))
    except (TypeError, ValueError) as error:
        raise UserError(
            f"The thresholds of {name} are {thresholds!r}: "
            "they must be three numbers, for low, medium and high, none below the one before."
        ) from error


def _observing(observe: Observe, name: str, measure: str) -> Callable:
    @functools.wraps(observe)
    def observed(context: Context, options: Options) -> Iterator[Observation]:
        seen = observe(context, options)
        several = isinstance(seen, Iterable) and not isinstance(seen, str | bytes)
        for one in seen if several else [seen]:
            yield _observation(one, name, measure)

    return observed


def _observation(seen: object, name: str, measure: str) -> Observation:
    if seen is None or (isinstance(seen, Real) and math.isnan(seen)):
        return Observation(None, f"{measure}: there is no such number.")
    if isinstance(seen, Real):
        return Observation(float(seen), f"{measure}: {float(seen):.4g}.")
    if isinstance(seen, Observation):
        unknown_value = seen.value is not None and math.isnan(seen.value)
        return replace(seen, value=None) if unknown_value else seen
    raise TypeError(
        f"{name} answered {seen!r:.60}: it must answer a number, an Observation, or several of them"
    )


def _run(path: Path) -> ModuleType:
    if not path.is_file():
        raise UserError(f"There is no file {path}: correct its path.")
    spec = importlib.util.spec_from_file_location(f"stress_tests_in_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path} is no file of Python: its name must end in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there for the module of a class
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UserError(f"{path} fails ({_told(error)}): correct it.") from error
    return module


def _told(error: BaseException) -> str:
    if isinstance(error, UserError):
        return str(error).rstrip(".")
    return f"{type(error).__name__}: {error}"
