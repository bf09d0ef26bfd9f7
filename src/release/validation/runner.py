"""Runs steps one after the other, as long as what each asks for and promises holds."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from src.errors import UserError
from src.release.validation.context import Context
from src.release.validation.report import Finding, StepResult, ValidationReport, When

RUNS = "it runs to its end"  # the condition that fails where a step itself meets a UserError


class NotNeeded(Exception):
    """A step has nothing to do as things are, or a condition nothing to check; says why."""


@dataclass(frozen=True)
class Condition:
    """A promise in words, and a check of it.

    The check answers what was found where the promise does not hold, else None. A UserError that
    it raises is such a finding too. NotNeeded tells that there is nothing to check.
    """

    name: str
    check: Callable[[Context], str | None]


@dataclass(frozen=True)
class Step:
    """Something to be done, what must hold before, and what must hold after.

    run answers figures for the report, or raises NotNeeded. told says in short what they tell.
    """

    name: str
    run: Callable[[Context], dict[str, Any]]
    entry: Sequence[Condition] = ()
    exit: Sequence[Condition] = ()
    told: Callable[[dict[str, Any]], str] = lambda figures: ""


def run_steps(
    steps: Sequence[Step],
    context: Context,
    started_at: str,
    keep: Callable[[ValidationReport], None],
    clock: Callable[[], float] = time.monotonic,
) -> ValidationReport:
    """Run steps in order up to the first that fails; nothing after it runs.

    Args:
        steps: to be run.
        context: what they are given and hand on.
        started_at: the time, for the report.
        keep: called with the report after each step, also after one that was interrupted.
        clock: answers seconds, from any start.
    """
    results = []
    for step in steps:
        result = StepResult(step.name)
        results.append(result)
        begun = clock()
        try:
            _run(step, context, result)
        except BaseException as error:  # Ctrl-C, or a mistake of ours
            result.found = f"{type(error).__name__}: {error}".removesuffix(": ")
            raise
        finally:
            result.seconds = clock() - begun
            report = _report(steps, context, started_at, results)
            keep(report)
        if result.outcome == "failed":
            break
    return report


def _run(step: Step, context: Context, result: StepResult) -> None:
    """Run a step, and write down how it goes while it goes."""
    try:
        held = (
            _hold("entry", step.entry, context, result)
            and _act(step, context, result)
            and _hold("exit", step.exit, context, result)
        )
        result.outcome = "passed" if held else "failed"
    except NotNeeded as reason:
        result.outcome, result.found = "not needed", str(reason)


def _hold(
    when: When, conditions: Iterable[Condition], context: Context, result: StepResult
) -> bool:
    """Check conditions up to the first that does not hold."""
    for condition in conditions:
        finding = _check(when, condition, context)
        result.findings.append(finding)
        if finding.outcome == "failed":
            return False
    return True


def _check(when: When, condition: Condition, context: Context) -> Finding:
    try:
        found = condition.check(context)
    except UserError as error:
        found = str(error)
    except NotNeeded as reason:
        return Finding(when, condition.name, "not needed", str(reason))
    return Finding(when, condition.name, "failed" if found else "held", found or "")


def _act(step: Step, context: Context, result: StepResult) -> bool:
    try:
        result.figures = step.run(context)
    except UserError as error:
        result.findings.append(Finding("run", RUNS, "failed", str(error)))
        return False
    return True


def _report(
    steps: Sequence[Step], context: Context, started_at: str, results: list[StepResult]
) -> ValidationReport:
    return ValidationReport(
        dataset=context.dataset,
        model=context.model,
        seed=context.seed,
        parameters=context.parameters,
        started_at=started_at,
        asked=tuple(step.name for step in steps),
        model_id=context.model_id,
        data_hash=context.data_hash,
        steps=tuple(results),
    )
