"""Progress bars for jobs, while somebody waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from src.stress.job import Job


class Bars:
    """A bar for each job; nothing where nobody looks."""

    def __init__(self, bars: Progress) -> None:
        """Draw on bars that are shown."""
        self._bars = bars
        self._jobs: dict[Job, int] = {}

    def add(self, job: "Job") -> None:
        """Show one job more."""
        self._jobs[job] = self._bars.add_task(job.name, total=None, current="")

    def show(self) -> None:
        """Look how far the jobs are."""
        for job, bar in self._jobs.items() if not self._bars.disable else ():
            now = job.progress
            done = {"completed": now.done, "total": now.total or None, "current": now.current}
            self._bars.update(bar, **done)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Say what else is done meanwhile."""
        bar = self._bars.add_task(what, total=None, current="")
        try:
            yield
        finally:
            self._bars.remove_task(bar)


@contextmanager
def bars_for(console: Console | None = None, shown: bool = True) -> Iterator[Bars]:
    """Give bars on a console, by default that of this program, as long as somebody waits."""
    console = console or Console()
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[current]}", markup=False),
    )
    looked_at = shown and console.is_terminal and not console.is_jupyter  # which needs ipywidgets
    with Progress(*columns, console=console, disable=not looked_at) as bars:
        yield Bars(bars)
