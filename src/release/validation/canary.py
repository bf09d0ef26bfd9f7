"""The fifth step: have the candidate answer a share of the requests until a verdict is reached."""

from contextlib import suppress
from typing import Any

from src.release.registry import NotInProduction
from src.release.release import Refused
from src.release.state import State
from src.release.validation.candidate import AT_HAND, run_here
from src.release.validation.context import Context
from src.release.validation.runner import Condition, NotNeeded, Step

LOOK_EVERY = 1.0  # seconds: servers write down what they saw about as often
WHY = "validation"


def state_of(context: Context) -> State | None:
    """Answer what is in production, or None."""
    with suppress(NotInProduction):
        return context.release.state()
    return None


def verdict_of(context: Context) -> Any:
    """Judge the canary, if it is the candidate.

    Raises:
        Refused: there is no canary, or it is another one.
    """
    judgement = context.judge(context.release)
    if judgement.candidate.model_id != context.model_id:
        raise Refused(
            f"{context.model_id} is not the canary any more: {judgement.candidate.model_id} is."
        )
    return judgement


def publish(context: Context) -> None:
    """Have the candidate on S3, of the same content as its run where that is here."""
    run_dir = run_here(context)
    if run_dir:
        context.release.registry.publish(run_dir)


def _not_in_production(context: Context) -> str | None:
    state = state_of(context)
    if state and state.model_id == context.model_id:
        return f"{context.model_id} is in production already"
    return None


def _no_other(context: Context) -> str | None:
    state = state_of(context)
    if state is None or state.candidate is None or state.candidate.model_id == context.model_id:
        return None
    return (
        f"{state.candidate.model_id} is the canary now: "
        "`python -m src release canary status` tells how it does, promote or abort it first"
    )


def _try_out(context: Context) -> dict[str, Any]:
    state = state_of(context)
    if state is None:
        raise NotNeeded("nothing is in production that the candidate could be compared with")
    if state.candidate is None:
        publish(context)
        state = context.release.start_canary(context.model_id, context.share, WHY)
    judgement = context.judgement = _wait_for_verdict(context)
    if judgement.decision.verdict == "worse":
        context.release.abort_canary(judgement.decision.why, context.model_id)
    return {
        "share": state.candidate.share,
        "since": state.candidate.since,
        "verdict": judgement.decision.verdict,
        "why": judgement.decision.why,
    }


def _wait_for_verdict(context: Context) -> Any:
    begun = context.clock()
    judgement = verdict_of(context)
    while judgement.decision.verdict == "not yet":
        waited = context.clock() - begun
        if waited >= context.wait:
            break
        context.progress(f"not yet: {judgement.decision.why}", waited / context.wait)
        context.sleep(min(LOOK_EVERY, context.wait - waited))
        judgement = verdict_of(context)
    return judgement


def _better(context: Context) -> str | None:
    decision = context.judgement.decision
    if decision.verdict == "better":
        return None
    if decision.verdict == "worse":
        return f"it is worse, and was aborted: {decision.why}"
    return f"{decision.why}. It goes on running: come back to this step later"


def _told(figures: dict[str, Any]) -> str:
    return f"share {figures['share']:g}, {figures['verdict']}"


CANARY = Step(
    "canary",
    entry=(
        AT_HAND,
        Condition("it is not in production already", _not_in_production),
        Condition("no other canary is under way", _no_other),
    ),
    run=_try_out,
    exit=(Condition("it is proven to be better than production", _better),),
    told=_told,
)
