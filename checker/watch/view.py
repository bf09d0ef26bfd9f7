"""What is shown while a day is watched."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from checker import board
from checker.verdict import Verdict
from checker.visible import visible
from checker.watch import events

KEYS = {
    "h": "a hint for the exercise in focus",
    "n": "the next exercise",
    "a": "all exercises of the day",
    "r": "reset the exercise in focus to its scaffold",
    "Enter": "check again now",
    "?": "these keys",
    "q": "quit",
}
REMINDER = "h hint · n next · a all · r reset · Enter check again · ? keys · q quit"
WITHOUT_KEYS = "Standard input is no terminal: no keys. Ctrl-C ends."


class UnderWay:
    """The check under way: what is known of it so far.

    Args:
        programs: The paths of exercises whose attendees write programs.
    """

    def __init__(self, programs: set[str]):
        self._programs = programs
        self._valid: dict[str, Verdict] = {}
        self._decided: list[events.Decided] = []
        self._runs = 0
        columns = [TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn()]
        self._bar = Progress(*columns, TimeRemainingColumn())
        self._task = self._bar.add_task("", total=None)

    def hear(self, event: events.Event) -> None:
        """Something was found out."""
        match event:
            case events.Counted(runs):
                self._runs += runs
                self._bar.update(self._task, total=self._runs)
            case events.Advanced():
                self._bar.advance(self._task)
            case events.Valid(verdict):
                self._valid[verdict.exercise.path] = verdict
            case events.Decided():
                self._decided.append(event)

    def picture(self, focus: str | None) -> RenderableType:
        """What to show of it: of the exercise (its path) in focus, of all where none is."""
        valid = [one for path, one in self._valid.items() if focus in (None, path)]
        decided = [one for one in self._decided if focus in (None, one.exercise.path)]
        self._bar.update(self._task, description=_tally(valid, decided))
        return Group(*(self._validity(verdict) for verdict in valid), self._bar)

    def _validity(self, verdict: Verdict) -> RenderableType:
        return validity(verdict, program=verdict.exercise.path in self._programs)


def validity(verdict: Verdict, *, program: bool) -> RenderableType:
    """What is known before the bugs are tried: a line, and where something is wrong what."""
    name = f"{verdict.exercise.number}. {verdict.exercise.title}"
    mark, style = board.LOOKS[verdict.status]
    if verdict.status == "todo":
        return Text(f"{mark} {name}: nothing is written yet", style)
    if verdict.status == "invalid":
        return Group(Text(f"{mark} {name}: not valid", style), *map(_indented, verdict.messages))
    if program:
        cases = f"{verdict.cases} of {verdict.exercise.at_least} cases pass"
        return Text(f"{mark} {name}: {cases}", style)
    mark, style = board.LOOKS["done"]
    return Text(f"{mark} {name}: valid on {_versions(verdict)}", style)


def focused(verdicts: Sequence[Verdict], focus: str, title: str) -> RenderableType:
    """The board with the details of one exercise, and a line for each of the others."""
    chosen = next(verdict for verdict in verdicts if verdict.exercise.path == focus)
    parts = [board.heading(verdicts, title), board.summary(verdicts)]
    parts += [board.details(chosen, alone=True)]
    if (step := _next_step(chosen, verdicts)) is not None:
        parts.append(step)
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts))


def marked(news: str, what: RenderableType, *more: RenderableType) -> RenderableType:
    """Something below a rule that tells what it is the answer to."""
    return Group(Rule(news, align="left", style="dim"), what, *more)


def problem(why: str) -> RenderableType:
    """That the check could not be made, and why."""
    return Group(Text(f"✘ {why}", "bold red"), Text("The next save checks again.\n"))


def keys() -> RenderableType:
    """The keys and what they do."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for key, what in KEYS.items():
        table.add_row(Text(key, "bold"), what)
    return table


def _tally(valid: Sequence[Verdict], decided: Sequence[events.Decided]) -> str:
    if not decided:
        return "Running the tests"
    caught = sum(one.chaff.caught is True for one in decided)
    planted = sum(len(verdict.chaffs) for verdict in valid)
    return f"Bugs: {caught} caught, {len(decided) - caught} got away of {planted}"


def _versions(verdict: Verdict) -> str:
    others = sum(wheat.passed is True for wheat in verdict.wheats)
    if not others:
        return "the reference"
    return f"the reference and {others} correct version{'s' if others > 1 else ''}"


def _indented(message: str) -> Padding:
    return Padding(Text(f"• {visible(message)}"), (0, 0, 0, 2))


def _next_step(chosen: Verdict, verdicts: Sequence[Verdict]) -> Text | None:
    left = [verdict for verdict in verdicts if verdict.status != "done"]
    if not left:
        return board.next_step(verdicts)
    if chosen in left:
        return None
    first = min(left, key=lambda verdict: verdict.exercise.bonus)
    return Text.assemble(("Next: ", "bold"), f"exercises/{first.exercise.path}")
