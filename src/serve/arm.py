"""What one of two versions did while they are compared."""

from src.release.records import Tally, bound_of


class Arm:
    """Counts of one version, which only grow. Threads that share it need a lock."""

    def __init__(self) -> None:
        """Start at none."""
        self._requests = self._errors = self._labels = self._mistakes = 0
        self._latencies: dict[str, int] = {}

    def answered(self, milliseconds: float) -> None:
        """Count a request that was answered in this time."""
        self._requests += 1
        bound = bound_of(milliseconds)
        self._latencies[bound] = self._latencies.get(bound, 0) + 1

    def failed(self) -> None:
        """Count a request that was not answered, or not by this version."""
        self._requests += 1
        self._errors += 1

    def labelled(self, labels: int, mistakes: int) -> None:
        """Count predictions whose truth is known by now, and those of them that were wrong."""
        self._labels += labels
        self._mistakes += mistakes

    def tally(self) -> Tally:
        """Answer the counts so far."""
        counts = (self._requests, self._errors, self._labels, self._mistakes)
        return Tally(*counts, dict(self._latencies))
