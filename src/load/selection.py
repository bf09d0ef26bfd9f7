"""What a load test consists of: which datasets, which models, how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from src.errors import UserError
from src.load.configuration import ALL, Configuration


@dataclass(frozen=True)
class Combination:
    """What one run asks; number is 1 for the first run of the dataset and model."""

    dataset: str
    model: str
    number: int = 1


def combinations(
    configuration: Configuration, datasets: Sequence[str], models: Sequence[str]
) -> list[Combination]:
    """Answer what there is to run.

    Args:
        configuration: says which, and how often.
        datasets: that there are.
        models: kinds of them that there are.

    Raises:
        UserError: there is no dataset or model of a name.
    """
    chosen = product(
        chosen_of(configuration.dataset_name, datasets, "dataset"),
        chosen_of(configuration.model_name, models, "model"),
        range(1, configuration.runs + 1),
    )
    return [Combination(*combination) for combination in chosen]


def chosen_of(text: str, known: Sequence[str], what: str) -> list[str]:
    """Answer the names in a text with commas between them; all where it says so.

    Raises:
        UserError: a name is not known, or there is none.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == [ALL]:
        return list(known)
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        told = repr(unknown[0]) if unknown else "is named"
        raise UserError(f"No {what} {told}: choose {ALL}, or some of {', '.join(known)}.")
    return list(dict.fromkeys(names))
