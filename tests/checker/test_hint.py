"""`hint`: which exercise it is about, and that what was said before is remembered."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.commands.hint import command
from checker.course import Course
from checker.errors import CheckerError
from checker.given import Given, Memory

SUBMISSIONS = Path(__file__).parent / "submissions"
CALCULATOR = "day1/test_calculator.py"


@pytest.fixture
def course(toy, tmp_path) -> Course:
    """A copy of the toy course, to work in and to be remembered in."""
    left_out = shutil.ignore_patterns(".cache", "__pycache__")
    shutil.copytree(toy.root, tmp_path / "course", ignore=left_out)
    return Course(tmp_path / "course")


@pytest.fixture
def weak(course) -> Course:
    """Two bugs get away from the attendee's tests of the calculator."""
    shutil.copy(SUBMISSIONS / "weak" / CALCULATOR, course.exercises / CALCULATOR)
    return course


def hint(course: Course, *arguments: str) -> str:
    """What it says, in one line."""
    done = CliRunner().invoke(command, ["day1", *arguments], obj=course)
    if done.exception:
        raise done.exception
    return " ".join(done.output.split())


def solve(course: Course, *paths: str) -> None:
    for path in paths:
        shutil.copy(course.solutions / path, course.exercises / path)


# What was said before


def test_asked_again_it_says_more(weak):
    first, second = hint(weak), hint(weak)

    assert "Hint 2 of 2:" not in first
    assert "The test that is meant to find it: test_divides_two_numbers" in second


def test_what_was_given_is_kept_in_the_cache(weak):
    hint(weak)

    kept = json.loads((weak.root / ".cache/hints.json").read_text())

    bug = "division-drops-the-remainder"
    assert kept == {str(weak.exercises / CALCULATOR): {"last": bug, "steps": {bug: 1}}}


def test_hints_for_somebody_else_are_counted_apart(weak):
    hint(weak)

    assert "Hint 2" not in hint(weak, "--of", str(SUBMISSIONS / "weak"), "-e", "1")


def test_nothing_is_kept_where_no_hint_was_given(course):
    assert "Write this first: ○ test_adds_two_numbers" in hint(course)
    assert not (course.root / ".cache/hints.json").exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"a": 1}', '{"a": {"steps": {"b": -1}}}', "\0"]
)
def test_a_memory_that_is_broken_is_none(tmp_path, content):
    file = tmp_path / "hints.json"
    file.write_text(content)

    assert Memory(file).of(Path("a")) == Given()


def test_one_file_is_remembered_beside_the_others(tmp_path):
    memory = Memory(tmp_path / "kept" / "hints.json")
    first, second = Given().and_one_of("minus").and_one_of("minus"), Given().and_one_of("times")

    memory.keep(Path("a"), first)
    memory.keep(Path("b"), second)

    assert memory.of(Path("a")) == first == Given(last="minus", steps={"minus": 2})
    assert memory.of(Path("b")) == second


def test_a_memory_that_cannot_be_kept_is_told(tmp_path):
    (tmp_path / "kept").write_text("a file")

    with pytest.raises(CheckerError, match=r"hints.json cannot be written"):
        Memory(tmp_path / "kept" / "hints.json").keep(Path("a"), Given())


# Which exercise


def test_an_exercise_that_is_done_leads_to_the_next(course):
    solve(course, CALCULATOR)

    assert hint(course, "-e", "1") == (
        "✔ 1. Testing a calculator Well done: every bug is caught, and every correct version "
        "passes. Next: 2. Testing data of numbers: exercises/day1/test_numbers.py, then "
        "make check-day1 EX=2"
    )


def test_without_a_choice_it_is_about_the_first_that_is_not_done(course):
    solve(course, CALCULATOR)

    assert hint(course).startswith("○ 2. Testing data of numbers")


def test_a_bonus_comes_after_all_the_others(course):
    toml = course.solutions / "day1/test_calculator.toml"
    toml.write_text("bonus = true\n" + toml.read_text())

    assert hint(course).startswith("○ 2. Testing data of numbers")


@pytest.mark.parametrize("arguments", [(), ("-e", "2")])
def test_a_day_that_is_done_is_praised(course, arguments):
    said = hint(course, *arguments, "--of", "solutions")

    assert said == "Well done: there is nothing left to do in day1."
