"""The board: what a day's tests are worth, for people."""

import re
from collections.abc import Sequence
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.verdict import Verdict
from checker.visible import visible

LOOKS = {  # status -> mark and style
    "done": ("✔", "bold green"),
    "partial": ("◐", "bold yellow"),
    "invalid": ("✘", "bold red"),
    "todo": ("○", "dim"),
}
SHOWN = 3  # messages and stories an exercise, where a whole day is shown
WIDEST = 100


def show(verdicts: Sequence[Verdict], title: str, console: Console | None = None) -> None:
    """Print the board."""
    console = console or Console()
    console.print(board(verdicts, title), width=min(console.width, WIDEST))


def draw(verdicts: Sequence[Verdict], title: str, command: str) -> str:
    """The board as a picture, in SVG, of a terminal in which the command was given."""
    console = Console(record=True, width=WIDEST, file=StringIO(), force_terminal=True)
    show(verdicts, title, console)
    picture = console.export_svg(title=command)
    return re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)  # from elsewhere: never


def board(verdicts: Sequence[Verdict], title: str) -> RenderableType:
    """The board of these exercises: a line each, then what is left to do in each."""
    alone = len(verdicts) == 1
    parts = [heading(verdicts, title), summary(verdicts)]
    parts += [details(verdict, alone) for verdict in verdicts if _has_details(verdict)]
    parts += [next_step(verdicts)]
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts))


def tally(results: list[bool | None]) -> str:
    """Such as `3 of 15`, and a dash where nothing was tried."""
    tried = [result for result in results if result is not None]
    return f"{sum(tried)} of {len(results)}" if tried else "-"


def heading(verdicts: Sequence[Verdict], title: str) -> Text:
    """The title, and how much is done."""
    done = sum(verdict.status == "done" for verdict in verdicts)
    return Text.assemble((title, "bold"), f"   {done} of {len(verdicts)} done")


def summary(verdicts: Sequence[Verdict]) -> Table:
    """A line an exercise."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for name in ("", "exercise", "status", "cases", "bugs caught", "valid on"):
        table.add_column(name, justify="left", no_wrap=name != "exercise")
    for verdict in verdicts:
        mark, style = LOOKS[verdict.status]
        bonus = " (bonus)" if verdict.exercise.bonus else ""
        table.add_row(
            str(verdict.exercise.number),
            Text(f"{verdict.exercise.title}{bonus}"),
            Text(f"{mark} {verdict.status}", style=style),
            f"{verdict.cases} of {verdict.exercise.at_least}",
            tally([chaff.caught for chaff in verdict.chaffs]),
            tally([wheat.passed for wheat in verdict.wheats]),
        )
    return table


def _has_details(verdict: Verdict) -> bool:
    return bool(verdict.messages or verdict.got_away or verdict.idle)


def details(verdict: Verdict, alone: bool) -> Group:
    """What is left to do in one exercise: all of it where it is shown alone."""
    mark, style = LOOKS[verdict.status]
    heading = Text(f"{mark} {verdict.exercise.number}. {verdict.exercise.title}", style=style)
    lines: list[RenderableType] = [heading, Text(f"exercises/{verdict.exercise.path}", "dim")]
    lines += [_bullet("•", message) for message in _first(verdict.messages, alone)]
    lines += _and_more(verdict, len(verdict.messages), alone)
    if verdict.got_away:
        lines += _stories(verdict, alone)
    if verdict.idle:
        names = ", ".join(verdict.idle)
        lines += [_bullet("•", f"Catch none of the bugs: {names}. What would make them fail?")]
    return Group(lines[0], *(Padding(line, (0, 0, 0, 2)) for line in lines[1:]))


def _stories(verdict: Verdict, alone: bool) -> list[RenderableType]:
    got_away = verdict.got_away
    count = "1 bug" if len(got_away) == 1 else f"{len(got_away)} bugs"
    lines: list[RenderableType] = [Text(f"{count} would have slipped through:")]
    for chaff in _first(got_away, alone):
        lines.append(_bullet("→", chaff.story, f"  {chaff.name}"))
    return lines + _and_more(verdict, len(got_away), alone)


def _first(things: Sequence, alone: bool) -> Sequence:
    return things if alone else things[:SHOWN]


def _and_more(verdict: Verdict, count: int, alone: bool) -> list[Text]:
    if alone or count <= SHOWN:
        return []
    exercise = verdict.exercise
    more = f"… and {count - SHOWN} more: make check-{exercise.day} EX={exercise.number}"
    return [Text(more, "dim")]


def _bullet(mark: str, text: str, aside: str = "") -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(mark, Text.assemble(visible(text), (aside, "dim")))
    return grid


def next_step(verdicts: Sequence[Verdict]) -> Text:
    """Which file to go on with."""
    left = [verdict for verdict in verdicts if verdict.status != "done"]
    if not left:
        return Text("All done: every bug is caught, and every correct version passes.", "green")
    first = min(left, key=lambda verdict: verdict.exercise.bonus)
    return Text.assemble(
        ("Next: ", "bold"), f"exercises/{first.exercise.path}, then make check-{first.exercise.day}"
    )
