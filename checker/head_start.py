"""Runs that begin before it is known whether all tests pass on the reference."""

from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass


@dataclass(frozen=True)
class HeadStart:
    """Where few tests were changed: these alone on the reference and on wheats, all backwards."""

    reference: Future
    wheats: Mapping[str, Future]  # by name, of those where something is not known yet
    backwards: Future

    def drop(self) -> None:
        """Have nothing of it go on; what runs already is over then."""
        wait([one for one in (*self.wheats.values(), self.backwards) if not one.cancel()])
