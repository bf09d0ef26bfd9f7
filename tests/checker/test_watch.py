"""What a watched day does about saves and keys, and what it shows; no terminal, no processes."""

import errno
import io
import shutil
import threading
from pathlib import Path
from queue import Queue

import pytest
from rich.console import Console

from checker.course import Exercise
from checker.errors import CheckerError
from checker.processes import Cancelled
from checker.verdict import ChaffVerdict, Verdict, WheatVerdict
from checker.watch.events import (
    Advanced,
    Broken,
    Cancel,
    Check,
    Checked,
    Command,
    Counted,
    Decided,
    Failed,
    Interrupted,
    Noted,
    Pressed,
    Quit,
    Saved,
    Show,
    Valid,
)
from checker.watch.loop import Loop
from checker.watch.session import Session

DEADLINE = 30  # seconds; nothing here waits that long unless it is broken
REMINDER = "h hint · n next · a all · r reset · Enter check again · ? keys · q quit"


@pytest.fixture
def exercises(toy) -> list[Exercise]:
    return toy.day("day1")


@pytest.fixture
def session(toy):
    """Makes a session that is at work on its first check."""

    def start(only: str | None = None, course=toy, submission: Path | None = None) -> Session:
        of = submission or course.exercises
        session = Session(course, "day1", of, only, clock=lambda: "12:30:00")
        session.start()
        return session

    return start


def verdict(of: Exercise, status: str = "todo", **more) -> Verdict:
    caught = {"todo": None, "invalid": None, "partial": False, "done": True}[status]
    usual = {
        "cases": 0 if status == "todo" else of.at_least,
        "chaffs": tuple(ChaffVerdict(one.name, one.story, one.hint, caught) for one in of.chaffs),
        "wheats": tuple(WheatVerdict(one.name, one.promise, caught) for one in of.wheats),
        "messages": (),
        "idle": (),
        "seconds": 0.1,
    }
    return Verdict(exercise=of, status=status, **usual | more)


def checked(exercises: list[Exercise], *statuses: str) -> Checked:
    return Checked(tuple(map(verdict, exercises, statuses)))


def saved(*paths: Path) -> Saved:
    return Saved(frozenset(paths))


def text(actions: list) -> str:
    """What the actions show, in 80 columns, without the blanks at the ends of lines."""
    console = Console(file=io.StringIO(), width=80)
    for action in actions:
        assert isinstance(action, Show)
        console.print(action.what)
    return "".join(line.rstrip() + "\n" for line in console.file.getvalue().splitlines())


def picture(session: Session) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(session.picture)
    return "".join(line.rstrip() + "\n" for line in console.file.getvalue().splitlines())


# The board


def test_it_begins_with_a_check_of_the_day(toy, exercises):
    session = Session(toy, "1", toy.exercises, clock=lambda: "12:30:00")

    assert session.start() == [Check(tuple(exercises))]


def test_only_the_exercise_that_is_asked_for_is_checked(toy, exercises):
    session = Session(toy, "day1", toy.exercises, "numbers", clock=lambda: "12:30:00")

    assert session.start() == [Check((exercises[1],))]


def test_an_unknown_exercise_is_an_error_at_once(toy):
    with pytest.raises(CheckerError, match="No exercise is called '9'"):
        Session(toy, "day1", toy.exercises, "9", clock=lambda: "12:30:00")


def test_the_first_exercise_that_is_not_done_is_shown_with_a_line_for_each_other(
    session, exercises
):
    shown = text(session().handle(checked(exercises, "done", "partial", "partial")))

    assert (
        shown
        == f"""\
watching exercises/day1 · 12:30:00 ─────────────────────────────────────────────
Day 1: sums   1 of 3 done

   exercise                     status     cases   bugs caught  valid on
1  Testing a calculator         ✔ done     3 of 3  3 of 3       1 of 1
2  Testing data of numbers      ◐ partial  1 of 1  0 of 1       0 of 1
3  Writing a countdown (bonus)  ◐ partial  2 of 2  0 of 1       -

◐ 2. Testing data of numbers
  exercises/day1/test_numbers.py
  1 bug would have slipped through:
  → The average fell below zero overnight.  a-negative-number

{REMINDER}
"""
    )


