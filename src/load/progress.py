"""How far a load test is: which run, how long it has taken, how long all that is left takes."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn
from rich.progress import Progress as Bars

from src.load.session import Session


class Progress:
    """A bar in a terminal, and nothing anywhere else."""

    def __init__(self, console: Console, session: Session) -> None:
        """Show nothing yet."""
        self._session = session
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._bar = self._bars.add_task("", total=session.configuration.seconds, left="")

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self._bars.stop()

    def __call__(self, position: int, passed: float) -> None:
        """Show that a run has taken so many seconds."""
        planned, seconds = self._session.planned, self._session.configuration.seconds
        now = planned[position]
        left = max(seconds - passed, 0) + (len(planned) - position - 1) * seconds
        self._bars.update(
            self._bar,
            completed=min(passed, seconds),
            description=f"{position + 1} of {len(planned)}: {now.dataset} {now.model}",
            left=f"about {duration(left)} left" if passed <= seconds else "ending",
        )


def duration(seconds: float) -> str:
    """Answer a time as people say it, in the unit that fits."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
