"""The last step: put the candidate in production, if nothing has changed since it was judged."""

from typing import Any

from src.release.validation.canary import WHY, publish, state_of, verdict_of
from src.release.validation.candidate import AT_HAND
from src.release.validation.context import Context
from src.release.validation.report import DIGITS
from src.release.validation.runner import Condition, NotNeeded, Step
from src.release.validation.smoke import FIT


def _proven(context: Context) -> str | None:
    if state_of(context) is None:
        raise NotNeeded("nothing is in production")
    decision = verdict_of(context).decision
    if decision.verdict == "better":
        return None
    return f"{decision.verdict}: {decision.why}"


def _promote(context: Context) -> dict[str, Any]:
    before = state_of(context)
    if before is None:
        publish(context)
        context.release.registry.promote(
            context.dataset, context.model, context.model_id, expected=None
        )
    else:
        why = f"{WHY}: {verdict_of(context).decision.why}"
        context.release.promote_canary(why, context.model_id)
    return {"instead_of": before and before.model_id}


def _in_production(context: Context) -> str | None:
    state = context.release.state()
    if state.model_id == context.model_id:
        return None
    return f"meanwhile {state.model_id} went into production"


def _told(figures: dict[str, Any]) -> str:
    instead = figures["instead_of"]
    return f"in production instead of {instead[:DIGITS]}" if instead else "in production"


PROMOTION = Step(
    "promotion",
    entry=(
        AT_HAND,
        FIT,
        Condition("it is the canary, and proven to be better than production", _proven),
    ),
    run=_promote,
    exit=(Condition("it is in production", _in_production),),
    told=_told,
)
