"""A chart of points: two of a row side by side, or the range that they span."""

from collections.abc import Sequence

from src.pages.bars import ABOVE, figures, limit_lines
from src.pages.chart import BAR, ROW, Chart, Key, Line, Shape, Symbol, Tone, heads
from src.pages.scale import AXIS, scale_of
from src.pages.text import number

LOOKS: tuple[tuple[Shape, Tone], ...] = (
    ("ring", "first"),
    ("diamond", "second"),
    ("square", "third"),
)
MIDDLE = ABOVE + BAR / 2


def points(
    title: str,
    rows: Sequence[tuple[str, Sequence[float | None]]],
    names: Sequence[str],
    measure: str,
    *,
    of: str = "",
    limits: Sequence[float | None] = (),
    limit: str = "limit",
    end: float | None = None,
) -> Chart:
    """Answer a chart with two or three points a row, joined: before and after, or p50 to p99.

    Args:
        title: what it shows.
        rows: names, each with its values; None where there is no value.
        names: of the points, as ("before", "after").
        measure: what the values are, as "milliseconds".
        of: what the rows are of, as "dataset".
        limits: of each row, as its budget, or None; each is a dashed line.
        limit: what the limits are.
        end: where the scale ends, where that is known, as at 1 for shares.
    """
    limits = limits or [None] * len(rows)
    limited = any(each is not None for each in limits)
    scale = scale_of([*(value for _, values in rows for value in values), *limits], end)
    told = [_told(values) for _, values in rows]
    marks = [*scale.axis(len(rows) * ROW), *heads([name for name, _ in rows], told)]
    marks += limit_lines(limits, scale)
    for position, (_, values) in enumerate(rows):
        y = position * ROW + MIDDLE
        known = [scale.at(value) for value in values if value is not None]
        if known:
            marks.append(Line(min(known), y, max(known), y))
        for value, (shape, tone) in zip(values, LOOKS, strict=False):
            if value is not None:
                marks.append(Symbol(scale.at(value), y, shape, tone))
    cells = [(name, *values, most) for (name, values), most in zip(rows, limits, strict=True)]
    return Chart(
        title,
        f"Points a row, joined by a line: {measure}, {', '.join(names)}.",
        tuple(marks),
        len(rows) * ROW + AXIS,
        figures((of, *names), cells, limit if limited else ""),
        _keys(names, limit if limited else ""),
    )


def _told(values: Sequence[float | None]) -> str:
    return (" → " if len(values) == 2 else " · ").join(number(value, 3) for value in values)


def _keys(names: Sequence[str], limit: str) -> tuple[Key, ...]:
    keys = [Key(name, tone, shape) for name, (shape, tone) in zip(names, LOOKS, strict=False)]
    return (*keys, Key(limit, "muted", "dash")) if limit else tuple(keys)
