"""From figures to places across a chart."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from src.pages.chart import Line, Mark, Words
from src.pages.text import number

AXIS = 26  # pixels that the axis takes below the rows


@dataclass(frozen=True)
class Scale:
    """Places across for values from one end to another."""

    start: float
    end: float

    def at(self, value: float) -> float:
        """Answer the place of a value, in percent; what is beyond an end is put on it."""
        share = (value - self.start) / (self.end - self.start)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def axis(self, top: float) -> list[Mark]:
        """Answer lines and numbers at both ends and in the middle, below so many pixels."""
        marks: list[Mark] = []
        for part, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
            value = self.start + part * (self.end - self.start)
            marks.append(Line(100 * part, 0, 100 * part, top + 4, faint=True))
            marks.append(Words(100 * part, top + 18, number(value), anchor, soft=True))
        return marks


def scale_of(values: Iterable[float | None], end: float | None = None) -> Scale:
    """Answer a scale that has room for all finite values, with 0 at its start or in its middle.

    Args:
        values: what is to be shown.
        end: where the scale ends, where that is known, as at 1 for shares.
    """
    finite = [value for value in values if value is not None and math.isfinite(value)]
    largest = max((abs(value) for value in finite), default=0.0)
    end = end if end is not None and end >= largest else _round_up(largest)
    return Scale(-end if min(finite, default=0.0) < 0 else 0.0, end)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5, 8 or 10 times a power of ten: their halves are round as well."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 8, 10, 20) if step * power >= value)
