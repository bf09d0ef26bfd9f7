"""The board: what people read of a verdict."""

import io

import pytest
from rich.console import Console

from checker import board
from checker.course import Exercise
from checker.verdict import ChaffVerdict, Verdict, WheatVerdict


def exercise(number: int = 1, title: str = "Testing sums", **more) -> Exercise:
    path = f"day1/test_{number}.py"
    return Exercise(path=path, number=number, title=title, minutes=5, at_least=2, **more)


def chaff(name: str, caught: bool | None = True) -> ChaffVerdict:
    by = ("test_adds",) if caught else ()
    return ChaffVerdict(name, f"The story of {name}.", f"The hint at {name}.", caught, by)


def verdict(status: str = "done", of: Exercise | None = None, **more) -> Verdict:
    usual = {
        "cases": 2,
        "chaffs": (chaff("minus"), chaff("times")),
        "wheats": (WheatVerdict("other-words", "The wording is free.", passed=True),),
        "messages": (),
        "idle": (),
        "seconds": 1.0,
    }
    return Verdict(exercise=of or exercise(), status=status, **usual | more)


def untried(status: str, of: Exercise, **more) -> Verdict:
    wheats = (WheatVerdict("other-words", "The wording is free."),)
    return verdict(status, of, cases=0, chaffs=(chaff("minus", None),), wheats=wheats, **more)


def shown(*verdicts: Verdict, width: int = 100, terminal: bool | None = None, **environ) -> str:
    """The board without the blanks at the ends of lines, as in an environment of `environ`."""
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, _environ=environ)
    board.show(verdicts, "Day 1: sums", console)
    return "".join(line.rstrip() + "\n" for line in console.file.getvalue().splitlines())


def test_a_day_is_a_line_each_then_what_is_left_to_do_in_each():
    away = [chaff(name, False) for name in ("minus", "times", "over", "power")]

    text = shown(
        verdict("done", exercise(1)),
        verdict("partial", exercise(2), chaffs=(*away, chaff("modulo")), idle=("test_is",)),
        untried("invalid", exercise(3), messages=("test_adds fails on the reference: 1 == 2.",)),
        untried("todo", exercise(4, title="Writing sums", bonus=True)),
    )

    assert (
        text
        == """\
Day 1: sums   1 of 4 done

   exercise              status     cases   bugs caught  valid on
1  Testing sums          ✔ done     2 of 2  2 of 2       1 of 1
2  Testing sums          ◐ partial  2 of 2  1 of 5       1 of 1
3  Testing sums          ✘ invalid  0 of 2  -            -
4  Writing sums (bonus)  ○ todo     0 of 2  -            -

◐ 2. Testing sums
  exercises/day1/test_2.py
  4 bugs would have slipped through:
  → The story of minus.  minus
  → The story of times.  times
  → The story of over.  over
  … and 1 more: make check-day1 EX=2
  • Catch none of the bugs: test_is. What would make them fail?

✘ 3. Testing sums
  exercises/day1/test_3.py
  • test_adds fails on the reference: 1 == 2.

Next: exercises/day1/test_2.py, then make check-day1

"""
    )


def test_an_exercise_alone_shows_every_story():
    away = tuple(chaff(name, False) for name in ("minus", "times", "over", "power"))

    text = shown(verdict("partial", chaffs=away))

    assert [name for name in ("minus", "times", "over", "power") if f"of {name}." in text] == [
        "minus",
        "times",
        "over",
        "power",
    ]
    assert "more:" not in text


def test_as_many_stories_as_fit_need_no_pointer_to_the_rest():
    away = tuple(chaff(name, False) for name in ("minus", "times", "over"))

    text = shown(verdict("partial", chaffs=away), untried("todo", exercise(2)))

    assert text.count("→ The story of") == 3
    assert "more:" not in text


def test_one_bug_is_not_called_bugs():
    text = shown(verdict("partial", chaffs=(chaff("minus", False), chaff("times"))))

    assert "1 bug would have slipped through:" in text


def test_neither_the_edit_nor_the_hint_of_a_bug_is_shown():
    told = {"name": "minus", "story": "The story of minus.", "hint": "The hint at minus."}
    edit = {"file": "src/secret_place.py", "was": "secret_was", "now": "secret_now"}

    text = shown(verdict("partial", exercise(chaff=[told | edit]), chaffs=(chaff("minus", False),)))

    assert "The story of minus." in text
    assert "secret" not in text
    assert "hint" not in text


def test_a_picture_shows_the_board_below_its_command():
    picture = board.draw([verdict()], "Day 1: sums", "make check-day1")

    assert picture.startswith("<svg")
    assert picture.index("make&#160;check-day1") < picture.index("✔&#160;done")


def test_when_all_is_done_there_is_no_next_step():
    text = shown(verdict(), verdict(of=exercise(2)))

    assert text.splitlines()[0] == "Day 1: sums   2 of 2 done"
    assert "All done: every bug is caught, and every correct version passes." in text
    assert "Next:" not in text


def test_the_next_step_is_a_bonus_only_when_nothing_else_is_left():
    bonus = untried("todo", exercise(1, bonus=True))

    assert "Next: exercises/day1/test_2.py" in shown(bonus, untried("todo", exercise(2)))
    assert "Next: exercises/day1/test_1.py" in shown(bonus, verdict(of=exercise(2)))


def test_brackets_are_shown_as_they_are():
    text = shown(
        untried("invalid", exercise(title="Sums of [bold]"), messages=("test_adds[red] fails.",))
    )

    assert "1  Sums of [bold]" in text
    assert "• test_adds[red] fails." in text


@pytest.mark.parametrize(("width", "longest"), [(50, 50), (300, 100)])
def test_lines_fit_the_terminal_and_are_never_too_long_to_read(width, longest):
    text = shown(untried("invalid", exercise(), messages=("long " * 60,)), width=width)

    assert 0.9 * longest < max(map(len, text.splitlines())) <= longest


def test_a_board_that_is_piped_has_no_escape_codes():
    assert "\x1b" not in shown(verdict("partial", chaffs=(chaff("minus", False),)))


def test_a_board_on_a_terminal_has_colours():
    assert "\x1b[1;32m✔ done" in shown(verdict(), terminal=True, TERM="xterm")


def test_colours_are_left_out_where_they_are_not_wanted():
    text = shown(verdict(), terminal=True, TERM="xterm", NO_COLOR="1")

    assert "\x1b[1m✔ done" in text


def test_many_messages_are_cut_short_where_a_whole_day_is_shown():
    many = untried("invalid", exercise(), messages=tuple(f"Message {n}." for n in range(1, 6)))

    assert shown(many, verdict(of=exercise(2))).count("• Message") == 3
    assert "… and 2 more: make check-day1 EX=1" in shown(many, verdict(of=exercise(2)))
    assert shown(many).count("• Message") == 5
