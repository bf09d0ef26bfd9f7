"""A verdict as the test cases that other programs know."""

from dataclasses import dataclass

from checker.verdict import ChaffVerdict, Verdict, WheatVerdict
from checker.visible import visible

NOT_TRIED = "Not tried: first the tests must hold on the reference."


@dataclass(frozen=True)
class Case:
    """What was tried on one version of the application, and how that went.

    Attributes:
        name: `reference`, or the name of the wheat or chaff.
        outcome: passed, failed, error (so wrong that nothing can be judged) or skipped (not tried).
        message: Why it is not passed.
        notes: What else there is to know.
    """

    name: str
    outcome: str
    message: str = ""
    notes: str = ""


def cases(verdict: Verdict) -> list[Case]:
    """The reference, then whether the tests are valid (wheats), then how thorough (chaffs).

    All of them are passed where the verdict is done, and one is failed or an error where it is
    partial or invalid.
    """
    wheats = [_wheat(wheat, verdict) for wheat in verdict.wheats]
    chaffs = [_chaff(chaff, verdict) for chaff in verdict.chaffs]
    return [_reference(verdict), *wheats, *chaffs]


def _reference(verdict: Verdict) -> Case:
    if verdict.status == "todo":
        return Case("reference", "skipped", "Still to be written.", _lines(verdict.messages))
    if verdict.status == "invalid" and not _goes_beyond(verdict):
        return Case("reference", "error", _lines(verdict.messages))
    idle = [f"Catch none of the bugs: {', '.join(verdict.idle)}."] if verdict.idle else []
    missing = _missing(verdict) if verdict.status == "partial" else []
    if missing:
        return Case("reference", "failed", _lines(missing), _lines(idle))
    return Case("reference", "passed", notes=_lines([*verdict.messages, *idle]))


def _goes_beyond(verdict: Verdict) -> bool:
    return any(wheat.passed is False for wheat in verdict.wheats)


def _missing(verdict: Verdict) -> list[str]:
    """What is left to do beside the bugs that got away."""
    asked = verdict.exercise.at_least
    few = [f"{verdict.cases} of the {asked} cases asked for."] if verdict.cases < asked else []
    return [*few, *verdict.messages] if few or not verdict.got_away else []


def _wheat(wheat: WheatVerdict, verdict: Verdict) -> Case:
    if wheat.passed is None:
        return Case(wheat.name, "skipped", NOT_TRIED)
    if wheat.passed:
        return Case(wheat.name, "passed")
    return Case(wheat.name, "failed", wheat.promise, _said_of(wheat.name, verdict))


def _chaff(chaff: ChaffVerdict, verdict: Verdict) -> Case:
    if chaff.caught is None:
        return Case(chaff.name, "skipped", NOT_TRIED)
    if chaff.caught:
        return Case(chaff.name, "passed", notes=visible(f"Caught by {', '.join(chaff.by)}."))
    return Case(chaff.name, "failed", chaff.story, _said_of(chaff.name, verdict))


def _said_of(name: str, verdict: Verdict) -> str:
    return _lines([message for message in verdict.messages if name in message])


def _lines(texts) -> str:
    return visible("\n".join(texts))
