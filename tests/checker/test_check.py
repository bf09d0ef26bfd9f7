"""Whole checks of the toy course.

Each folder of submissions/ is an attendee's work, and golden/ holds what the checker makes of it.
After a change that is meant, write them again and read the difference:
`python -m tests.checker.test_check`.
"""

import json
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from checker import results
from checker.check import Progress, check
from checker.course import Course, Exercise, pick
from checker.errors import CheckerError

HERE = Path(__file__).parent
NAMES = sorted(path.name for path in (HERE / "submissions").iterdir() if path.is_dir())
SECONDS = {"hangs": 1}  # the others get what the exercise says


def results_of(course: Course, submission: Path) -> dict:
    """What results files hold of the exercises that are there, but for the seconds."""
    there = [one for one in course.day("day1") if (submission / one.path).exists()]
    if seconds := SECONDS.get(submission.name):
        there = [one.model_copy(update={"seconds": seconds}) for one in there]
    data = results.as_data("day1", check(course, there, submission))
    for exercise in data["exercises"]:
        del exercise["seconds"]
    return data


def golden(name: str) -> dict:
    return json.loads((HERE / "golden" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_submission_is_judged_as_before(toy, name):
    assert results_of(toy, HERE / "submissions" / name) == golden(name)


def test_the_solutions_are_done(toy):
    assert results_of(toy, toy.solutions) == golden("solutions")


def test_the_scaffolds_are_todo(toy):
    assert results_of(toy, toy.exercises) == golden("exercises")


def test_every_golden_result_is_of_a_submission():
    kept = {path.stem for path in (HERE / "golden").iterdir()}

    assert kept == {*NAMES, "solutions", "exercises"}


# What a check leaves alone, and what it leaves behind


@pytest.fixture
def own_toy(toy, tmp_path) -> Course:
    """A copy of the toy course that a test may change."""
    shutil.copytree(toy.root, tmp_path / "toy")
    return Course(tmp_path / "toy")


def test_tests_that_spoil_their_data_spoil_neither_the_course_nor_the_next_run(own_toy):
    data = own_toy.root / "data/numbers/numbers.parquet"
    before = data.read_bytes()
    solution = own_toy.solutions / "day1/test_numbers.py"
    solution.write_text(solution.read_text() + "    NUMBERS.write_bytes(b'spoilt')\n")

    (verdict,) = check(own_toy, [pick(own_toy.day("day1"), "test_numbers")], own_toy.solutions)

    assert (verdict.status, verdict.messages) == ("done", ())
    assert data.read_bytes() == before


def test_no_workspace_is_left(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    check(toy, [calculator(toy)], HERE / "submissions/always-failing")

    assert list(tmp_path.iterdir()) == []


def test_a_helper_of_an_earlier_day_that_fails_is_replaced_by_the_courses_own(own_toy):
    uses_it = (
        "from exercises.day0.helper import FIVE\n\ndef test_adds(): assert add(2, 3) == FIVE\n"
    )
    for folder, text in (("exercises", "1 / 0"), ("solutions", "FIVE = 5")):
        (own_toy.root / folder / "day0").mkdir()
        (own_toy.root / folder / "day0/helper.py").write_text(text)
    mine = shutil.copytree(own_toy.exercises, own_toy.root / "mine")
    (mine / "day0/helper.py").write_text("FIVE = 2 + 2")
    (mine / "day1/test_calculator.py").write_text(f"from src.calculator import add\n{uses_it}")
    needy = calculator(own_toy).model_copy(update={"needs": ("day0/helper.py",)})

    (verdict,) = check(own_toy, [needy], mine)

    assert (verdict.status, len(verdict.caught)) == ("partial", 1)
    assert verdict.messages == ("day0/helper.py fails here: the course's own is used.",)


# Progress


class Recorded(Progress):
    def __init__(self):
        self.totals, self.over = [], 0

    def total(self, runs: int) -> None:
        self.totals.append(runs)

    def advance(self) -> None:
        self.over += 1


@pytest.mark.parametrize(
    ("submission", "totals", "over"),
    [
        pytest.param("weak", [1, 6], 6, id="reference-reversed-wheat-and-three-chaffs"),
        pytest.param("always-failing", [1, 1], 1, id="reference-alone-where-it-fails"),
    ],
)
def test_progress_knows_how_many_runs_there_are(toy, submission, totals, over):
    progress = Recorded()

    check(toy, [calculator(toy)], HERE / "submissions" / submission, progress=progress)

    assert (progress.totals, progress.over) == (totals, over)


# What stops the checker


def test_a_chaff_that_no_longer_fits_stops_the_check_before_any_run(own_toy):
    application = own_toy.root / "src/calculator.py"
    application.write_text(application.read_text().replace("first + second", "second + first"))
    progress = Recorded()

    with pytest.raises(CheckerError) as error:
        check(own_toy, own_toy.day("day1"), own_toy.solutions, progress=progress)

    assert str(error.value) == (
        "The chaff 'adding-subtracts' no longer fits: its `was` does not occur in "
        "src/calculator.py, and must occur exactly once. Bring it up to date."
    )
    assert progress.over == 0


def test_a_data_edit_that_no_longer_fits_stops_the_check(own_toy):
    pd.DataFrame({"value": [1]}).to_parquet(own_toy.root / "data/numbers/numbers.parquet")
    numbers = pick(own_toy.day("day1"), "test_numbers")
    ignores_the_data = "def test_nothing(): pass\n"
    (own_toy.exercises / "day1/test_numbers.py").write_text(ignores_the_data)

    with pytest.raises(CheckerError, match=r"'another-order' no longer fits: .* raises KeyError"):
        check(own_toy, [numbers], own_toy.exercises)


def test_a_submission_without_the_file_is_told_how_to_get_it_back(toy, tmp_path):
    with pytest.raises(CheckerError) as error:
        check(toy, [calculator(toy)], tmp_path)

    assert str(error.value) == (
        f"There is no day1/test_calculator.py in {tmp_path}. Restore it with `git checkout`, "
        "or name a folder laid out as exercises/ with --of."
    )


def calculator(course: Course) -> Exercise:
    return pick(course.day("day1"), "test_calculator")


def write_golden(course: Course) -> None:
    submissions = [course.solutions, course.exercises]
    made = {path.name: results_of(course, path) for path in submissions}
    made |= {name: results_of(course, HERE / "submissions" / name) for name in NAMES}
    for name, data in made.items():
        text = json.dumps(data, indent=2) + "\n"
        (HERE / "golden" / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_golden(Course(HERE / "toy"))
