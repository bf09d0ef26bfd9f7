"""Progress of a check on a terminal, and silence where nobody watches."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from checker.progress import Progress


@contextmanager
def shown_on(console: Console) -> Iterator[Progress]:
    """A bar of the runs that are over; only what takes long is said where output is piped."""
    if not console.is_terminal:
        yield _Said(console)
        return
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    with Bar(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        yield _Drawn(bar)


class _Said(Progress):
    def __init__(self, console: Console):
        self.console = console

    def say(self, text: str) -> None:
        self.console.print(text, highlight=False, soft_wrap=True)


class _Drawn(Progress):
    def __init__(self, bar: Bar):
        self.bar = bar
        self.runs = 0
        self.task = bar.add_task("Running the tests", total=None)

    def say(self, text: str) -> None:
        self.bar.console.print(text, highlight=False, soft_wrap=True)

    def total(self, runs: int) -> None:
        self.runs += runs
        self.bar.update(self.task, total=self.runs)

    def advance(self) -> None:
        self.bar.advance(self.task)
