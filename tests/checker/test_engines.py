"""Forks of a warm process and fresh processes: two ways to run tests, one answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from checker.check import check
from checker.course import Edit, pick
from checker.forks import can_fork
from checker.gates.engines import differences
from checker.runner import Runner
from checker.workspace import Build, Submission

pytestmark = pytest.mark.skipif(not can_fork(), reason="all runs are fresh processes here")
SUBMISSIONS = Path(__file__).parent / "submissions"
WITHOUT_END = {"hangs"}  # takes as long as it may, in either
NAMES = sorted({path.name for path in SUBMISSIONS.iterdir() if path.is_dir()} - WITHOUT_END)
CHANGES = {
    "another-operator": ("first + second", "first * second"),
    "another-order": ("first / second", "second / first"),
    "another-number": ("second == 0", "second == 1"),
    "turned-round": ("second == 0", "second != 0"),
    "another-error": ("raise ZeroDivisionError", "raise ArithmeticError"),
    "no-error": ('raise ZeroDivisionError("cannot divide by zero")', "pass"),
    "nothing": ("return first + second", "first + second"),
    "without-end": ("return first + second", "return add(first, second)"),
    "an-argument-less": ("def add(first, second)", "def add(first)"),
    "unfinished": ("return first + second", "raise NotImplementedError"),
    "it-exits": ("return first + second", "raise SystemExit(0)"),
    "it-dies": ("return first + second", "__import__('os')._exit(0)"),
    "it-is-interrupted": ("return first + second", "raise KeyboardInterrupt"),
    "it-warns": ("return first / second", "__import__('warnings').warn('old'); return 3.5"),
    "it-remembers": ("def add(", "import functools\n\n\n@functools.cache\ndef add("),
    "not-to-be-imported": ("\n\ndef add(", "\n\nimport nothing_of_this_name\n\n\ndef add("),
    "not-python": ("def add(", "def add{"),
}


@pytest.fixture(scope="module")
def warm(toy):
    with Runner(toy) as runner:
        yield runner


@pytest.fixture(scope="module")
def fresh(toy):
    with Runner(toy, warm=False) as runner:
        yield runner


def verdicts(course, exercises, submission: Path, runner: Runner) -> list:
    """The verdicts, but for the seconds."""
    found = check(course, exercises, submission, runner=runner, matrix=True, cached=False)
    return [replace(verdict, seconds=0) for verdict in found]


@pytest.mark.parametrize("house", ["solutions", "exercises"])
def test_the_courses_own_files_are_judged_alike(toy, warm, fresh, house):
    exercises, files = toy.day("day1"), toy.root / house

    assert verdicts(toy, exercises, files, warm) == verdicts(toy, exercises, files, fresh)


@pytest.mark.parametrize("name", NAMES)
def test_submissions_are_judged_alike(toy, warm, fresh, name):
    files = SUBMISSIONS / name
    exercises = [
        one.model_copy(update={"chaffs": one.chaffs[:1]})  # to be quick
        for one in toy.day("day1")
        if (files / one.path).exists()
    ]

    assert verdicts(toy, exercises, files, warm) == verdicts(toy, exercises, files, fresh)


def test_each_test_ends_the_same_on_changes_that_nobody_planned(toy, warm, fresh):
    edits = [
        Edit(name=name, file="src/calculator.py", was=was, now=now)
        for name, (was, now) in CHANGES.items()
    ]
    calculator = pick(toy.day("day1"), "test_calculator")

    with Build(toy, calculator, Submission(toy.solutions)) as build:
        assert differences(build, edits, warm, fresh) == []
