"""Charts of bars: one a row, or one of parts."""

from collections.abc import Mapping, Sequence

from src.pages.chart import BAR, LINE, ROW, Chart, Figures, Key, Line, Mark, Rect, Tone, heads
from src.pages.scale import AXIS, Scale, scale_of
from src.pages.text import number, shown

ABOVE = LINE + 6  # pixels from the top of a row to the top of its bar
BRIEF = 24  # characters of a row's counts that have room on a phone
BEYOND = 4  # pixels by which a limit's line is longer than the bar, at both ends


def bars(
    title: str,
    rows: Sequence[tuple[str, float | None]],
    measure: str,
    *,
    of: str = "",
    limits: Sequence[float | None] = (),
    limit: str = "limit",
    tones: Sequence[Tone] = (),
    end: float | None = None,
) -> Chart:
    """Answer a chart with one bar a row.

    Args:
        title: what it shows.
        rows: names and values; None where there is no value.
        measure: what the values are, as "requests per second".
        of: what the names are of, as "dataset".
        limits: of each row, as its budget, or None; each is a dashed line across the bar.
        limit: what the limits are.
        tones: of each bar.
        end: where the scale ends, where that is known, as at 1 for shares.
    """
    limits = limits or [None] * len(rows)
    limited = any(each is not None for each in limits)
    scale = scale_of([*(value for _, value in rows), *limits], end)
    told = [number(value, 3) for _, value in rows]
    marks = [*scale.axis(len(rows) * ROW), *heads([name for name, _ in rows], told)]
    for position, (_, value) in enumerate(rows):
        if value is not None:
            tone = tones[position] if tones else "plain"
            marks.append(bar(sorted((scale.at(0), scale.at(value))), position, tone))
    marks += limit_lines(limits, scale)
    cells = [(name, value, most) for (name, value), most in zip(rows, limits, strict=True)]
    return Chart(
        title,
        f"One bar a row: {measure}.",
        tuple(marks),
        len(rows) * ROW + AXIS,
        figures((of, measure), cells, limit if limited else ""),
        (Key(limit, "muted", "dash"),) if limited else (),
    )


def stacks(
    title: str,
    rows: Mapping[str, Mapping[str, int]],
    parts: Mapping[str, Tone],
    *,
    of: str = "",
) -> Chart:
    """Answer a chart with one bar a row, made of parts, each as long as its count.

    Args:
        title: what it shows.
        rows: by name, how many there are of each part.
        parts: the names of the parts, from left to right, with the tone of each.
        of: what the rows are of, as "category".
    """
    scale = Scale(0, max((sum(counts.values()) for counts in rows.values()), default=0) or 1)
    told = [_told(counts, parts) for counts in rows.values()]
    marks = heads(list(rows), told, [_told_briefly(counts, parts) for counts in rows.values()])
    for position, counts in enumerate(rows.values()):
        end = 0
        for part, tone in parts.items():
            start, end = end, end + counts.get(part, 0)
            if end > start:
                marks.append(bar((scale.at(start), scale.at(end)), position, tone))
    cells = [
        (name, *(counts.get(part, 0) for part in parts), None) for name, counts in rows.items()
    ]
    return Chart(
        title,
        f"One bar a row, made of {', '.join(parts)}, in this order from the left.",
        tuple(marks),
        len(rows) * ROW,
        figures((of, *parts), cells),
        tuple(Key(part, tone) for part, tone in parts.items()),
    )


def limit_lines(limits: Sequence[float | None], scale: Scale) -> list[Mark]:
    """Answer a dashed line for each limit of a row."""
    return [
        Line(
            scale.at(limit),
            position * ROW + ABOVE - BEYOND,
            scale.at(limit),
            position * ROW + ABOVE + BAR + BEYOND,
            dashed=True,
        )
        for position, limit in enumerate(limits)
        if limit is not None
    ]


def figures(columns: Sequence[str], rows: Sequence[Sequence], limit: str = "") -> Figures:
    """Answer the table of a chart: rows of a name, values, and a limit, where there are any."""
    columns = (*columns, limit) if limit else columns
    cells = [(shown(name), *map(number, values)) for name, *values in rows]
    return Figures(tuple(columns), tuple(row[: len(columns)] for row in cells))


def bar(places: Sequence[float], position: int, tone: Tone) -> Rect:
    """Answer the bar of a row, from one place to another."""
    start, end = places
    return Rect(start, position * ROW + ABOVE, round(end - start, 2), tone)


def _told(counts: Mapping[str, int], parts: Mapping[str, Tone]) -> str:
    return ", ".join(f"{counts[part]} {part}" for part in parts if counts.get(part)) or "0"


def _told_briefly(counts: Mapping[str, int], parts: Mapping[str, Tone]) -> str:
    told = _told(counts, parts)
    return told if len(told) <= BRIEF else " · ".join(str(counts.get(part, 0)) for part in parts)
