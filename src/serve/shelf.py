"""Versions that were loaded and tested here, as long as they may be needed."""

from typing import Any

from src.release.state import State
from src.serve.red_flags import ways_back
from src.serve.vetting import Vetted, smoke, vet


class Shelf:
    """Versions of one kind of model on one dataset; each is loaded and smoke-tested once."""

    def __init__(self, registry: Any, dataset: str, model: str) -> None:
        """Hold none yet."""
        self._where = (registry, dataset, model)
        self._versions: dict[str, Vetted] = {}

    def get(self, model_id: str) -> Vetted:
        """Answer a version, from S3 where it is not here.

        What does not load is not kept, but tried again each time: somebody may repair it.

        Raises:
            UserError: S3 is not there, so that nothing can be said of the version.
        """
        known = self._versions.get(model_id)
        if known is None:
            known = vet(*self._where, model_id)
            if known.error is None:
                self._versions[model_id] = known
        return known

    def first_fit(self, state: State | None, but: Vetted | None) -> Vetted | None:
        """Answer the nearest version to go back to that is fit, but for one; None without any.

        Raises:
            UserError: S3 is not there.
        """
        for model_id in ways_back(state) if state else ():
            version = self.get(model_id)
            if version.red_flag is None and version is not but:
                return version
        return None

    def test_again(self, version: Vetted) -> Vetted:
        """Smoke test a version that is loaded once more, and answer it with the result."""
        if version.report is None:
            return version
        flag = smoke(version.model_id, version.model, version.report)
        tested = Vetted(version.model_id, version.model, version.report, flag)
        self._versions[version.model_id] = tested
        return tested

    def tidy(self, state: State | None, *answering: str) -> None:
        """Keep what answers or may have to; other models would fill the memory."""
        kept = set(answering)
        if state:
            kept |= {state.previous, next(ways_back(state), None)}
            kept.add(state.candidate and state.candidate.model_id)
        for model_id in set(self._versions) - kept:
            self._versions.pop(model_id, None)
