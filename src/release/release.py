"""Changing what is in production: promote, canary, roll back.

Each change is one conditional write of one small object, so that of two operators at once one
wins, and the other is told. A version is checked before it may answer anyone.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from src.errors import UserError
from src.release.operator import operator
from src.release.registry import Registry, Version
from src.release.smoke import check_version
from src.release.state import Action, Candidate, Event, State, longer

Check = Callable[[Any, str, str, str], None]


class Refused(UserError):
    """A change of the release makes no sense as things are."""


class Release:
    """What is in production of one kind of model on one dataset, and how to change it."""

    def __init__(
        self,
        dataset: str,
        model: str,
        registry: Any = None,
        by: str | None = None,
        check: Check = check_version,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Change nothing yet.

        Args:
            dataset: what the model is trained on.
            model: which kind of model.
            registry: whatever has the methods of Registry.
            by: who makes the changes, for the history; by default who runs this process.
            check: called with the registry, dataset, model and id of a version that is to answer;
                raises a UserError where it must not.
            clock: answers the time, with its zone.
        """
        self.dataset = dataset
        self.model = model
        self.registry = registry or Registry()
        self._by = by or operator()
        self._check = check
        self._clock = clock

    def state(self) -> State:
        """Answer what is in production.

        Raises:
            NotInProduction: nothing is.
        """
        return self._version().state

    def start_canary(self, model_id: str, share: float, why: str = "") -> State:
        """Have a published version answer a share of the requests, more than 0 and at most 1.

        Raises:
            Refused: it is in production, another candidate is under way, or the share is none.
            StaleRelease: somebody else changed the release meanwhile.
            UserError: there is no such version, or it fails its smoke test.
        """
        share = _valid(share)
        before = self._version()
        if model_id == before.model_id:
            raise Refused(f"{model_id} is in production: a canary needs another version.")
        if before.state.candidate:
            raise Refused(
                f"{before.state.candidate.model_id} is the canary now: promote or abort it first."
            )
        self._check(self.registry, self.dataset, self.model, model_id)
        candidate = Candidate(model_id, share, self._now())
        return self._change(before, "canary", why or f"share {share:g}", candidate=candidate)

    def change_share(self, share: float, why: str = "") -> State:
        """Have the candidate answer another share of the requests.

        Requests that it answered keep being its own where the share grows.

        Raises:
            Refused: there is no candidate, or the share is none.
            StaleRelease: somebody else changed the release meanwhile.
        """
        before = self._version()
        candidate = replace(self._candidate(before), share=_valid(share))
        return self._change(before, "share", why or f"share {share:g}", candidate=candidate)

    def abort_canary(self, why: str = "", model_id: str | None = None) -> State:
        """Have production answer everything again.

        Args:
            why: for the history.
            model_id: abort only where this is still the candidate.

        Raises:
            Refused: there is no candidate, or it is another one.
            StaleRelease: somebody else changed the release meanwhile.
        """
        before = self._version()
        candidate = self._candidate(before, model_id)
        return self._change(before, "abort", why, subject=candidate.model_id, candidate=None)

    def promote_canary(self, why: str = "", model_id: str | None = None) -> State:
        """Put the candidate in production; what it replaces is what a roll-back goes to.

        Args:
            why: for the history.
            model_id: promote only where this is still the candidate.

        Raises:
            Refused: there is no candidate, or it is another one.
            StaleRelease: somebody else changed the release meanwhile.
            UserError: it fails its smoke test.
        """
        before = self._version()
        model_id = self._candidate(before, model_id).model_id
        self._check(self.registry, self.dataset, self.model, model_id)
        return self._put_in_production(before, "promote", model_id, before.model_id, why)

    def rollback(
        self, model_id: str | None = None, why: str = "", instead_of: str | None = None
    ) -> State:
        """Put the previous version in production again, or a given one. A canary ends.

        What a further roll-back goes to is what the version had replaced when it was new.

        Args:
            model_id: of a published version; None is the previous one.
            why: for the history.
            instead_of: change something only where this is still in production.

        Raises:
            Refused: there is nothing to go back to, or it is in production already.
            StaleRelease: somebody else changed the release meanwhile.
            UserError: there is no such version, or it fails its smoke test.
        """
        before = self._version()
        if instead_of not in (None, before.model_id):
            raise Refused(f"{instead_of} is not in production any more: {before.model_id} is.")
        target = model_id or before.state.previous
        if target is None:
            raise Refused("There is no previous version to roll back to: give an id.")
        if target == before.model_id:
            raise Refused(f"{target} is in production already: give another id.")
        self._check(self.registry, self.dataset, self.model, target)
        previous = replaced_by(target, before.state.history)
        return self._put_in_production(before, "rollback", target, previous, why)

    def _version(self) -> Version:
        return self.registry.production(self.dataset, self.model)

    def _candidate(self, version: Version, model_id: str | None = None) -> Candidate:
        candidate = version.state.candidate
        if candidate is None:
            raise Refused(f"There is no canary of {self.model} on {self.dataset}: start one.")
        if model_id not in (None, candidate.model_id):
            raise Refused(f"{model_id} is not the canary any more: {candidate.model_id} is.")
        return candidate

    def _put_in_production(
        self, before: Version, action: Action, model_id: str, previous: str | None, why: str
    ) -> State:
        return self._change(
            before,
            action,
            why,
            subject=model_id,
            model_id=model_id,
            previous=previous,
            deployed_at=self._now(),
            candidate=None,
        )

    def _change(
        self, before: Version, action: Action, why: str, subject: str | None = None, **changes: Any
    ) -> State:
        subject = subject or changes["candidate"].model_id
        event = Event(action, subject, self._now(), self._by, why, before.model_id)
        history = longer(before.state.history, event)
        after = replace(before.state, history=history, **changes)
        return self.registry.change(self.dataset, self.model, after, before).state

    def _now(self) -> str:
        return self._clock().isoformat()


def _valid(share: float) -> float:
    if not 0 < share <= 1:
        raise Refused(f"A share of {share:g} is none: give more than 0, and at most 1.")
    return share


def replaced_by(model_id: str, history: tuple[Event, ...]) -> str | None:
    """What a version replaced when it last went into production as something new."""
    for event in reversed(history):
        if event.model_id == model_id and event.action in ("deploy", "promote"):
            return event.instead_of
    return None
