"""Validation on the command line: a line for each step and condition, and what is to be done."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from src.config import Settings
from src.errors import UserError
from src.release.canary import judge
from src.release.release import Release
from src.release.validation.context import Context
from src.release.validation.pipeline import STEPS, chosen_steps
from src.release.validation.report import Keeper, StepResult, ValidationReport
from src.release.validation.runner import Step, run_steps
from src.release.versions import Versions
from src.train.console import parameter
from src.train.pipeline import build_estimator

FOLDER = "validation"
MARKS = {
    "passed": ("✔", "green"),
    "held": ("✔", "green"),
    "not needed": ("-", "yellow"),
    "failed": ("✗", "red"),
    "interrupted": ("✗", "red"),
}


def validate_and_show(
    steps: Sequence[str],
    dataset: str,
    model: str,
    model_id: str | None,
    seed: int,
    parameters: tuple[str, ...],
    share: float,
    wait: float,
) -> None:
    """Run steps of the validation and print how each goes; end with status 1 where one fails.

    Args:
        steps: names of steps; none are all.
        dataset: what the model is trained on.
        model: which kind of model.
        model_id: of a trained candidate, or the start of it.
        seed: of the training.
        parameters: of the training, each NAME=VALUE.
        share: which part of the requests a canary answers.
        wait: seconds, at most, for the decision about it.

    Raises:
        UserError: an argument is of no use.
    """
    chosen = chosen_steps(steps, trained=model_id is not None)
    values = dict(parameter(text) for text in parameters)
    _check_arguments(model, model_id, seed, values, share)
    settings, release = Settings.from_env(), Release(dataset, model)
    context = Context(dataset, model, seed, settings, release, judge, values, share, wait)
    context.model_id = model_id and Versions(dataset, model).find(model_id).model_id
    report = _run_and_show(chosen, context)
    if not report.passed:
        sys.exit(1)


def _check_arguments(
    model: str, model_id: str | None, seed: int, parameters: dict[str, object], share: float
) -> None:
    build_estimator(model, seed, **parameters)  # a mistake shows before anything is done
    if model_id and parameters:
        raise UserError("-p is for the training, and the candidate of --model-id is trained.")
    if not 0 < share <= 1:
        raise UserError(f"A share of {share:g} is none: give more than 0, and at most 1.")


def _run_and_show(steps: Sequence[Step], context: Context) -> ValidationReport:
    console = Console(highlight=False, soft_wrap=True)
    keeper = Keeper(context.settings.output_dir / FOLDER)
    status = console.status("")

    def show(report: ValidationReport) -> None:
        keeper(report)
        status.stop()
        _show_step(console, report.steps[-1])

    def progress(what: str, done: float) -> None:
        if console.is_terminal:  # in a file it would be a line each time
            status.update(Text(f"{what} ({done:.0%})"))
            status.start()

    context.progress = progress
    try:
        report = run_steps(steps, context, datetime.now(UTC).isoformat(), show)
    finally:
        status.stop()
        console.print(f"\nThe report: {keeper.path}", markup=False)
    if not report.passed:
        console.print(_next_step(report, context), markup=False)
    return report


def _show_step(console: Console, result: StepResult) -> None:
    told = next(step.told for step in STEPS if step.name == result.step)
    text = told(result.figures) if result.figures else result.found
    console.print(_line(result.outcome, f"{result.step} ({result.seconds:.1f} s)", text))
    for finding in result.findings:
        console.print(_line(finding.outcome, finding.condition, finding.found, indent="    "))


def _line(outcome: str, what: str, found: str, indent: str = "") -> Text:
    mark, colour = MARKS[outcome]
    return Text.assemble(indent, (mark, colour), f" {what}", f": {found}" if found else "")


def _next_step(report: ValidationReport, context: Context) -> str:
    failed = report.steps[-1]
    rest = " ".join(report.asked[report.asked.index(failed.step) :])
    again = f"python -m src release validate {rest} {context.arguments}".rstrip()
    if failed.step == "data":
        return (
            "Next: correct the data. Where it is right and the world has changed, leave out this "
            "step, by naming the others."
        )
    worse = failed.figures.get("verdict") == "worse"
    if worse or (failed.step == "evaluation" and failed.figures):
        return "Next: validate another candidate, as with other parameters (-p NAME=VALUE)."
    if failed.step == "canary" and failed.figures.get("verdict") == "not yet":
        return f"Next: when more labels have come in, `{again}`."
    return f"Next: see to that, then `{again}`."
