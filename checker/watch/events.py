"""What happens while a day is watched, and what is then to be done."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import RenderableType

from checker.course import Exercise
from checker.verdict import ChaffVerdict, Verdict


@dataclass(frozen=True)
class Saved:
    """Files or folders have changed, come or gone."""

    paths: frozenset[Path]


@dataclass(frozen=True)
class Pressed:
    """A key; an empty one means that the terminal is gone."""

    key: str


@dataclass(frozen=True)
class Noted:
    """Something to tell, by the check or by those that watch."""

    text: str


@dataclass(frozen=True)
class Counted:
    """The check under way has so many more runs to come."""

    runs: int


@dataclass(frozen=True)
class Advanced:
    """One more run of the check is over."""


@dataclass(frozen=True)
class Valid:
    """Whether an exercise's tests are valid is known; its bugs are untried."""

    verdict: Verdict


@dataclass(frozen=True)
class Decided:
    """A bug was caught, or got away."""

    exercise: Exercise
    chaff: ChaffVerdict


@dataclass(frozen=True)
class Checked:
    """The check is over."""

    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Interrupted:
    """The check was cancelled."""


@dataclass(frozen=True)
class Failed:
    """The check could not be made."""

    why: str


@dataclass(frozen=True)
class Broken:
    """A thread ended on what nobody expected."""

    error: BaseException


Event = (
    Saved
    | Pressed
    | Noted
    | Counted
    | Advanced
    | Valid
    | Decided
    | Checked
    | Interrupted
    | Failed
    | Broken
)


@dataclass(frozen=True)
class Check:
    """Begin to check these exercises, the first one first."""

    exercises: tuple[Exercise, ...]


@dataclass(frozen=True)
class Cancel:
    """End the check under way."""


@dataclass(frozen=True)
class Show:
    """Print this."""

    what: RenderableType


@dataclass(frozen=True)
class Command:
    """Run a command of the checker on one exercise."""

    name: str
    exercise: Exercise


@dataclass(frozen=True)
class Quit:
    """Watch no more."""


Action = Check | Cancel | Show | Command | Quit
