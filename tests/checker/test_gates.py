"""Each gate is open for a sound course and shut for one that is broken in its own way."""

import shutil
from pathlib import Path

import pytest

from checker.course import Course
from checker.forks import can_fork
from checker.gates import OF_A_DAY, OF_THE_HOUSE, verify
from checker.runner import Runner

CALCULATOR = "solutions/day1/test_calculator"
AN_EMPTY_TEST = '''

def test_does_nothing():
    """Nothing at all."""
    add(1, 1)
'''
NOTICES_A_FORK = '''

def test_is_fresh():
    """Nothing is imported beforehand."""
    import sys

    assert "pandas" not in sys.modules
'''


@pytest.fixture
def course(toy, tmp_path):
    """A copy of the toy course, to be broken."""
    left_out = shutil.ignore_patterns(".cache")
    return Course(shutil.copytree(toy.root, tmp_path / "course", ignore=left_out))


@pytest.fixture(scope="module")
def runner(toy):
    with Runner(toy) as runner:
        yield runner


@pytest.fixture
def problems(course, runner):
    """What a gate finds."""

    def problems(gate: str) -> list[str]:
        return {**OF_A_DAY, **OF_THE_HOUSE}[gate](course, "day1", runner)

    return problems


def edit(course: Course, name: str, was: str, now: str) -> None:
    path = course.root / name
    text = path.read_text(encoding="utf-8")
    assert text.count(was) == 1
    path.write_text(text.replace(was, now), encoding="utf-8")


def append(course: Course, name: str, text: str) -> None:
    path = course.root / name
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_sound_course_passes_every_gate(course, runner):
    results = list(verify(course, ["day1"], None, runner))

    assert [(result.name, result.problems) for result in results if result.problems] == []
    assert {result.name for result in results} == {*OF_A_DAY, *OF_THE_HOUSE}


def test_a_gate_can_be_passed_alone(course, runner):
    results = list(verify(course, ["day1"], "minutes", runner))

    assert [result.name for result in results] == ["minutes"]


def test_a_chaff_that_no_longer_fits_is_found(course, problems):
    edit(course, "src/calculator.py", "first + second", "second + first")

    (problem,) = problems("chaffs")
    assert "'adding-subtracts' no longer fits" in problem


def test_two_chaffs_that_are_alike_are_found(course, problems):
    edit(
        course, f"{CALCULATOR}.toml", "now   = \"return float('inf')\"", "now   = 'return 1 / 0.0'"
    )
    append(
        course,
        f"{CALCULATOR}.toml",
        """
[[chaff]]
name  = "the-same-in-other-words"
story = "The report shows the same growth."
hint  = "What is it that differs?"
file  = "src/calculator.py"
was   = '        raise ZeroDivisionError("cannot divide by zero")'
now   = "        return (1 / 0.0)  # as it was"
""",
    )

    assert problems("chaffs") == [
        "day1/test_calculator.py: the-same-in-other-words is the same as "
        "division-by-zero-is-infinite."
    ]


def test_a_chaff_that_changes_only_a_comment_is_found(course, problems):
    edit(course, f"{CALCULATOR}.toml", 'now   = "first - second"', 'now = "first + second  # !"')

    assert problems("chaffs") == ["day1/test_calculator.py: adding-subtracts changes nothing."]


def test_a_chaff_of_data_that_changes_nothing_is_found(course, problems):
    edit(course, "solutions/day1/test_numbers.toml", "df.assign(number=-df['number'])", "df.copy()")

    assert problems("chaffs") == ["day1/test_numbers.py: a-negative-number changes nothing."]


def test_a_scaffold_that_is_solved_already_is_found(course, problems):
    shutil.copy(course.root / f"{CALCULATOR}.py", course.exercises / "day1/test_calculator.py")

    (problem,) = problems("scaffolds")
    assert problem.startswith("day1/test_calculator.py is done, not todo.")


@pytest.mark.parametrize(
    ("was", "now", "what"),
    [
        ("Test the calculator.", "Test a calculator.", "the module docstring"),
        ("The sum of two numbers.", "The sum.", "test_adds_two_numbers"),
        ("test_divides_two_numbers", "test_divides", "test_divides"),
    ],
)
def test_a_scaffold_that_states_another_task_is_found(course, problems, was, now, what):
    edit(course, "exercises/day1/test_calculator.py", was, now)

    assert f"day1/test_calculator.py: {what} is not the same in both." in problems("tasks")


def test_a_missing_scaffold_is_found(course, problems):
    (course.exercises / "day1/test_calculator.py").unlink()

    assert problems("tasks") == ["day1/test_calculator.py: there is no scaffold."]


