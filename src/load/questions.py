"""What a terminal is asked before a load test: which datasets, which models, how often."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import click

from src.errors import UserError
from src.load.configuration import ALL, Configuration
from src.load.selection import chosen_of
from src.load.sources import Resolved


def asked(resolved: Resolved, datasets: Sequence[str], models: Sequence[str]) -> Configuration:
    """Ask for what only a file or nobody has said; Return takes what is offered.

    Args:
        resolved: the settings so far.
        datasets: that there are.
        models: kinds of them that there are.
    """
    configuration = resolved.configuration
    questions = (
        ("dataset_name", f"Datasets ({_choice(datasets)})", _names(datasets, "dataset")),
        ("model_name", f"Models ({_choice(models)})", _names(models, "model")),
        ("runs", "How often each", click.IntRange(1)),
    )
    answers = {
        path: click.prompt(question, default=resolved.value(path), type=kind)
        for path, question, kind in questions
        if not (resolved.by_hand(path) or resolved.by_environment(path))
    }
    return replace(configuration, **answers)


def _choice(names: Sequence[str]) -> str:
    return ", ".join([*names, ALL])


def _names(known: Sequence[str], what: str) -> Callable[[str], str]:
    """A type of click's: what it refuses is asked again."""

    def checked(text: Any) -> str:
        try:
            chosen_of(str(text), known, what)
        except UserError as error:
            raise click.BadParameter(str(error)) from error
        return str(text)

    return checked
