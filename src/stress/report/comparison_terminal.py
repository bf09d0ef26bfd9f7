"""Two runs of stress tests compared, on the terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from src.pages.text import label, shown
from src.stress.report.comparison import KINDS, MOVED, Change, compare
from src.stress.report.outline import NOT_JUDGED, grade, value_of
from src.stress.report.places import told_places
from src.stress.report.terminal import LONGEST, looks
from src.stress.run import Run


def print_comparison(console: Console, first: Run, second: Run) -> None:
    """Print how the second run differs from the first."""
    compared = compare(first, second)
    names = f"{shown(first.name, 60)} -> {shown(second.name, 60)}"
    console.print(Text.assemble((f"{names}  ", "bold"), compared.verdict))
    for name, (was, now) in compared.facts.items():
        console.print(Text(f"{name}: {shown(was, 80)} -> {shown(now, 80)}", "dim"))
    for kind, changes in compared.by_kind.items():
        listed = [each for each in changes if kind != "same" or each.has_moved]
        if listed:
            title = MOVED if kind == "same" else KINDS[kind]
            console.print()
            console.print(Text(title, "bold"))
            for change in listed:
                _print_change(console, change)


def _print_change(console: Console, change: Change) -> None:
    both = (change.was, change.now)
    values = " -> ".join(value_of(result.worst if result else None) for result in both)
    was, now = (looks(grade(result) if result else NOT_JUDGED) for result in both)
    console.print(Text.assemble(label(change.test.name, 60), "  ", was, " -> ", now, f"  {values}"))
    for place in told_places(change):
        console.print(Padding(Text(shown(place, LONGEST), "dim"), (0, 0, 0, 2), expand=False))