def test_a_solution_that_lets_a_bug_pass_is_found(course, problems):
    edit(course, f"{CALCULATOR}.py", "divide(7, 2) == 3.5", "divide(6, 3) == 2")

    found = problems("solutions")

    assert "day1/test_calculator.py: division-drops-the-remainder gets away." in found


def test_a_test_of_a_solution_that_catches_nothing_is_found(course, problems):
    append(course, f"{CALCULATOR}.py", AN_EMPTY_TEST)

    assert problems("solutions") == ["day1/test_calculator.py: test_does_nothing catches nothing."]


def test_a_bug_that_another_test_catches_than_the_one_it_names_is_a_problem(course, problems):
    toml = f"{CALCULATOR}.toml"
    named = 'name  = "adding-subtracts"\n'
    edit(course, toml, named, named + 'caught_by = "test_of_nobody"\n')

    assert problems("solutions") == [
        "day1/test_calculator.py: adding-subtracts is not caught by test_of_nobody, "
        "as its `caught_by` says."
    ]


def test_a_chaff_that_cannot_be_imported_is_found(course, problems):
    edit(course, f"{CALCULATOR}.toml", 'now   = "first - second"', 'now   = "first -"')

    assert any("adding-subtracts gets away" in problem for problem in problems("solutions"))


def test_a_solution_that_passes_on_an_application_that_raises_is_found(course, problems):
    solution = course.root / f"{CALCULATOR}.py"
    solution.write_text('"""Test nothing."""\n\n\ndef test_nothing():\n    assert True\n')

    assert problems("canary") == [
        "day1/test_calculator.py: all tests pass although the application raises everywhere."
    ]


def test_tests_that_need_each_other_are_found(course, problems):
    append(
        course,
        f"{CALCULATOR}.py",
        "\nSEEN = []\n\n\ndef test_one():\n    SEEN.append(1)\n\n\n"
        "def test_two():\n    assert SEEN == [1]\n",
    )

    assert any(
        problem.startswith("day1/test_calculator.py: day1/test_calculator.py::test_two alone")
        for problem in problems("order")
    )


@pytest.mark.skipif(not can_fork(), reason="all runs are fresh processes here")
def test_a_test_that_ends_otherwise_in_a_fork_is_found(course, problems):
    append(course, f"{CALCULATOR}.py", NOTICES_A_FORK)

    assert problems("engines")[0] == (
        "day1/test_calculator.py: on the reference, day1/test_calculator.py::test_is_fresh is "
        "failed in a fork, and passed in a fresh process."
    )


def test_minutes_that_do_not_add_up_are_found(course, problems):
    edit(course, "exercises/day1/README.md", "minutes: 10", "minutes: 15")

    assert problems("minutes") == ["day1: the guide says minutes: 15, its core exercises take 10."]


def test_an_exercise_that_the_guide_leaves_out_is_found(course, problems):
    edit(course, "exercises/day1/README.md", "## 2. Testing data of numbers", "## Numbers")

    assert problems("minutes") == [
        "day1: the guide has no heading '## 2. Testing data of numbers'."
    ]


@pytest.mark.parametrize("link", ["nowhere.md", "README.md#no-such-heading", "#no-such-heading"])
def test_a_dead_link_is_found(course, problems, link):
    append(course, "exercises/day1/README.md", f"\n[here]({link})\n")

    assert problems("links") == [f"exercises/day1/README.md: the link {link} leads nowhere."]


def test_a_make_target_that_does_not_exist_is_found(course, problems):
    (course.root / "Makefile").write_text("check-day%:\n\ttrue\n")
    append(course, "exercises/day1/README.md", "\n`make check-day1`, and then `make coffee`.\n")

    assert problems("links") == ["exercises/day1/README.md: there is no make target coffee."]


def test_a_command_of_the_guide_that_fails_is_found(course, problems):
    append(course, "exercises/day1/README.md", "\n```bash\ntest -f no-such-file\n```\n")

    (problem,) = problems("commands")
    assert problem.startswith("day1: `test -f no-such-file` ends with status 1")


def test_commands_of_the_guide_run_where_the_exercises_are_solved(course, problems):
    append(
        course,
        "exercises/day1/README.md",
        "\n```bash\ngrep -q 'add(2, 3)' exercises/day1/test_calculator.py\n```\n",
    )

    assert problems("commands") == []


def test_a_notebook_with_outputs_is_found(course, problems):
    notebooks = Path(course.root, "notebooks")
    notebooks.mkdir()
    (notebooks / "day1.ipynb").write_text('{"cells": [{"outputs": ["3"]}]}')

    assert problems("notebooks")[0].startswith("day1.ipynb keeps outputs")