def test_a_bonus_is_in_focus_only_when_nothing_else_is_left(session, exercises):
    bonus_first = [exercises[2], exercises[0], exercises[1]]

    shown = text(session().handle(checked(bonus_first, "todo", "todo", "done")))

    assert "○ 1. Testing a calculator" in shown


def test_an_exercise_that_is_done_points_to_the_next(toy, session, exercises):
    watching = session()
    watching.handle(saved(toy.scaffold(exercises[0])))
    watching.handle(Interrupted())

    shown = text(watching.handle(checked(exercises, "done", "todo", "todo")))

    assert "✔ 1. Testing a calculator" in shown
    assert "Next: exercises/day1/test_numbers.py" in shown


def test_when_all_is_done_nothing_is_next(session, exercises):
    shown = text(session().handle(checked(exercises, "done", "done", "done")))

    assert "All done: every bug is caught, and every correct version passes." in shown
    assert "Next:" not in shown


# Saves


@pytest.fixture
def idle(session, exercises):
    """Makes a session that has made its first check."""

    def start(*how, **more) -> Session:
        session_ = session(*how, **more)
        session_.handle(checked(exercises, "todo", "todo", "todo"))
        return session_

    return start


def test_a_saved_exercise_is_checked_and_shown(toy, idle, exercises):
    two = exercises[1]
    watching = idle()

    check = watching.handle(saved(toy.scaffold(two)))
    shown = text(watching.handle(checked([two], "partial")))

    assert check == [Check((two,))]
    assert "1  Testing a calculator         ○ todo" in shown
    assert shown.startswith("test_numbers.py changed · 12:30:00 ───")
    assert "◐ 2. Testing data of numbers" in shown


def test_a_saved_solution_and_what_lies_beside_it_are_of_its_exercise(toy, idle, exercises):
    for name in ("test_numbers.py", "test_numbers.toml"):
        check = idle().handle(saved(toy.solutions / "day1" / name))
        assert check == [Check((exercises[1],))]


def test_after_a_change_of_the_application_all_are_checked_the_one_in_focus_first(
    toy, idle, exercises
):
    one, two, three = exercises
    paths = [toy.root / "src/calculator.py", toy.root / "data/numbers"]
    watching = idle()
    watching.handle(Pressed("n"))

    check = watching.handle(saved(*paths))
    shown = text(watching.handle(checked(exercises, "todo", "todo", "todo")))

    assert check == [Check((two, one, three))]
    assert shown.startswith("numbers and 1 more changed · 12:30:00 ───")


def test_where_one_exercise_is_watched_a_save_of_another_waits_until_it_is_in_focus(
    toy, session, exercises
):
    one, two, three = exercises
    watching = session("2")
    watching.handle(checked([two], "todo"))
    for other in (three, one):
        watching.handle(Pressed("n"))
        watching.handle(checked([other], "todo"))

    assert watching.handle(saved(toy.scaffold(two))) == []
    assert watching.handle(Pressed("n")) == [Check((two,))]


def test_a_change_that_does_not_matter_does_nothing(toy, idle):
    assert idle().handle(saved(toy.exercises / "day1/README.md")) == []


def test_a_save_during_a_check_ends_it_and_begins_another(toy, session, exercises):
    one, two, three = exercises
    watching = session()

    first = watching.handle(saved(toy.scaffold(two)))
    second = watching.handle(saved(toy.scaffold(two)))
    over = watching.handle(Interrupted())

    assert (first, second) == ([Cancel()], [])
    assert over == [Check((two, one, three))]


