"""`solution`: how we solved it, what that adds, and a question before it is given away."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.commands.solution import command
from checker.course import Course

REPOSITORY = Path(__file__).parents[2]
SUBMISSIONS = Path(__file__).parent / "submissions"
CALCULATOR = "day1/test_calculator.py"
DEADLINE = 60  # seconds; nothing here takes that long unless it is broken


@pytest.fixture
def course(toy, tmp_path) -> Course:
    left_out = shutil.ignore_patterns(".cache", "__pycache__")
    shutil.copytree(toy.root, tmp_path / "course", ignore=left_out)
    return Course(tmp_path / "course")


@pytest.fixture
def answering(course, tmp_path):
    """Runs the command with a terminal as standard input, on which an answer is typed."""

    def run(answer: str, *arguments: str) -> str:
        ours, theirs = os.openpty()
        os.write(ours, answer.encode())
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "checker",
                "--root",
                course.root,
                "solution",
                "day1",
                *arguments,
            ],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)},
            stdin=theirs,
            capture_output=True,
            encoding="utf-8",
            timeout=DEADLINE,
        )
        os.close(ours)
        os.close(theirs)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def solution(course: Course, *arguments: str) -> str:
    done = CliRunner().invoke(command, ["day1", *arguments], obj=course)
    if done.exception:
        raise done.exception
    return done.output


def what_it_adds(course: Course, *arguments: str) -> str:
    """The end of what it says, in one line."""
    return " ".join(solution(course, *arguments).partition("What it adds to yours:")[2].split())


# What is shown


def test_the_solution_is_printed_as_it_is(course):
    said = solution(course, "-e", "1")

    assert said.startswith((course.solutions / CALCULATOR).read_text(encoding="utf-8"))


def test_a_difference_can_be_asked_for(course):
    lines = solution(course, "-e", "3", "--diff").splitlines()

    assert lines[:2] == ["--- exercises/day1/countdown.py", "+++ solutions/day1/countdown.py"]
    assert "-    raise NotImplementedError" in lines
    assert "+    return list(range(start, 0, -1))" in lines


def test_no_change_is_made_to_any_file(course):
    before = (course.exercises / CALCULATOR).read_bytes()

    solution(course, "-e", "1")

    assert (course.exercises / CALCULATOR).read_bytes() == before


# What it adds


def test_tests_that_are_missing_are_told_with_the_bugs_that_they_find(course):
    assert what_it_adds(course, "-e", "1", "--of", str(SUBMISSIONS / "weak")) == (
        "• test_divides_two_numbers The quotient of two numbers. "
        "→ Half a pizza each became no pizza at all. "
        "• test_refuses_to_divide_by_zero yours has none An error, not infinity. "
        "→ The report shows a growth of infinity."
    )


def test_tests_that_are_not_written_are_told_so(course):
    added = what_it_adds(course, "-e", "2")

    assert added == (
        "• test_numbers_are_positive yours is not written yet No number is zero or less. "
        "→ The average fell below zero overnight."
    )


def test_functions_that_a_program_lacks_are_told_without_our_bugs_in_it(course):
    added = what_it_adds(course, "-e", "3")

    assert added == "• countdown yours is not written yet The numbers from start down to 1."


def test_a_file_that_finds_every_bug_gains_nothing(course):
    said = solution(course, "-e", "1", "--of", "solutions")

    assert "It adds nothing to yours: your tests find the same bugs." in said


def test_a_file_that_is_no_python_gains_everything(course):
    added = what_it_adds(course, "-e", "1", "--of", str(SUBMISSIONS / "syntax-error"))

    assert added.count("yours has none") == 3


# Before it is given away


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_on_a_terminal_nothing_is_shown_without_a_yes(course, answering, answer):
    said = answering(answer, "-e", "1", "--of", str(SUBMISSIONS / "weak"))

    assert said == (
        "2 bugs got away, and there may be hints left: make hint-day1 EX=1\n"
        "Show the solution? [y/N]: Not shown.\n"
    )


def test_on_a_terminal_a_yes_shows_it(answering):
    said = answering("y\n", "-e", "1")

    assert said.startswith("It is todo, and there may be hints left: make hint-day1 EX=1\n")
    assert "assert add(2, 3) == 5" in said


@pytest.mark.parametrize(
    "arguments", [pytest.param(["--yes"], id="yes"), pytest.param(["--of", "solutions"], id="done")]
)
def test_nothing_is_asked_where_nothing_is_spoilt(answering, arguments):
    said = answering("", "-e", "1", *arguments)

    assert said.startswith('"""Test the calculator."""')
