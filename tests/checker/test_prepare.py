"""The state that tests find: made once, made again when what it is made of changes."""

import shutil

import pytest

from checker.course import Course, pick
from checker.errors import CheckerError
from checker.prepare import KEPT, prepared
from checker.runner import Runner

TRAIN = """
import os
from pathlib import Path

Path("output/model.txt").write_text(f"{os.getpid()}")
"""


@pytest.fixture
def course(toy, tmp_path) -> Course:
    """The toy course, with something to train."""
    shutil.copytree(toy.root, tmp_path / "toy")
    (tmp_path / "toy/src/train.py").write_text(TRAIN)
    return Course(tmp_path / "toy")


def prepare(course: Course, *commands: str, **how):
    exercise = pick(course.day("day1"), "test_calculator")
    return prepared(course, exercise.model_copy(update={"prepare": commands}), Runner(), **how)


def test_an_exercise_that_needs_no_state_gets_none(course):
    assert prepare(course) is None


def test_state_is_made_by_the_commands_and_kept(course):
    first = (prepare(course, "python -m src.train") / "model.txt").read_text()
    again = (prepare(course, "python -m src.train") / "model.txt").read_text()

    assert first == again


@pytest.mark.parametrize("changed", ["src/calculator.py", "data/numbers/numbers.parquet"])
def test_state_is_made_again_when_what_it_is_made_of_changes(course, changed):
    first = prepare(course, "python -m src.train")
    with (course.root / changed).open("ab") as file:
        file.write(b"\n")

    assert prepare(course, "python -m src.train") != first


def test_what_takes_long_is_said_once(course):
    said = []

    prepare(course, "python -m src.train", say=said.append)
    prepare(course, "python -m src.train", say=said.append)

    assert said == ["Preparing what the tests find, once: python -m src.train"]


def test_a_command_that_fails_is_told_with_what_it_printed_and_leaves_nothing(course):
    with pytest.raises(CheckerError) as error:
        prepare(course, "python -m src.train", "python -c 'raise SystemExit(\"no data\")'")

    assert "day1/test_calculator.py cannot be prepared" in str(error.value)
    assert "ended with status 1 (finished). It printed:\nno data\n" in str(error.value)
    assert list((course.root / ".cache/prepared").iterdir()) == []


def test_only_the_newest_states_are_kept(course):
    folders = [prepare(course, f"python -c 'print({number})'") for number in range(KEPT + 2)]

    assert len(list((course.root / ".cache/prepared").iterdir())) == KEPT
    assert folders[-1].is_dir()
