"""The command line of releases: ``python -m src release COMMAND``."""

from collections.abc import Callable

import click

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, DEFAULT_SEED

WHY = "For the history."


def of_what(command: Callable) -> Callable:
    """Give a command the options --dataset and --model."""
    for option in (
        click.option("--model", default=DEFAULT_MODEL, help="Which kind of model."),
        click.option("--dataset", default=DEFAULT_DATASET, help="What it is trained on."),
    ):
        command = option(command)
    return command


@click.group()
def release() -> None:
    """See what is in production, compare versions, validate, canary, roll back.

    An ID may be given by its first 6 digits, or more.
    """


@release.command("list")
@of_what
def list_versions(dataset: str, model: str) -> None:
    """List the versions, and which of them answer."""
    from src.release.versions_console import list_and_show

    list_and_show(dataset, model)


@release.command()
@click.argument("model_id", metavar="ID")
@of_what
def show(model_id: str, dataset: str, model: str) -> None:
    """Show a version: how good it is, and both sides of its specification."""
    from src.release.versions_console import show_version

    show_version(model_id, dataset, model)


@release.command()
@click.argument("first", metavar="ID")
@click.argument("second", metavar="ID")
@of_what
def diff(first: str, second: str, dataset: str, model: str) -> None:
    """Tell what changed from one version to another.

    Code, data, parameters, packages, platform, serving and metrics.
    """
    from src.release.versions_console import show_difference

    show_difference(first, second, dataset, model)


@release.command()
@of_what
def history(dataset: str, model: str) -> None:
    """Tell who changed what is in production, when and why."""
    from src.release.versions_console import show_history

    show_history(dataset, model)


@release.command()
@click.argument("model_id", metavar="ID")
@of_what
@click.option("--threads", default=1, type=click.IntRange(1, 64), help="Train with so many.")
@click.option("--recorded-data", is_flag=True, help="Train on the copy that the version keeps.")
def reproduce(model_id: str, dataset: str, model: str, threads: int, recorded_data: bool) -> None:
    """Train a version again from its specification, and compare.

    Ends with status 1 where what comes out is not the same to within the stated tolerance.
    """
    from src.release.reproduce_console import reproduce_and_show

    reproduce_and_show(model_id, dataset, model, threads, recorded_data)


@release.command()
@click.argument("model_id", metavar="ID")
@of_what
def smoke(model_id: str, dataset: str, model: str) -> None:
    """Test whether a version can serve here: it loads, fits the API, and answers as expected."""
    from src.release.versions_console import smoke_and_show

    smoke_and_show(model_id, dataset, model)


@release.command()
@click.argument("steps", nargs=-1, metavar="[STEP]...")
@of_what
@click.option("--model-id", metavar="ID", help="The candidate, where it is not to be trained.")
@click.option("--seed", default=DEFAULT_SEED, help="Decides the split and the model's chances.")
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="As n_estimators=10.")
@click.option("--share", default=0.1, help="Which part of the requests the canary answers.")
@click.option("--wait", default=0.0, metavar="SECONDS", help="How long for the canary's decision.")
def validate(
    steps: tuple[str, ...],
    dataset: str,
    model: str,
    model_id: str | None,
    seed: int,
    parameters: tuple[str, ...],
    share: float,
    wait: float,
) -> None:
    """Take a candidate from the data to production, step by step.

    The steps are data, training, evaluation, smoke, canary and promotion; without one, all of
    them. Each states what must hold before and after it. Where that fails, nothing after it
    runs, and the status is 1. A report is kept under output/validation.
    """
    from src.release.validation_console import validate_and_show

    validate_and_show(steps, dataset, model, model_id, seed, parameters, share, wait)


@release.command()
@click.argument("model_id", metavar="ID", required=False)
@of_what
@click.option("--why", default="", help=WHY)
def rollback(model_id: str | None, dataset: str, model: str, why: str) -> None:
    """Put the previous version in production again, or the one with an ID."""
    from src.release.canary_console import roll_back_and_show

    roll_back_and_show(model_id, dataset, model, why)


@release.group()
def canary() -> None:
    """Have a candidate answer a share of the requests, and see how it does."""


@canary.command()
@click.argument("model_id", metavar="ID")
@of_what
@click.option("--share", default=0.1, help="Which part of the requests it answers, 0 to 1.")
@click.option("--why", default="", help=WHY)
def start(model_id: str, dataset: str, model: str, share: float, why: str) -> None:
    """Start a canary; a training run that is not on S3 yet is published first."""
    from src.release.canary_console import start_and_show

    start_and_show(model_id, dataset, model, share, why)


@canary.command()
@click.argument("part", metavar="SHARE", type=float)
@of_what
def share(part: float, dataset: str, model: str) -> None:
    """Change the share while it runs."""
    from src.release.canary_console import change_share_and_show

    change_share_and_show(part, dataset, model)


@canary.command()
@of_what
def status(dataset: str, model: str) -> None:
    """Tell who answered, latency, errors and quality, and what follows from them so far."""
    from src.release.canary_console import show_status

    show_status(dataset, model)


@canary.command()
@of_what
@click.option("--anyway", is_flag=True, help="Although it is not proven to be better.")
@click.option("--why", default="", help=WHY)
def promote(dataset: str, model: str, anyway: bool, why: str) -> None:
    """Put the candidate in production, if it is proven to be better."""
    from src.release.canary_console import promote_and_show

    promote_and_show(dataset, model, anyway, why)


@canary.command()
@of_what
@click.option("--why", default="", help=WHY)
def abort(dataset: str, model: str, why: str) -> None:
    """Have production answer everything again."""
    from src.release.canary_console import abort_and_show

    abort_and_show(dataset, model, why)
