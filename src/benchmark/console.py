"""The benchmark on the command line: ask for the candidate, compare, print."""

import sys

from rich.console import Console
from rich.table import Table

from src.benchmark.benchmark import Comparison, Scores, compare
from src.benchmark.contender import fetch_production, read_candidate
from src.config import Settings
from src.errors import UserError
from src.release.registry import Registry
from src.schema import load_schema
from src.train.pipeline import build_estimator
from src.utils import Cache, find_experiment

DIGITS_SHOWN = 10
WIDTH_OF_A_FILE = 120


def benchmark_and_show(model_id: str | None, against: str) -> None:
    """Compare a training run with what is in production of a kind of model, and print it.

    Args:
        model_id: of the run, or how it starts; None asks the operator for it.
        against: the kind of model in production, on the run's dataset.

    Raises:
        UserError: there is no such run, nothing in production, or they cannot be compared.
    """
    build_estimator(against)  # a mistake in the name shows before anything is asked or fetched
    settings = Settings.from_env()
    run_dir = find_experiment(_ask() if model_id is None else model_id, settings.output_dir)
    candidate = read_candidate(run_dir)
    dataset = candidate.report.dataset
    cache = Cache(settings.output_dir / "cache" / settings.bucket)
    production = fetch_production(dataset, against, Registry(), cache)
    comparison = compare(candidate, production, load_schema(dataset, settings.data_dir))

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
    console.print(table(comparison))
    console.print("\n" + explanation(comparison), soft_wrap=True, markup=False)


def table(comparison: Comparison) -> Table:
    """The figures: a row for the candidate, a row for production."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    drawn.add_column("model id")
    for heading in ("log loss", "cv mean", "cv std"):
        drawn.add_column(heading, justify="right")
    drawn.add_row(
        f"{comparison.candidate.model_id[:DIGITS_SHOWN]}…", *_figures(comparison.candidate)
    )
    drawn.add_row("production", *_figures(comparison.production))
    return drawn


def explanation(comparison: Comparison) -> str:
    """What was compared, on which data, and how far the figures can be believed."""
    candidate, production = comparison.candidate, comparison.production
    lines = [
        f"candidate:   {candidate.model} {candidate.model_id}",
        f"production:  {production.model} {production.model_id}",
        f"log loss:    both on the same {comparison.rows:,} rows of {comparison.dataset}, "
        "which production's training held out",
        "cv:          each on the folds of its own training rows; std is the population's (ddof=0)",
        "",
        _what_the_candidate_has_seen(comparison),
    ]
    if not comparison.same_data:
        lines.append("It was trained on other data of that name than production was.")
    if candidate.model_id == production.model_id:
        lines.append("The candidate is what is in production.")
    return "\n".join(lines)


def _ask() -> str:
    print("Id of the candidate (its first 6 digits will do): ", end="", file=sys.stderr, flush=True)
    try:
        return input().strip()
    except EOFError:
        print(file=sys.stderr)
        raise UserError(
            "Nobody is there to be asked for the candidate: name it with --model-id; "
            "`python -m src train` prints ids."
        ) from None


def _figures(scores: Scores) -> list[str]:
    return [f"{figure:.4f}" for figure in (scores.log_loss, scores.cv_mean, scores.cv_std)]


def _what_the_candidate_has_seen(comparison: Comparison) -> str:
    if not comparison.seen:
        return "The candidate has seen none of these rows in its training."
    return (
        f"The candidate has seen {comparison.seen:,} of these {comparison.rows:,} rows in its "
        "training: its log loss here says little of new rows."
    )
