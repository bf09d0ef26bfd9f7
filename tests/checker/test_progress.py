"""`progress`: the whole course on a page."""

import shutil

import pytest
from click.testing import CliRunner

from checker.commands.progress import command
from checker.course import Course

PATHS = ["day1/test_calculator.py", "day1/test_numbers.py", "day1/countdown.py"]


@pytest.fixture
def course(toy, tmp_path) -> Course:
    left_out = shutil.ignore_patterns(".cache", "__pycache__")
    shutil.copytree(toy.root, tmp_path / "course", ignore=left_out)
    return Course(tmp_path / "course")


def progress(course: Course, *arguments: str) -> list[str]:
    """The lines that it prints."""
    done = CliRunner().invoke(command, arguments, obj=course)
    if done.exception:
        raise done.exception
    return [line.rstrip() for line in done.output.splitlines()]


def solve(course: Course, *paths: str) -> None:
    for path in paths:
        shutil.copy(course.solutions / path, course.exercises / path)


def test_each_day_tells_what_is_done_and_how_long_the_rest_takes(course):
    solve(course, PATHS[0])

    assert progress(course) == [
        "Progress   1 of 3 exercises done",
        "",
        "Day 1: sums",
        "  1 of 2 done, bonus 0 of 1, 10 minutes left",
        "  ✔ 1. Testing a calculator  done",
        "  ○ 2. Testing data of numbers  todo",
        "  ○ 3. Writing a countdown (bonus)  todo",
        "",
        "Next: exercises/day1/test_numbers.py, then make check-day1 EX=2; stuck? make",
        "hint-day1 EX=2",
    ]


def test_bugs_that_got_away_are_counted(course, request):
    weak = request.path.parent / "submissions/weak" / PATHS[0]
    shutil.copy(weak, course.exercises / PATHS[0])

    assert "  ◐ 1. Testing a calculator  partial  2 bugs got away" in progress(course)


def test_every_day_is_there(course):
    for house in (course.exercises, course.solutions):
        (house / "day2").mkdir()
        for file in (house / "day1").glob("test_numbers.*"):
            shutil.copy(file, house / "day2")
    (course.exercises / "day2/README.md").write_text("# Day 2: numbers\n")
    solve(course, *PATHS)

    lines = progress(course)

    assert lines[0] == "Progress   3 of 4 exercises done"
    assert lines[lines.index("Day 2: numbers") + 1] == "  0 of 1 done, 5 minutes left"
    assert lines[-2].startswith("Next: exercises/day2/test_numbers.py, then make check-day2 EX=2")


def test_whose_progress_can_be_chosen(course):
    lines = progress(course, "--of", "solutions")

    assert lines[0] == "Progress   3 of 3 exercises done"
    assert "  2 of 2 done, bonus 1 of 1" in lines
    assert lines[-1] == "All done: every bug is caught, and every correct version passes."


def test_a_bonus_is_next_only_when_nothing_else_is_left(course):
    solve(course, *PATHS[:2])

    assert "Next: exercises/day1/countdown.py" in progress(course)[-2]