@pytest.mark.parametrize("end", ["finished", "failed"])
def test_a_check_that_is_over_when_it_is_to_end_is_not_shown(toy, session, exercises, end):
    ends = {"finished": checked(exercises, "done", "done", "done"), "failed": Failed("Late.")}
    watching = session()

    watching.handle(saved(toy.scaffold(exercises[0])))

    assert watching.handle(ends[end]) == [Check(tuple(exercises))]


def test_a_check_that_is_ended_by_a_cancel_that_came_too_late_begins_again(session, exercises):
    assert session().handle(Interrupted()) == [Check(tuple(exercises))]


def test_a_check_that_cannot_be_made_says_why_and_waits(toy, idle, exercises):
    watching = idle()
    watching.handle(saved(toy.scaffold(exercises[0])))

    shown = text(watching.handle(Failed("There is no day1/test_calculator.py.")))

    assert (
        shown
        == f"""\
test_calculator.py changed · 12:30:00 ──────────────────────────────────────────
✘ There is no day1/test_calculator.py.
The next save checks again.

{REMINDER}
"""
    )
    assert watching.handle(saved(toy.scaffold(exercises[0]))) == [Check((exercises[0],))]


def test_what_could_not_be_checked_is_checked_with_what_is_saved_next(toy, idle, exercises):
    one, two, _ = exercises
    watching = idle()
    watching.handle(saved(toy.scaffold(one)))
    watching.handle(Failed("There is no day1/test_calculator.py."))

    assert watching.handle(saved(toy.scaffold(two))) == [Check((two, one))]


@pytest.fixture
def copy(toy, tmp_path):
    """The toy course, to be changed."""
    shutil.copytree(toy.root, tmp_path / "toy")
    return type(toy)(tmp_path / "toy")


def test_a_mistake_in_a_toml_is_shown_until_it_is_mended(copy, idle, exercises):
    file = copy.solutions / "day1/test_numbers.toml"
    right = file.read_text()
    watching = idle(course=copy)

    file.write_text("minutes =")
    wrong = text(watching.handle(saved(file)))
    file.write_text(right)
    mended = watching.handle(saved(file))

    assert "✘ solutions/day1/test_numbers.toml is not TOML" in wrong
    assert mended == [Check((exercises[1],))]


def test_an_exercise_that_is_gone_loses_the_focus(copy, idle):
    watching = idle(course=copy)
    toml = copy.solutions / "day1/test_calculator.toml"

    toml.unlink()
    shown = text(watching.handle(saved(toml)))

    assert "○ 2. Testing data of numbers" in shown
    assert "Testing a calculator" not in shown


def test_where_the_one_exercise_that_is_watched_is_gone_the_others_are_checked(
    copy, session, exercises
):
    watching = session("1", course=copy)
    watching.handle(checked(exercises[:1], "todo"))
    toml = copy.solutions / "day1/test_calculator.toml"

    toml.unlink()

    assert watching.handle(saved(toml)) == [Check(tuple(exercises[1:]))]


def test_what_is_noted_is_shown(idle):
    assert text(idle().handle(Noted("Training a [bold] model."))) == "Training a [bold] model.\n"


def test_what_nobody_expected_is_raised(idle):
    with pytest.raises(ZeroDivisionError):
        idle().handle(Broken(ZeroDivisionError()))


# The check under way


def test_without_a_check_there_is_no_picture_of_it(session, exercises):
    watching = session()

    before = watching.picture
    watching.handle(checked(exercises, "todo", "todo", "todo"))

    assert before is not None
    assert watching.picture is None


def test_validity_is_shown_before_the_bugs(session, exercises):
    watching = session("1")

    watching.handle(Counted(1))
    watching.handle(Counted(5))
    watching.handle(Advanced())
    untried = verdict(exercises[0], "todo").chaffs
    watching.handle(Valid(verdict(exercises[0], "partial", chaffs=untried, wheats=passed(1))))

    line, bar = picture(watching).splitlines()
    assert line == "✔ 1. Testing a calculator: valid on the reference and 1 correct version"
    assert bar.startswith("Running the tests ━")
    assert "1/6" in bar


