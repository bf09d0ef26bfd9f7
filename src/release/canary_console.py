"""Canaries and roll-backs on the command line."""

import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from src import aws
from src.errors import UserError
from src.release.canary import Judgement, judge
from src.release.canary_status import heading, sentences, share, table, verdict
from src.release.release import Refused, Release
from src.release.smoke import check_run
from src.release.versions import Known, Versions, options

WIDTH_OF_A_FILE = 120
COMMAND = "python -m src release"
STEP_AFTER = {"better": "canary promote", "worse": "canary abort"}


def start_and_show(model_id: str, dataset: str, model: str, part: float, why: str) -> None:
    """Start a canary, publish it first where it is not on S3 yet, and tell what to do next.

    Raises:
        UserError: there is no such version, or the release refuses it.
    """
    release = Release(dataset, model)
    chosen = _published(Versions(dataset, model).find(model_id), release)
    state = release.start_canary(chosen, part, why)
    click.echo(
        f"{chosen} answers {share(state.candidate)} of the requests, {state.model_id} the others.\n"
        "Labels come in by POST /feedback.\n"
        f"Next: {_command('canary status', release)}, or another share with "
        f"{_command('canary share SHARE', release)}"
    )


def change_share_and_show(part: float, dataset: str, model: str) -> None:
    """Have the candidate answer another share of the requests.

    Raises:
        UserError: there is no canary, or the share is none.
    """
    candidate = Release(dataset, model).change_share(part).candidate
    click.echo(f"{candidate.model_id} answers {share(candidate)} of the requests now.")


def show_status(dataset: str, model: str) -> None:
    """Print what was counted of both, what follows from it, and the next step.

    Raises:
        UserError: there is no canary.
    """
    release = Release(dataset, model)
    judgement = judge(release)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
    click.echo(f"{model} on {dataset}: {heading(judgement)}\n")
    console.print(table(judgement))
    click.echo()
    click.echo("\n".join(sentences(judgement, datetime.now(UTC))))
    if judgement.decision.verdict in STEP_AFTER:
        click.echo(f"Next: {_command(STEP_AFTER[judgement.decision.verdict], release)}")


def promote_and_show(
    dataset: str,
    model: str,
    anyway: bool,
    why: str,
    release: Release | None = None,
    store: Any = aws,
) -> None:
    """Put the candidate in production, if it is proven to be better or there is a reason.

    Args:
        dataset: what the models are trained on.
        model: which kind of model.
        anyway: although it is not proven to be better.
        why: for the history.
        release: what changes production; by default a Release.
        store: where the servers write: whatever has download and list_keys like ``src.aws``.

    Raises:
        Refused: there is no canary, or it is not proven to be better.
        UserError: it is to be promoted anyway, and no reason is given.
    """
    release = release or Release(dataset, model)
    if anyway and not why:
        raise UserError("Promoting it anyway takes a reason: give it with --why.")
    judgement = judge(release, store)
    if judgement.decision.verdict != "better" and not anyway:
        raise Refused(
            f"{judgement.candidate.model_id} is not proven to be better. "
            f"{verdict(judgement.decision)} Wait for more labels, abort it with "
            f"`{_command('canary abort', release)}`, or give --anyway and a reason with --why."
        )
    release.promote_canary(_reason(judgement, why), judgement.candidate.model_id)
    click.echo(
        f"In production: {judgement.candidate.model_id} ({model} on {dataset})\n"
        f"It replaces {judgement.production}, which comes back with: "
        f"{_command('rollback', release)}"
    )


def abort_and_show(dataset: str, model: str, why: str) -> None:
    """Have production answer everything again.

    Raises:
        Refused: there is no canary.
    """
    state = Release(dataset, model).abort_canary(why)
    click.echo(f"{state.history[-1].model_id} is no canary any more.")
    click.echo(f"In production: {state.model_id} ({model} on {dataset})")


def roll_back_and_show(model_id: str | None, dataset: str, model: str, why: str) -> None:
    """Put the previous version in production again, or a given one, and tell what it replaced.

    Raises:
        UserError: there is no such version, or it is in production already.
    """
    release = Release(dataset, model)
    chosen = None if model_id is None else Versions(dataset, model).find(model_id)
    if chosen and not chosen.published:
        raise UserError(f"{chosen.model_id} was never on S3: a roll-back goes to what was.")
    state = release.rollback(chosen and chosen.model_id, why)
    click.echo(f"In production: {state.model_id} ({model} on {dataset})")
    click.echo(f"It replaces {state.history[-1].instead_of}.")
    if state.previous is None:
        click.echo("There is nothing before it: a further roll-back needs an ID.")
    else:
        click.echo(f"A further roll-back goes to {state.previous}.")


def _published(version: Known, release: Release) -> str:
    """Publish a version where it is here only; answer its id."""
    if not version.published:
        check_run(version.run_dir)
        release.registry.publish(version.run_dir)
    return version.model_id


def _reason(judgement: Judgement, why: str) -> str:
    decision = judgement.decision
    return f"{why} ({decision.verdict})" if why else f"{decision.verdict}: {decision.why}"


def _command(name: str, release: Release) -> str:
    """A command to type, about the same dataset and model."""
    return f"{COMMAND} {name}{options(release.dataset, release.model)}"
