"""What there is to do next in an exercise, from its verdict and what was said of it before."""

import io

import pytest
from rich.console import Console

from checker import page
from checker.advice import Adviser
from checker.course import Course
from checker.given import Given
from checker.verdict import ChaffVerdict, Verdict

BUGS = ("adding-subtracts", "division-drops-the-remainder", "division-by-zero-is-infinite")
CAUGHT = {
    "adding-subtracts": ["test_adds_two_numbers"],
    "division-drops-the-remainder": ["test_divides_two_numbers"],
    "division-by-zero-is-infinite": ["test_refuses_to_divide_by_zero"],
}
SOURCE = '''
@pytest.fixture
def two():
    """It is 2."""
    {fixture}

def test_adds_two_numbers(two):
    """The sum of two numbers."""
    {test}

def test_divides_two_numbers():
    """The quotient of two numbers."""
'''
OPEN = "raise NotImplementedError"
FIRST, SECOND = BUGS[1:]
QUESTION = "Hint 1 of 2: Try a quotient that is no whole number."
ALL = "That was all: make solution-day1 EX=1 shows a test that finds it"


@pytest.fixture
def advised(toy):
    """What is said of a verdict on the calculator's tests, in one line, and what was given then."""

    def advise(verdict: Verdict, source: str = "", given: Given | None = None, caught=CAUGHT):
        adviser = Adviser(toy, verdict, source, given or Given(), lambda: caught)
        lines, given = adviser.advise()
        console = Console(file=io.StringIO(), width=100)
        page.show(lines, console)
        return " ".join(console.file.getvalue().split()), given

    return advise


@pytest.fixture
def said(advised):
    """What is said, one time after the other."""

    def say(verdict: Verdict, times: int, **more) -> list[str]:
        texts, given = [], None
        for _ in range(times):
            text, given = advised(verdict, given=given, **more)
            texts.append(text)
        return texts

    return say


def verdict(course: Course, status: str, away=(), number: int = 1, **more) -> Verdict:
    exercise = course.day("day1")[number - 1]
    chaffs = tuple(
        ChaffVerdict(one.name, one.story, one.hint, caught=one.name not in away)
        for one in exercise.chaffs
    )
    usual = {"cases": 1, "chaffs": chaffs, "wheats": (), "messages": (), "idle": (), "seconds": 1.0}
    return Verdict(exercise=exercise, status=status, **usual | more)


# Bugs that got away


def test_a_bug_that_got_away_is_asked_about_first(toy, advised):
    text, _ = advised(verdict(toy, "partial", BUGS[1:]))

    assert text == (
        "◐ 1. Testing a calculator exercises/day1/test_calculator.py "
        "2 bugs got away. One of them: → Half a pizza each became no pizza at all. "
        f"division-drops-the-remainder {QUESTION} 1 more hint at this bug: make hint-day1 EX=1"
    )


def test_the_second_hint_names_the_test_and_the_place(toy, said):
    text = said(verdict(toy, "partial", [FIRST]), 2)[1]

    assert text.endswith(
        f"{QUESTION} Hint 2 of 2: The bug is in divide() of src/calculator.py. The test that is "
        "meant to find it: test_divides_two_numbers, “The quotient of two numbers.” "
        "No more hints at this bug. Is it found? make check-day1 EX=1"
    )


def test_a_test_that_is_meant_and_still_to_be_written_is_named_so(toy, said):
    source = SOURCE.format(fixture="return 2", test=OPEN)

    text = said(verdict(toy, "partial", [BUGS[0]]), 2, source=source)[1]

    assert "“The sum of two numbers.” It is still to be written." in text


def test_the_third_time_says_that_this_was_all_and_the_fourth_goes_on(toy, said):
    texts = said(verdict(toy, "partial", BUGS[1:]), 4)

    assert texts[2].endswith(f"{ALL}, and make hint-day1 EX=1 goes on to the next bug.")
    assert f"One of them: → The report shows a growth of infinity. {SECOND}" in texts[3]
    assert "Hint 1 of 2: What does the docstring promise for zero?" in texts[3]
    assert "Hint 2" not in texts[3]


