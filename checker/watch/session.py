"""What is done about what happens while a day is watched: no clock, terminal or process in it."""

from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from checker import board
from checker.course import Course, Exercise
from checker.errors import CheckerError
from checker.verdict import Verdict
from checker.watch import events, view
from checker.watch.events import Action, Cancel, Check, Command, Event, Quit, Show
from checker.watch.files import is_of, matters
from checker.watch.focus import Focus
from checker.watch.keys import GONE

QUIT, AGAIN = ("q", "\x04", GONE), ("\r", "\n", " ")  # \x04 is Ctrl-D


class Session:
    """A day, or one exercise of it, that is checked again at each save.

    Args:
        course: The course on disk.
        day: Which day, such as day2 or 2.
        submission: Whose tests: a folder laid out as exercises/.
        only: One exercise of the day, as `pick` takes it; None for all.
        clock: Tells the time of day, such as 12:30:00.
        reminder: Is shown below each board.
    """

    def __init__(
        self,
        course: Course,
        day: str,
        submission: Path,
        only: str | None = None,
        *,
        clock: Callable[[], str],
        reminder: str = view.REMINDER,
    ):
        self._course, self._day, self._submission = course, day, submission
        self._clock, self._reminder = clock, reminder
        self._focus = Focus(course.day(day), only)
        self._checking: set[str] = set()  # paths of exercises
        self._outdated = False  # the check under way does not know of the last save
        self._whole = False  # show the details of all, this time
        self._asks = False  # whether to reset
        self._news = f"watching exercises/{self._focus.exercise.day}"
        self._verdicts: dict[str, Verdict] = {}  # by path; an exercise without one is to be checked
        self._under_way: view.UnderWay | None = None

    @property
    def picture(self) -> RenderableType | None:
        """What to show of the check under way, None where there is none."""
        return self._under_way and self._under_way.picture(self._focus.path)

    def start(self) -> list[Action]:
        """What to do at first."""
        return self._check()

    def handle(self, event: Event) -> list[Action]:
        """What to do about this."""
        match event:
            case events.Saved(paths):
                return self._saved(paths)
            case events.Pressed(key):
                return self._pressed(key.lower())
            case events.Noted(text):
                return [Show(Text(text, "dim"))]
            case events.Checked(verdicts):
                return self._over(lambda: self._checked(verdicts))
            case events.Failed(why):
                return self._over(lambda: [self._problem(why)])
            case events.Interrupted():  # perhaps by a cancel that was meant for the one before
                return self._over(self._check)
            case events.Broken(error):
                raise error
            case _:
                self._under_way.hear(event)
                return []

    def _saved(self, paths: Iterable[Path]) -> list[Action]:
        place = self._course, self._submission
        exercises = self._focus.exercises
        saved = sorted(path for path in paths if matters(path, exercises, *place))
        owners = [[one for one in exercises if is_of(path, one, *place)] for path in saved]
        touched = [one for owner in owners for one in owner]
        self._focus.follow(touched)
        if not self._forget(touched if all(owners) else exercises):
            return []
        more = f" and {len(saved) - 1} more" if len(saved) > 1 else ""
        return self._check_again(f"{saved[0].name}{more} changed")

    def _forget(self, exercises: Iterable[Exercise]) -> bool:
        """Their verdicts do not hold any more; whether one of them is checked."""
        paths = {one.path for one in exercises}
        self._verdicts = {path: one for path, one in self._verdicts.items() if path not in paths}
        return any(one.path in paths for one in self._focus.checked)

    def _missing(self) -> list[Exercise]:
        return [one for one in self._focus.checked if one.path not in self._verdicts]

    def _pressed(self, key: str) -> list[Action]:
        asked, self._asks = self._asks, False
        if key in QUIT:
            return [Quit()]
        if asked:
            return self._command("reset") if key == "y" else [Show(Text("Nothing is reset.\n"))]
        if key in AGAIN:
            self._forget(self._focus.exercises)
            return self._check_again("once more")
        act = {"h": self._hint, "n": self._next, "a": self._all, "r": self._ask, "?": self._keys}
        return act[key]() if key in act else []

    def _hint(self) -> list[Action]:
        return self._command("hint")

    def _next(self) -> list[Action]:
        self._focus.go_on()
        return self._turn_to(f"exercise {self._focus.exercise.number}")

    def _all(self) -> list[Action]:
        self._focus.widen()
        self._whole = True
        return self._turn_to("the whole day")

    def _ask(self) -> list[Action]:
        if self._submission != self._course.exercises:
            return [Show(Text("Only exercises/ can be reset.\n"))]
        self._asks = True
        question = f"Put exercises/{self._focus.exercise.path} back to its scaffold? y or n"
        return [Show(Text(question, "bold yellow"))]

    def _keys(self) -> list[Action]:
        return [Show(view.keys())]

    def _command(self, name: str) -> list[Action]:
        return [Command(name, self._focus.exercise)]

    def _turn_to(self, news: str) -> list[Action]:
        """Show what is known already, check what is not."""
        missing = {one.path for one in self._missing()}
        if self._under_way is not None and missing <= self._checking:
            return []  # it will come
        if missing:
            return self._check_again(news)
        self._news = news
        return [self._board()]

    def _check_again(self, news: str) -> list[Action]:
        self._news = news
        if self._under_way is None:
            return self._check()
        cancelled, self._outdated = self._outdated, True
        return [] if cancelled else [Cancel()]

    def _check(self) -> list[Action]:
        try:
            self._focus.update(self._course.day(self._day))
        except CheckerError as error:
            return [self._problem(str(error))]
        exercises = self._missing()
        if not exercises:
            return [self._board()]
        self._checking = {one.path for one in exercises}
        programs = {one.path for one in exercises if self._course.is_program(one)}
        self._under_way = view.UnderWay(programs)
        return [Check(tuple(exercises))]

    def _over(self, act: Callable[[], list[Action]]) -> list[Action]:
        self._under_way = None
        if self._outdated:
            self._outdated = False
            return self._check()
        return act()

    def _checked(self, verdicts: Iterable[Verdict]) -> list[Action]:
        self._verdicts |= {verdict.exercise.path: verdict for verdict in verdicts}
        return [self._board()]

    def _board(self) -> Show:
        title = self._course.title(self._focus.exercise.day)
        checked = sorted(self._focus.checked, key=lambda one: one.number)
        verdicts = [self._verdicts[one.path] for one in checked]
        self._focus.settle(verdicts)
        whole, self._whole = self._whole, False
        if whole:
            return self._show(board.board(verdicts, title))
        return self._show(view.focused(verdicts, self._focus.path, title))

    def _problem(self, why: str) -> Show:
        return self._show(view.problem(why))

    def _show(self, what: RenderableType) -> Show:
        news = f"{self._news} · {self._clock()}"
        return Show(view.marked(news, what, Text(self._reminder, "dim")))
