"""What a check tells while it goes on."""

from checker.course import Exercise
from checker.outcome import Outcome
from checker.verdict import ChaffVerdict, Verdict


class Progress:
    """Is told how the work goes on, by several threads; this one keeps it to itself."""

    def say(self, text: str) -> None:
        """A step that may take a while."""

    def total(self, runs: int) -> None:
        """There are so many more runs to come."""

    def advance(self) -> None:
        """One more run is over."""

    def ran(self, outcome: Outcome) -> None:
        """A chaff has been run."""

    def valid(self, verdict: Verdict) -> None:
        """Whether an exercise's tests are valid is known; of its chaffs, nothing yet."""

    def decided(self, exercise: Exercise, chaff: ChaffVerdict) -> None:
        """Whether a chaff is caught is known."""
