"""The one thread that prints: takes what happens, and does what is to be done about it."""

import errno
import threading
from collections.abc import Callable
from queue import Empty, Queue

from rich.console import Console
from rich.live import Live

from checker.board import WIDEST
from checker.course import Exercise
from checker.errors import CheckerError
from checker.processes import Cancelled
from checker.progress import Progress
from checker.verdict import ChaffVerdict, Verdict
from checker.watch import events
from checker.watch.events import Action, Cancel, Check, Command, Quit, Show
from checker.watch.session import Session


class Loop:
    """Lets a session go on until its end.

    Args:
        session: Decides what to do.
        queue: What happens arrives here.
        check: Judges exercises, as `checker.check.check` for one submission.
        cancel: Has the check under way raise `Cancelled`.
        command: Runs a command of the checker on an exercise, with the terminal to itself.
        console: Where to print.
    """

    def __init__(
        self,
        session: Session,
        queue: Queue,
        *,
        check: Callable[..., list[Verdict]],
        cancel: Callable[[], None],
        command: Callable[[str, Exercise], None],
        console: Console,
    ):
        self._session, self._queue, self._console = session, queue, console
        self._check, self._cancel, self._command = check, cancel, command
        self._live: Live | None = None

    def run(self) -> None:
        """Return when the session is over, or nobody can see it any more."""
        try:
            self._go_on()
        except OSError as error:
            if error.errno != errno.EIO:  # the terminal is closed
                raise

    def _go_on(self) -> None:
        try:
            actions = self._session.start()
            while Quit() not in actions:
                self._do(actions)
                actions = self._session.handle(self._next())
        finally:
            self._end_picture()

    def _next(self) -> events.Event:
        while True:
            try:
                return self._queue.get(timeout=1)
            except Empty:  # Ctrl-C is heard here also where it does not end a wait: on Windows
                continue

    def _do(self, actions: list[Action]) -> None:
        if self._session.picture is None:
            self._end_picture()
        for action in actions:
            match action:
                case Check(exercises):
                    threading.Thread(target=self._begin, args=[exercises], name="check").start()
                case Cancel():
                    self._cancel()
                case Show(what):
                    self._console.print(what, width=min(self._console.width, WIDEST))
                case Command(name, exercise):
                    self._end_picture()
                    self._command(name, exercise)
        self._draw()

    def _begin(self, exercises: tuple[Exercise, ...]) -> None:
        try:
            verdicts = self._check(list(exercises), progress=_Told(self._queue))
            self._queue.put(events.Checked(tuple(verdicts)))
        except Cancelled:
            self._queue.put(events.Interrupted())
        except CheckerError as error:
            self._queue.put(events.Failed(str(error)))
        except OSError as error:  # such as a file that went away while it was copied
            self._queue.put(events.Failed(f"The files could not be read: {error}."))
        except BaseException as error:
            self._queue.put(events.Broken(error))

    def _draw(self) -> None:
        """Show the check under way, in a place of its own that is empty again at its end."""
        picture = self._session.picture
        if picture is None or not self._console.is_terminal:
            return
        if self._live is None:
            self._live = Live(picture, console=self._console, transient=True, refresh_per_second=8)
            self._live.start()
        else:
            self._live.update(picture)

    def _end_picture(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None


class _Told(Progress):
    """What the check tells, from whichever thread, goes into the queue."""

    def __init__(self, queue: Queue):
        self._queue = queue

    def say(self, text: str) -> None:
        self._queue.put(events.Noted(text))

    def total(self, runs: int) -> None:
        self._queue.put(events.Counted(runs))

    def advance(self) -> None:
        self._queue.put(events.Advanced())

    def valid(self, verdict: Verdict) -> None:
        self._queue.put(events.Valid(verdict))

    def decided(self, exercise: Exercise, chaff: ChaffVerdict) -> None:
        self._queue.put(events.Decided(exercise, chaff))