def test_bugs_are_counted_as_they_are_caught_and_get_away(session, exercises):
    one, two, _ = exercises
    watching = session("1")
    watching.handle(Valid(verdict(one, "partial")))

    watching.handle(Decided(one, verdict(one, "done").chaffs[0]))
    watching.handle(Decided(one, verdict(one, "partial").chaffs[1]))
    watching.handle(Decided(two, verdict(two, "done").chaffs[0]))

    assert "Bugs: 1 caught, 1 got away of 3 ━" in picture(watching)


def test_of_an_invalid_exercise_the_faults_are_shown(session, exercises):
    faults = ("test_adds fails: [red]\x1b[31m.", "test_divides fails.")
    watching = session("1")

    watching.handle(Valid(verdict(exercises[0], "invalid", messages=faults)))

    assert picture(watching).splitlines()[:3] == [
        "✘ 1. Testing a calculator: not valid",
        "  • test_adds fails: [red]\\x1b[31m.",
        "  • test_divides fails.",
    ]


@pytest.mark.parametrize(
    ("number", "status", "more", "line"),
    [
        pytest.param(1, "todo", {}, "○ 1. Testing a calculator: nothing is written yet", id="todo"),
        pytest.param(
            1,
            "partial",
            {"wheats": ()},
            "✔ 1. Testing a calculator: valid on the reference",
            id="no-wheats",
        ),
        pytest.param(
            3,
            "partial",
            {"cases": 1},
            "◐ 3. Writing a countdown: 1 of 2 cases pass",
            id="program",
        ),
    ],
)
def test_other_things_that_are_known_first(session, exercises, number, status, more, line):
    watching = session(str(number))

    watching.handle(Valid(verdict(exercises[number - 1], status, **more)))

    assert picture(watching).splitlines()[0] == line


def test_before_there_is_a_focus_all_validity_is_shown(session, exercises):
    watching = session()

    for one in exercises:
        watching.handle(Valid(verdict(one, "partial")))

    assert [line[2] for line in picture(watching).splitlines()[:3]] == ["1", "2", "3"]


def passed(count: int) -> tuple[WheatVerdict, ...]:
    return tuple(WheatVerdict(f"wheat-{n}", "A promise made.", True) for n in range(count))


# Keys


@pytest.mark.parametrize("key", ["q", "Q", "\x04", ""])
def test_keys_that_quit(session, idle, key):
    assert session().handle(Pressed(key)) == [Quit()]
    assert idle().handle(Pressed(key)) == [Quit()]


@pytest.mark.parametrize("key", ["\r", "\n", " "])
def test_keys_that_check_again(session, idle, exercises, key):
    assert idle().handle(Pressed(key)) == [Check(tuple(exercises))]
    assert session().handle(Pressed(key)) == [Cancel()]


def test_other_keys_do_nothing(idle):
    assert idle().handle(Pressed("x")) == []


def test_n_goes_round_the_exercises(idle):
    watching = idle()

    shown = [text(watching.handle(Pressed("n"))) for _ in range(3)]

    assert ["○ 2. " in shown[0], "○ 3. " in shown[1], "○ 1. " in shown[2]] == [True] * 3
    assert shown[0].startswith("exercise 2 · 12:30:00 ───")


def test_n_does_not_disturb_a_check_of_all(session, exercises):
    watching = session()

    assert watching.handle(Pressed("n")) == []
    assert watching.handle(Pressed("n")) == []
    assert "○ 2. " in text(watching.handle(checked(exercises, "todo", "todo", "todo")))


def test_where_one_exercise_is_watched_n_checks_the_next(toy, exercises):
    watching = Session(toy, "day1", toy.exercises, "1", clock=lambda: "12:30:00")
    watching.start()

    during = watching.handle(Pressed("n"))
    over = watching.handle(Interrupted())
    watching.handle(checked(exercises[1:2], "todo"))
    after = watching.handle(Pressed("n"))

    assert (during, over, after) == ([Cancel()], [Check((exercises[1],))], [Check((exercises[2],))])