def test_the_last_bug_leads_to_no_other(toy, said):
    assert said(verdict(toy, "partial", BUGS[1:]), 6)[5].endswith(f"{ALL}.")


def test_when_all_was_said_it_is_listed(toy, said):
    texts = said(verdict(toy, "partial", BUGS[1:]), 8)

    assert texts[6] == texts[7]
    assert texts[6].endswith(
        "Every hint was given, and 2 bugs still get away: "
        "→ Half a pizza each became no pizza at all. Try a quotient that is no whole number. "
        "→ The report shows a growth of infinity. What does the docstring promise for zero? "
        "That was all: make solution-day1 EX=1"
    )


def test_a_hint_goes_on_where_the_last_one_was(toy, advised):
    given = Given(last=SECOND, steps={SECOND: 1})

    _, given_now = advised(verdict(toy, "partial", BUGS[1:]), given=given)

    assert given_now == Given(last=SECOND, steps={SECOND: 2})


def test_a_bug_that_was_found_makes_room_for_the_next(toy, advised):
    given = Given(last=FIRST, steps={FIRST: 1})

    text, given_now = advised(verdict(toy, "partial", [SECOND]), given=given)

    assert "1 bug got away: → The report shows a growth of infinity." in text
    assert given_now == Given(last=SECOND, steps={FIRST: 1, SECOND: 1})


def test_what_the_solution_catches_is_asked_only_where_it_is_told(toy, advised):
    text, _ = advised(verdict(toy, "partial", [FIRST]), caught=None)

    assert text.endswith("1 more hint at this bug: make hint-day1 EX=1")


# What else there is to do


@pytest.mark.parametrize(
    ("status", "when"),
    [pytest.param("todo", "first", id="todo"), pytest.param("partial", "next", id="partial")],
)
def test_a_test_that_is_still_to_be_written_is_named(toy, advised, status, when):
    source = SOURCE.format(fixture="return 2", test=OPEN)

    text, given = advised(verdict(toy, status), source)

    assert text.endswith(
        f"Write this {when}: ○ test_adds_two_numbers The sum of two numbers. "
        "Next: write it, then make check-day1 EX=1"
    )
    assert given == Given()


def test_a_fixture_that_it_takes_is_named_too(toy, advised):
    text, _ = advised(verdict(toy, "todo"), SOURCE.format(fixture=OPEN, test=OPEN))

    assert "It takes a fixture that is still to be written, too: ○ two It is 2." in text


def test_of_a_program_the_first_function_to_write_is_named(toy, advised):
    text, _ = advised(verdict(toy, "todo", number=3), f"def countdown(start):\n    {OPEN}\n")

    assert "Write this first: ○ countdown" in text


def test_of_a_program_that_is_wrong_the_first_complaint_is_told(toy, advised):
    wrong = verdict(
        toy, "partial", number=3, messages=("test_counts: [3] == [3, 2].", "And so on.")
    )

    text, _ = advised(wrong, "def countdown(start):\n    return [start]\n")

    assert text.endswith(
        "Nothing got away so far. What is left to do: • test_counts: [3] == [3, 2]. "
        "Next: mend that, then make check-day1 EX=3"
    )


def test_what_is_invalid_is_mended_before_bugs_are_hunted(toy, advised):
    messages = ("test_adds_two_numbers[2-3] fails on the reference: 5 == 6.", "And so on.")
    invalid = verdict(toy, "invalid", messages=messages)

    text, given = advised(invalid, SOURCE.format(fixture="return 2", test="assert add(2, 3) == 6"))

    assert text.endswith(
        f"Before you hunt bugs, this is to be mended: • {messages[0]} "
        "What test_adds_two_numbers is to check: “The sum of two numbers.” "
        "Next: mend that, then make check-day1 EX=1"
    )
    assert given == Given()


def test_too_few_cases_are_counted(toy, advised):
    text, _ = advised(verdict(toy, "partial"))

    assert "What is left to do: • 1 of the 3 cases asked for are there." in text
