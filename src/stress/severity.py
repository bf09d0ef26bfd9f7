"""How bad what a stress test saw is."""

import math
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """None, low, medium or high; they compare in that order."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        """The word, in lower case."""
        return self.name.lower()

    @classmethod
    def _missing_(cls, value: object) -> "Severity | None":
        """Find one by its word, as in a file."""
        return next((each for each in cls if str(each) == value), None)


@dataclass(frozen=True)
class Thresholds:
    """From which value on a test's measure is of low, medium and high severity."""

    low: float
    medium: float
    high: float

    def __post_init__(self) -> None:
        """Refuse limits that are not in order."""
        if not self.low <= self.medium <= self.high:
            raise ValueError("low must be at most medium, and medium at most high")

    def grade(self, value: float) -> Severity:
        """Grade a value: the larger, the worse.

        Raises:
            ValueError: the value is no number.
        """
        if math.isnan(value):
            raise ValueError("nan cannot be graded")
        reached = (value >= self.low, value >= self.medium, value >= self.high)
        return Severity(sum(reached))

    def scaled(self, factor: float) -> "Thresholds":
        """Answer thresholds that are this many times as high."""
        return Thresholds(self.low * factor, self.medium * factor, self.high * factor)
