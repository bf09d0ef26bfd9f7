"""Stress tests of one model with one pair of datasets, in this process."""

from src.stress.case import Case, Observation, Options, Result, Skipped, StressTest
from src.stress.context import Context
from src.stress.model import ModelError
from src.stress.severity import Severity, Thresholds

IGNORE_ERRORS = "ignore_errors"


def run_test(
    test: StressTest,
    context: Context,
    thresholds: Thresholds | None = None,
    options: Options | None = None,
) -> Result:
    """Run one test and grade what it saw.

    A model that raises is of high severity, unless the option ignore_errors is true.

    Args:
        test: of the catalogue, or a user's own.
        context: what it works with.
        thresholds: by default, the test's.
        options: that differ from the test's.
    """
    thresholds = thresholds or test.thresholds
    options = {IGNORE_ERRORS: False} | test.options | (options or {})
    if test.needs_model and context.model is None:
        return Result(test, thresholds, skipped="there is no model to ask")
    try:
        observations = list(test.observe(context, options))
    except Skipped as reason:
        return Result(test, thresholds, skipped=str(reason))
    except ModelError as error:  # on data as it is: all else of the test is beside the point
        observations = [Observation(None, f"The model cannot answer: {error}.", error=str(error))]
    cases = tuple(_case(seen, thresholds, options[IGNORE_ERRORS]) for seen in observations)
    skipped = "" if cases else "the data has nothing that it could be tried on"
    return Result(test, thresholds, cases, skipped)


def _case(seen: Observation, thresholds: Thresholds, ignore_errors: bool) -> Case:
    if seen.error and not ignore_errors:
        return Case(Severity.HIGH, seen)
    return Case(None if seen.value is None else thresholds.grade(seen.value), seen)
