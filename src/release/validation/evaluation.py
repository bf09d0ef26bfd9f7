"""The third step: is the candidate good enough to be asked by anyone?

Only rows that it was not trained on count, and against production only those that neither was.
"""

from dataclasses import asdict
from typing import Any

from src.benchmark.benchmark import Comparison
from src.benchmark.contender import Contender, fetch_production, read_candidate
from src.release import slices
from src.release.registry import NotInProduction
from src.release.slices import Slice
from src.release.validation.candidate import OF_THE_DATA, OF_THIS_KIND, WHOLE
from src.release.validation.context import Context
from src.release.validation.ranges import listed
from src.release.validation.runner import Condition, NotNeeded, Step
from src.release.validation.scores import FEWEST_ROWS, evaluate
from src.schema import load_schema
from src.utils import Cache

# What is not a tenth below the log loss of saying the classes' shares has learnt next to nothing.
PART_OF_BASELINE = 0.9
# Forests that differ in their seed alone are up to 19 % apart on 1,000 rows of tennis_points, so
# that a smaller margin would call chance a fault. Whether it is better, the canary tells.
PART_OF_PRODUCTION = 1.2

NOTHING = "nothing is in production to compare with"


def _evaluate(context: Context) -> dict[str, Any]:
    candidate, production = read_candidate(context.run_dir), _production(context)
    schema = load_schema(context.dataset, context.settings.data_dir)
    found = context.evaluation = evaluate(candidate, production, schema)
    return {
        "against_baseline": _figures(found.against_baseline),
        "production": found.production_id,
        "fair_rows": found.fair_rows,
        "against_production": _figures(found.against_production),
        "slices": [asdict(each) | {"behind": each.behind} for each in found.slices],
    }


def _production(context: Context) -> Contender | None:
    settings = context.settings
    cache = Cache(settings.output_dir / "cache" / settings.bucket)
    try:
        return fetch_production(context.dataset, context.model, context.release.registry, cache)
    except NotInProduction:
        return None


def _figures(comparison: Comparison | None) -> dict[str, Any] | None:
    return comparison and {
        "rows": comparison.rows,
        "log_loss": comparison.candidate.log_loss,
        "other_log_loss": comparison.production.log_loss,
        "trained_on": comparison.seen,
    }


def _unseen(context: Context) -> str | None:
    found = context.evaluation
    compared = (found.against_baseline, found.against_production)
    seen = max(comparison.seen for comparison in compared if comparison)
    return f"it was trained on {seen:,} of them" if seen else None


def _beats_baseline(context: Context) -> str | None:
    scores = context.evaluation.against_baseline
    loss, baseline = scores.candidate.log_loss, scores.production.log_loss
    if loss <= PART_OF_BASELINE * baseline:
        return None
    return f"its log loss is {loss:.4f}, and that of the classes' shares {baseline:.4f}"


def _rows_enough(context: Context) -> str | None:
    found = context.evaluation
    if found.production_id is None:
        raise NotNeeded(NOTHING)
    if found.against_production:
        return None
    return (
        f"there are {found.fair_rows}: train with --seed {found.production_seed}, "
        "as production was, and both hold out the same rows"
    )


def _keeps_up(context: Context) -> str | None:
    scores = context.evaluation.against_production
    if scores is None:
        raise NotNeeded(NOTHING)
    loss, other = scores.candidate.log_loss, scores.production.log_loss
    if loss <= PART_OF_PRODUCTION * other:
        return None
    return f"its log loss is {loss:.4f}, and production's {other:.4f}, on {scores.rows:,} rows"


def _no_slice_lost(context: Context) -> str | None:
    lost = [each for each in context.evaluation.slices if each.behind > slices.MARGIN]
    return listed(map(_slice, sorted(lost, key=lambda each: -each.behind)))


def _slice(lost: Slice) -> str:
    other = "" if lost.production is None else f", production's {lost.production:.3f}"
    return (
        f"where {lost.column} is {lost.value} ({lost.rows:,} rows) its Brier score is "
        f"{lost.candidate:.3f}{other}, the baseline's {lost.baseline:.3f}"
    )


def _told(figures: dict[str, Any]) -> str:
    own, other = figures["against_baseline"], figures["against_production"]
    told = [f"log loss {own['log_loss']:.4f}, baseline {own['other_log_loss']:.4f}"]
    if other:
        told.append(
            f"on {other['rows']:,} rows {other['log_loss']:.4f}, "
            f"production {other['other_log_loss']:.4f}"
        )
    elif not figures["production"]:
        told.append(NOTHING)
    if figures["slices"]:
        worst = max(figures["slices"], key=lambda each: each["behind"])
        told.append(f"worst slice: {worst['column']} {worst['value']} {worst['behind']:+.3f}")
    return "; ".join(told)


EVALUATION = Step(
    "evaluation",
    entry=(WHOLE, OF_THIS_KIND, OF_THE_DATA),
    run=_evaluate,
    exit=(
        Condition("it was trained on none of the rows that it is judged by", _unseen),
        Condition("its log loss is a tenth below the baseline's, or lower", _beats_baseline),
        Condition(f"{FEWEST_ROWS} rows or more are fair to both it and production", _rows_enough),
        Condition("its log loss is at most a fifth above production's", _keeps_up),
        Condition(
            f"on no slice is its Brier score {slices.MARGIN} above production's or the baseline's",
            _no_slice_lost,
        ),
    ),
    told=_told,
)