def test_a_shows_all_details_once(session, exercises):
    watching = session()
    watching.handle(checked(exercises, "partial", "partial", "todo"))

    whole = text(watching.handle(Pressed("a")))
    next_one = text(watching.handle(Pressed("n")))

    assert ["◐ 1. " in whole, "◐ 2. " in whole] == [True, True]
    assert ["◐ 1. " in next_one, "◐ 2. " in next_one] == [False, True]


def test_a_during_a_check_waits_for_it(session, exercises):
    watching = session()

    nothing = watching.handle(Pressed("a"))
    shown = text(watching.handle(checked(exercises, "partial", "partial", "todo")))

    assert nothing == []
    assert ["◐ 1. " in shown, "◐ 2. " in shown] == [True, True]


def test_where_one_exercise_is_watched_a_checks_the_day(toy, exercises):
    one, two, three = exercises
    watching = Session(toy, "day1", toy.exercises, "2", clock=lambda: "12:30:00")
    watching.start()
    watching.handle(checked([two], "todo"))

    assert watching.handle(Pressed("a")) == [Check((one, three))]


def test_h_hints_at_the_exercise_in_focus(idle, exercises):
    watching = idle()
    first = watching.handle(Pressed("h"))
    watching.handle(Pressed("n"))

    assert first == [Command("hint", exercises[0])]
    assert watching.handle(Pressed("h")) == [Command("hint", exercises[1])]


def test_r_resets_the_exercise_in_focus_after_a_question(idle, exercises):
    watching = idle()

    asked = text(watching.handle(Pressed("r")))

    assert asked == "Put exercises/day1/test_calculator.py back to its scaffold? y or n\n"
    assert watching.handle(Pressed("y")) == [Command("reset", exercises[0])]
    assert watching.handle(Pressed("y")) == []


@pytest.mark.parametrize("key", ["n", "\n", "h"])
def test_any_other_key_resets_nothing(idle, key):
    watching = idle()
    watching.handle(Pressed("r"))

    assert text(watching.handle(Pressed(key))) == "Nothing is reset.\n\n"
    assert watching.handle(Pressed("y")) == []


def test_the_question_can_be_left(idle):
    watching = idle()
    watching.handle(Pressed("r"))

    assert watching.handle(Pressed("q")) == [Quit()]


def test_only_the_own_exercises_are_reset(toy, idle):
    watching = idle(submission=toy.solutions)

    assert text(watching.handle(Pressed("r"))) == "Only exercises/ can be reset.\n\n"
    assert watching.handle(Pressed("y")) == []


def test_a_question_mark_lists_the_keys(idle):
    shown = text(idle().handle(Pressed("?")))

    assert [line.split()[0] for line in shown.splitlines()] == [*"hnar", "Enter", "?", "q"]


# The loop


class Screen(io.StringIO):
    """A console's file; tells when a text is on it."""

    def __init__(self):
        super().__init__()
        self._more = threading.Condition()

    def write(self, text: str) -> int:
        with self._more:
            self._more.notify_all()
            return super().write(text)

    def wait_for(self, text: str) -> None:
        with self._more:
            assert self._more.wait_for(lambda: text in self.getvalue(), DEADLINE), self.getvalue()


