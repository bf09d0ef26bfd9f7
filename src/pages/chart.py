"""What a chart is made of.

Across, places are percents of the chart's width, so that it is as wide as there is room and its
text is never scaled; down, they are pixels. Where kinds of things differ, so do their shapes or
textures: a chart must also be read without colours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from src.pages.text import label

Tone = Literal["plain", "first", "second", "third", "none", "low", "medium", "high", "muted"]
Shape = Literal["ring", "diamond", "square", "dash"]

NARROW = 38  # characters of a name and its value that have room on the narrowest phone
WIDE = 86  # and elsewhere
ROW = 44  # pixels from one row to the next
LINE = 14  # from the top of a row to the foot of its label
BAR = 12  # how high a bar is


@dataclass(frozen=True)
class Rect:
    """A bar, or a part of one."""

    x: float
    y: float
    width: float
    tone: Tone
    height: float = BAR


@dataclass(frozen=True)
class Line:
    """A line from one point to another."""

    x: float
    y: float
    to_x: float
    to_y: float
    dashed: bool = False
    faint: bool = False


@dataclass(frozen=True)
class Symbol:
    """A small mark at a point."""

    x: float
    y: float
    shape: Shape
    tone: Tone


@dataclass(frozen=True)
class Words:
    """Words at a point, which they start, end or surround; some are shorter on a phone."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    soft: bool = False
    short: str = ""


Mark = Rect | Line | Symbol | Words


@dataclass(frozen=True)
class Key:
    """A line of the legend: what a tone or a shape stands for."""

    name: str
    tone: Tone
    shape: Shape | None = None  # None stands for a piece of a bar


@dataclass(frozen=True)
class Figures:
    """The figures as a table: each row starts with what it is about."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A chart, and the same figures as a table.

    Attributes:
        title: what it shows, in a few words.
        description: how to read it, in a sentence.
        marks: what is drawn, from back to front.
        height: in pixels.
        figures: all that it shows.
        keys: the legend.
    """

    title: str
    description: str
    marks: tuple[Mark, ...]
    height: float
    figures: Figures
    keys: tuple[Key, ...] = ()

    @property
    def drawn(self) -> list[tuple[str, Mark]]:
        """Each mark, after the name of its kind."""
        return [(type(mark).__name__.lower(), mark) for mark in self.marks]


def heads(
    names: Sequence[str], values: Sequence[str], shorts: Sequence[str] | None = None
) -> list[Mark]:
    """Answer what stands above each row: its name, and what is to be said of it.

    Args:
        names: of the rows.
        values: what is to be said of each.
        shorts: the same for a phone, where that has to be shorter.
    """
    marks: list[Mark] = []
    told = zip(names, values, shorts or values, strict=True)
    for position, (name, value, short) in enumerate(told):
        foot = position * ROW + LINE
        marks.append(
            _words(0, foot, label(name, WIDE - len(value)), label(name, NARROW - len(short)))
        )
        marks.append(_words(100, foot, value, short, "end"))
    return marks


def _words(x: float, y: float, text: str, short: str, anchor: str = "start") -> Words:
    return Words(x, y, text, anchor, anchor == "end", short if short != text else "")
