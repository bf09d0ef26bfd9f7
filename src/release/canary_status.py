"""How a canary does, for an operator to read."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.table import Table

from src.release.canary import Judgement
from src.release.decision import ALPHA_OF_MISTAKES, Decision
from src.release.records import LIMITS, Tally
from src.release.state import Candidate

DIGITS_SHOWN = 10
CONFIDENCE = f"{100 * (1 - ALPHA_OF_MISTAKES):.0f} %"


def heading(judgement: Judgement) -> str:
    """Who answers what share of the requests, and since when."""
    candidate = judgement.candidate
    since = datetime.fromisoformat(candidate.since).astimezone(UTC)
    return (
        f"{share(candidate)} of the requests go to the candidate, "
        f"since {since:%Y-%m-%d %H:%M:%S} UTC."
    )


def share(candidate: Candidate) -> str:
    """A candidate's share of the requests, in percent."""
    return f"{100 * candidate.share:.4g} %"


def table(judgement: Judgement) -> Table:
    """What was counted: a row for the candidate, a row for production."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    drawn.add_column("")
    drawn.add_column("version")
    for heading in ("requests", "errors", "p50", "p95", "labels", "mistakes"):
        drawn.add_column(heading, justify="right")
    for role, model_id, tally in (
        ("candidate", judgement.candidate.model_id, judgement.candidate_tally),
        ("production", judgement.production, judgement.production_tally),
    ):
        drawn.add_row(role, f"{model_id[:DIGITS_SHOWN]}…", *_figures(tally))
    return drawn


def sentences(judgement: Judgement, now: datetime) -> Iterator[str]:
    """What follows from it, and on whose word.

    Args:
        judgement: what was counted and decided.
        now: the time, with its zone.
    """
    yield verdict(judgement.decision)
    if judgement.servers:
        heard = (f"{one.server} ({_ago(one.at, now)})" for one in judgement.servers)
        yield f"Heard of: {', '.join(heard)}."
    else:
        yield "No server was heard of yet: each writes what it saw once it has answered."
    if judgement.orphans:
        yield f"{judgement.orphans:,} labels are of no answer that is known, and were left out."
    for key in judgement.damaged:
        yield f"{key} is damaged and was left out: remove it; its server writes it again."


def verdict(decision: Decision) -> str:
    """Say a decision in a sentence or three."""
    said = f"{decision.verdict.capitalize()}: {decision.why}."
    if decision.low > -1 or decision.high < 1:
        said += (
            f" The difference in mistakes is {decision.difference:+.3f}, and lies between "
            f"{decision.low:+.3f} and {decision.high:+.3f} (at {CONFIDENCE})."
        )
    if decision.needed is not None:
        said += (
            f" If it stays as it is, a verdict takes about {_about(decision.needed):,} "
            "more labels of the candidate."
        )
    return said


def _figures(tally: Tally) -> Iterator[str]:
    yield f"{tally.requests:,}"
    yield _part(tally.errors, tally.requests)
    yield _latency(tally.quantile(0.5))
    yield _latency(tally.quantile(0.95))
    yield f"{tally.labels:,}"
    yield _part(tally.mistakes, tally.labels)


def _part(count: int, of: int) -> str:
    return f"{count:,} ({100 * count / of:.1f} %)" if of else f"{count:,}"


def _latency(milliseconds: float) -> str:
    if math.isnan(milliseconds):
        return "-"
    if math.isinf(milliseconds):
        return f"> {LIMITS[-1]:,} ms"
    return f"≤ {milliseconds:,g} ms"


def _about(count: int) -> int:
    """Round up to two digits: more would pretend to know."""
    step = 10 ** max(0, len(str(count)) - 2)
    return math.ceil(count / step) * step


def _ago(at: str, now: datetime) -> str:
    seconds = (now - datetime.fromisoformat(at)).total_seconds()
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit} ago"
    return f"{max(seconds, 0):.0f} s ago"  # clocks of two machines differ