class Checker:
    """In place of `checker.check.check`: answers, raises, or waits for a cancel."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.cancelled = threading.Event()

    def check(self, exercises, *, progress):
        progress.say("Preparing.")
        progress.total(2)
        progress.advance()
        progress.valid(verdict(exercises[0], "partial"))
        progress.decided(exercises[0], verdict(exercises[0], "done").chaffs[0])
        answer = self.answers.pop(0)
        if answer is Cancelled:
            assert self.cancelled.wait(DEADLINE)
            raise Cancelled
        if isinstance(answer, BaseException):
            raise answer
        return [verdict(exercise, answer) for exercise in exercises]


@pytest.fixture
def loop(toy):
    """Makes a loop that prints to a file."""

    def loop(checker: Checker, file, queue: Queue, command=None, **of_console) -> Loop:
        console = Console(file=file, width=80, _environ={"TERM": "xterm"}, **of_console)
        return Loop(
            Session(toy, "day1", toy.exercises, clock=lambda: "12:30:00"),
            queue,
            check=checker.check,
            cancel=checker.cancelled.set,
            command=command,
            console=console,
        )

    return loop


@pytest.fixture
def play(loop):
    """Plays a loop to its end, with somebody who acts on what is on the screen: what was shown."""

    def play(checker: Checker, act, **how) -> str:
        queue, screen = Queue(), Screen()
        actor = threading.Thread(target=act, args=(queue.put, screen.wait_for))
        actor.start()
        try:
            loop(checker, screen, queue, **how).run()
        finally:
            actor.join()
        return screen.getvalue()

    return play


def test_the_loop_shows_a_board_and_ends_on_q(play):
    def act(put, wait_for):
        wait_for(REMINDER)
        put(Pressed("q"))

    shown = play(Checker("partial"), act)

    assert shown.startswith("Preparing.\nwatching exercises/day1 · 12:30:00 ───")
    assert "◐ 1. Testing a calculator" in shown


def test_a_save_in_the_midst_cancels_the_check(play, toy, exercises):
    checker = Checker(Cancelled, "partial")

    def act(put, wait_for):
        wait_for("Preparing.")
        put(saved(toy.scaffold(exercises[1])))
        wait_for(REMINDER)
        put(Pressed("q"))

    shown = play(checker, act)

    assert checker.cancelled.is_set()
    assert shown.count(REMINDER) == 1
    assert "test_numbers.py changed" in shown


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (CheckerError("There is no file."), "✘ There is no file."),
        (FileNotFoundError(2, "Gone", "a.py"), "✘ The files could not be read: [Errno 2] Gone"),
    ],
)
def test_a_check_that_failed_is_no_end(play, error, why):
    def act(put, wait_for):
        wait_for(REMINDER)
        put(Pressed("\n"))
        wait_for("◐ partial")
        put(Pressed("q"))

    shown = play(Checker(error, "partial"), act)

    assert why in shown


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt()])
def test_an_error_that_nobody_expected_ends_the_loop(play, error):
    with pytest.raises(type(error)):
        play(Checker(error), lambda put, wait_for: None)


def test_commands_are_run(play, exercises):
    def act(put, wait_for):
        wait_for(REMINDER)
        put(Pressed("h"))
        put(Pressed("q"))

    commands = []
    play(Checker("partial"), act, command=lambda *what: commands.append(what))

    assert commands == [("hint", exercises[0])]


def test_on_a_terminal_the_check_is_seen_under_way_and_then_gone(play):
    def act(put, wait_for):
        wait_for("Bugs: 1 caught, 0 got away of 3")
        put(Pressed("\n"))
        wait_for(REMINDER)
        put(Pressed("q"))

    shown = play(Checker(Cancelled, "partial"), act, force_terminal=True)

    _, _, after = shown.partition("Bugs: 1 caught")
    assert "valid on the reference" in shown
    assert "\x1b[2K" in after.partition(REMINDER)[0]  # its lines are cleared


class Unwritable(io.StringIO):
    """A console's file that does not take anything."""

    def __init__(self, error: OSError):
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def test_a_closed_terminal_is_the_end(loop):
    closed = Unwritable(OSError(errno.EIO, "Input/output error"))

    assert loop(Checker("partial"), closed, Queue()).run() is None


def test_another_error_of_the_output_is_not_kept_quiet(loop):
    full = Unwritable(OSError(errno.ENOSPC, "No space left on device"))

    with pytest.raises(OSError, match="No space left"):
        loop(Checker("partial"), full, Queue()).run()
