"""Pages for people: lines that are wrapped and set in, as wide as the board."""

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.board import LOOKS, WIDEST
from checker.course import Exercise


def show(lines: Iterable[RenderableType], console: Console | None = None) -> None:
    """Print the lines."""
    console = console or Console(highlight=False, markup=False)
    for line in lines:
        console.print(line, width=min(console.width, WIDEST))


def heading(exercise: Exercise, status: str) -> Text:
    """An exercise with its mark, in the colour of its status."""
    mark, style = LOOKS[status]
    bonus = " (bonus)" if exercise.bonus else ""
    return Text(f"{mark} {exercise.number}. {exercise.title}{bonus}", style)


def paragraph(*parts: str | tuple[str, str]) -> Padding:
    """A text that is set in, with a blank line before it; a part may be (text, style)."""
    return Padding(Text.assemble(*parts), (1, 0, 0, 2))


def bullet(mark: str, *parts: str | tuple[str, str], inset: int = 2) -> Padding:
    """A text whose lines all begin to the right of its mark."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(mark, Text.assemble(*parts))
    return Padding(grid, (0, 0, 0, inset))
