"""What a server may cost, and which of it a run of load missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field

from src.load.figures import Figures

OFF = "off"
Limit = Annotated[
    Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
    BeforeValidator(lambda value: None if value == OFF else value),
]


@dataclass(frozen=True)
class Budgets:
    """Limits that decide whether a run is passed; None is no limit, in text "off"."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    p50_ms: Limit = None
    p95_ms: Limit = None
    p99_ms: Limit = None
    error_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    requests_per_second: Limit = None


def missed(figures: Figures, budgets: Budgets) -> list[str]:
    """Answer a sentence for each budget that is not held; none where all are.

    A run without a single request has shown nothing, and misses.
    """
    if not figures.requests:
        return ["no request was made"]
    return [*_misses(figures, budgets)]


def _misses(figures: Figures, budgets: Budgets) -> Iterator[str]:
    for name in ("p50_ms", "p95_ms", "p99_ms"):
        limit, actual = getattr(budgets, name), getattr(figures, name)
        if limit is not None and actual > limit:
            yield f"{name.removesuffix('_ms')} was {actual:,.0f} ms, more than {limit:,.4g} ms"
    if figures.error_share > budgets.error_share:
        yield (
            f"{figures.failures:,} of {figures.requests:,} requests failed "
            f"({_percent(figures.error_share)}), more than {_percent(budgets.error_share)}"
        )
    least = budgets.requests_per_second
    answered = figures.answered_per_second
    if least is not None and answered < least:
        yield f"{answered:,.1f} requests per second were answered rightly, fewer than {least:,g}"


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"
