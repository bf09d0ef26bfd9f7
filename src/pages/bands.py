"""A chart of values that each have limits of their own: how far each goes through the levels."""

import math
from collections.abc import Sequence

from src.pages.bars import bar, figures
from src.pages.chart import ROW, Chart, Line, Mark, Tone, Words, heads
from src.pages.scale import AXIS
from src.pages.text import number


def bands(
    title: str,
    rows: Sequence[tuple[str, float, Sequence[float]]],
    levels: Sequence[str],
    measure: str,
    *,
    tones: Sequence[Tone],
    of: str = "",
) -> Chart:
    """Answer a chart with one bar a row, which ends in the level that its value reaches.

    All levels are of the same width, whatever the limits, so that rows can be compared whose
    values are of different kinds.

    Args:
        title: what it shows.
        rows: names, values, and the limits from which each level but the first begins.
        levels: their names, the lowest first.
        measure: what the values are.
        tones: of the levels.
        of: what the rows are of, as "test".
    """
    marks = [*_axis(levels, len(rows) * ROW)]
    marks += heads([name for name, *_ in rows], [number(value, 3) for _, value, _ in rows])
    for position, (_, value, limits) in enumerate(rows):
        level = sum(value >= limit for limit in limits)
        place = 100 * (level + _part(value, limits, level)) / len(levels)
        marks.append(bar((0, round(place, 2)), position, tones[level]))
    cells = [(name, value, *limits) for name, value, limits in rows]
    return Chart(
        title,
        f"One bar a row, to the level that it reaches: {', '.join(levels)}.",
        tuple(marks),
        len(rows) * ROW + AXIS,
        figures((of, measure, *(f"{level} from" for level in levels[1:])), cells),
    )


def _part(value: float, limits: Sequence[float], level: int) -> float:
    """How much of its level a value has gone through, where the last one has no end."""
    start = limits[level - 1] if level else 0.0
    end = limits[level] if level < len(limits) else math.inf
    if math.isinf(value):
        return 1.0 if value > 0 else 0.0
    if math.isinf(end):
        return 1 - start / value if value > 0 else 0.0
    return max(0.0, (value - start) / (end - start))


def _axis(levels: Sequence[str], top: float) -> list[Mark]:
    marks: list[Mark] = []
    for position, level in enumerate(levels):
        start, middle = (100 * (position + part) / len(levels) for part in (0, 0.5))
        marks.append(Line(start, 0, start, top + 4, faint=True))
        marks.append(Words(middle, top + 18, level, "middle", soft=True))
    return [*marks, Line(100, 0, 100, top + 4, faint=True)]
