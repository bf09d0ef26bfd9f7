"""What GitHub Actions shows of a check."""

from pathlib import PurePath

import pytest

from checker.course import Exercise
from checker.github import annotations, no_commands, summary
from checker.verdict import ChaffVerdict, Verdict, WheatVerdict

PLACE = PurePath("exercises")


def verdict(status: str, number: int = 1, title: str = "Testing sums", bonus=False, **more):
    exercise = Exercise(
        path=f"day1/test_{number}.py", number=number, title=title, minutes=5, bonus=bonus
    )
    usual = {"cases": 1, "chaffs": (), "wheats": (), "messages": (), "idle": (), "seconds": 1.0}
    return Verdict(exercise=exercise, status=status, **usual | more)


def got_away(*names: str) -> tuple[ChaffVerdict, ...]:
    return tuple(
        ChaffVerdict(name, f"The story of {name}.", "The hint.", caught=False) for name in names
    )


# Annotations


def test_what_makes_an_exercise_invalid_is_an_error_at_its_line():
    message = "test_adds fails on the reference: assert 4 == 5 (test_1.py:7)."

    assert annotations([verdict("invalid", messages=(message,))], PLACE) == [
        "::error file=exercises/day1/test_1.py,line=7,title=Testing sums%3A invalid::" + message
    ]


def test_a_bug_that_got_away_is_a_warning_with_its_story():
    assert annotations([verdict("partial", chaffs=got_away("minus"))], PLACE) == [
        "::warning file=exercises/day1/test_1.py,"
        "title=Testing sums%3A this bug would have slipped through::The story of minus. (minus)"
    ]


def test_tests_that_catch_nothing_are_a_notice():
    assert annotations([verdict("done", idle=("test_a", "test_b"))], PLACE) == [
        "::notice file=exercises/day1/test_1.py,"
        "title=Testing sums%3A tests that catch none of the bugs::"
        "test_a, test_b. What would make them fail?"
    ]


def test_what_is_left_to_do_in_a_program_is_a_warning():
    (warning,) = annotations([verdict("partial", messages=("Counts to one.",))], PLACE)

    assert warning.startswith("::warning ")
    assert warning.endswith(",title=Testing sums%3A partial::Counts to one.")


@pytest.mark.parametrize("status", ["todo", "done"])
def test_what_is_whole_or_untouched_needs_no_annotation(status):
    assert annotations([verdict(status)], PLACE) == []


@pytest.mark.parametrize(
    ("message", "line"),
    [
        pytest.param("It fails (test_1.py:7).", ",line=7,", id="of-a-test"),
        pytest.param('File "exercises/day1/test_1.py", line 6', ",line=6,", id="of-python"),
        pytest.param("(test_1.py:1) is not (test_1.py:12).", ",line=12,", id="the-last"),
        pytest.param("It fails (helper.py:7).", ",", id="of-another-file"),
    ],
)
def test_a_line_is_one_of_the_exercise(message, line):
    (error,) = annotations([verdict("invalid", messages=(message,))], PLACE)

    assert f"test_1.py{line}title=" in error


def test_the_file_is_in_the_folder_that_was_judged():
    (error,) = annotations([verdict("invalid", messages=("No.",))], PurePath("solutions"))

    assert error.startswith("::error file=solutions/day1/test_1.py,")


def test_what_would_end_a_command_is_escaped():
    title = "Sums, 100%: all"
    message = "50 % \x1b[31m\nis: a, b\n::add-mask::secret"

    (error,) = annotations([verdict("invalid", title=title, messages=(message,))], PLACE)

    assert error == (
        "::error file=exercises/day1/test_1.py,title=Sums%2C 100%25%3A all%3A invalid"
        r"::50 %25 \x1b[31m%0Ais: a, b%0A::add-mask::secret"
    )


def test_the_most_important_come_first_and_every_exercise_before_the_second_of_any():
    verdicts = [
        verdict("partial", 1, bonus=True, chaffs=got_away("a")),
        verdict("partial", 2, chaffs=got_away("b", "c"), idle=("test_x",)),
        verdict("partial", 3, chaffs=got_away("d", "e"), messages=("Some note.",)),
        verdict("invalid", 4, messages=("First.", "Second.")),
        verdict("invalid", 5, messages=("Third.",)),
    ]

    commands = annotations(verdicts, PLACE)

    assert [command.split("::")[-1] for command in commands] == [
        "First.",
        "Third.",
        "Second.",
        "The story of b. (b)",
        "The story of d. (d)",
        "The story of c. (c)",
        "The story of e. (e)",
        "Some note.",
        "The story of a. (a)",
        "test_x. What would make them fail?",
    ]


# What is printed beside them


def test_no_commands_are_taken_from_what_is_printed_meanwhile(capsys):
    with no_commands():
        print("::error::a message")

    stop, message, resume = capsys.readouterr().out.splitlines()
    token = stop.removeprefix("::stop-commands::")
    assert len(token) >= 32
    assert (message, resume) == ("::error::a message", f"::{token}::")


def test_the_token_that_ends_it_cannot_be_known(capsys):
    for _ in range(2):
        with no_commands():
            pass

    first, _, second, _ = capsys.readouterr().out.splitlines()
    assert first != second


# The summary


def test_the_summary_is_the_boards_table():
    caught = ChaffVerdict("minus", "The story.", "The hint.", caught=True)
    wheat = WheatVerdict("other-words", "The wording is free.", passed=True)
    verdicts = [
        verdict("partial", 1, chaffs=(caught, *got_away("times")), wheats=(wheat,)),
        verdict("todo", 2, "Sums | more", bonus=True, cases=0),
    ]

    assert summary(verdicts, "Day 1: sums") == (
        "## Day 1: sums\n"
        "\n"
        "0 of 2 done\n"
        "\n"
        "|  | exercise | status | cases | bugs caught | valid on |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| 1 | Testing sums | ◐ partial | 1 of 1 | 1 of 2 | 1 of 1 |\n"
        "| 2 | Sums \\| more (bonus) | ○ todo | 0 of 1 | - | - |\n"
        "\n"
    )


def test_the_summary_holds_nothing_that_an_attendee_wrote():
    text = summary([verdict("invalid", messages=("<b>me</b>",), idle=("test_me",))], "Day 1: sums")

    assert "✘ invalid" in text
    assert "me" not in text
