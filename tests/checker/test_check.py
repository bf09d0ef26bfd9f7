"""Whole checks of the toy course.

Each folder of submissions/ is an attendee's work, and golden/ holds what the checker makes of it.
After a change that is meant, write them again and read the difference:
`python -m tests.checker.test_check`.
"""

import json
import shutil
import tempfile
from copy import deepcopy
from pathlib import Path

import pandas as pd
import pytest

from checker.check import check
from checker.course import Course, Exercise, pick
from checker.errors import CheckerError
from checker.formats.json import as_data
from checker.processes import Cancelled
from checker.progress import Progress
from checker.runner import Runner
from checker.verdict import ChaffVerdict, Verdict

HERE = Path(__file__).parent
NAMES = sorted(path.name for path in (HERE / "submissions").iterdir() if path.is_dir())
SECONDS = {"hangs": 1}  # the others get what the exercise says


@pytest.fixture(scope="module")
def runner(toy):
    with Runner(toy) as runner:
        yield runner


def results_of(course: Course, submission: Path, runner: Runner, *, matrix: bool = True) -> dict:
    """What results files hold of the exercises that are there, but for the seconds.

    In the whole matrix every test runs on every chaff: all that catch it are named.
    """
    there = [one for one in course.day("day1") if (submission / one.path).exists()]
    if seconds := SECONDS.get(submission.name):
        there = [one.model_copy(update={"seconds": seconds}) for one in there]
    verdicts = check(course, there, submission, runner=runner, matrix=matrix, cached=False)
    data = as_data("day1", verdicts)
    for exercise in data["exercises"]:
        del exercise["seconds"]
    return data


def golden(name: str) -> dict:
    return json.loads((HERE / "golden" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_submission_is_judged_as_before(toy, runner, name):
    assert results_of(toy, HERE / "submissions" / name, runner) == golden(name)


def test_the_solutions_are_done(toy, runner):
    assert results_of(toy, toy.solutions, runner) == golden("solutions")


def test_the_scaffolds_are_todo(toy, runner):
    assert results_of(toy, toy.exercises, runner) == golden("exercises")


@pytest.mark.parametrize("name", ["solutions", *(name for name in NAMES if name not in SECONDS)])
def test_running_no_more_than_is_needed_finds_out_the_same(toy, runner, name):
    submission = toy.solutions if name == "solutions" else HERE / "submissions" / name

    found, whole = results_of(toy, submission, runner, matrix=False), golden(name)

    named, all_that_catch = catchers(found), catchers(whole)
    assert named.keys() == all_that_catch.keys()
    assert all(named[chaff] <= all_that_catch[chaff] for chaff in named)
    assert without_catchers(found) == without_catchers(whole)


def catchers(results: dict) -> dict[str, set[str]]:
    """Chaff -> the tests that are named to have caught it; chaffs that were caught by any."""
    return {
        chaff["name"]: set(chaff["by"])
        for exercise in results["exercises"]
        for chaff in exercise["chaffs"]
        if chaff["by"]
    }


def without_catchers(results: dict) -> dict:
    rest = deepcopy(results)
    for exercise in rest["exercises"]:
        for chaff in exercise["chaffs"]:
            del chaff["by"]
    return rest


def test_every_golden_result_is_of_a_submission():
    kept = {path.stem for path in (HERE / "golden").iterdir()}

    assert kept == {*NAMES, "solutions", "exercises"}


# What a check leaves alone, and what it leaves behind


@pytest.fixture
def own_toy(toy, tmp_path) -> Course:
    """A copy of the toy course that a test may change, and of which no check knows anything."""
    left_out = shutil.ignore_patterns(".cache")
    return Course(shutil.copytree(toy.root, tmp_path / "toy", ignore=left_out))


def test_tests_that_spoil_their_data_spoil_neither_the_course_nor_the_next_run(own_toy, runner):
    data = own_toy.root / "data/numbers/numbers.parquet"
    before = data.read_bytes()
    solution = own_toy.solutions / "day1/test_numbers.py"
    solution.write_text(solution.read_text() + "    NUMBERS.write_bytes(b'spoilt')\n")

    numbers = pick(own_toy.day("day1"), "test_numbers")

    (verdict,) = check(own_toy, [numbers], own_toy.solutions, runner=runner)

    assert (verdict.status, verdict.messages) == ("done", ())
    assert data.read_bytes() == before


def test_no_workspace_is_left(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # a wish that is heard
    monkeypatch.setattr(tempfile, "tempdir", None)
    meanwhile = []

    class Looks(Progress):
        def valid(self, _) -> None:
            meanwhile.extend(tmp_path.iterdir())

    failing = HERE / "submissions/always-failing"
    check(toy, [calculator(toy)], failing, progress=Looks(), cached=False)

    assert meanwhile != []
    assert list(tmp_path.iterdir()) == []


def test_a_helper_of_an_earlier_day_that_fails_is_replaced_by_the_courses_own(own_toy, runner):
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

    (verdict,) = check(own_toy, [needy], mine, runner=runner)

    assert (verdict.status, len(verdict.caught)) == ("partial", 1)
    assert verdict.messages == ("day0/helper.py fails here: the course's own is used.",)


# Progress


class Recorded(Progress):
    def __init__(self):
        self.runs = self.over = 0
        self.told: list[str] = []

    def total(self, runs: int) -> None:
        self.runs += runs

    def advance(self) -> None:
        self.over += 1

    def valid(self, verdict: Verdict) -> None:
        self.told.append(verdict.status)

    def decided(self, exercise: Exercise, chaff: ChaffVerdict) -> None:
        self.told.append(f"{chaff.name} {'is caught' if chaff.caught else 'got away'}")


@pytest.mark.parametrize(
    ("submission", "runs"),
    [
        pytest.param("weak", 7, id="reference-reversed-wheat-three-chaffs-and-one-again"),
        pytest.param("always-failing", 1, id="reference-alone-where-it-fails"),
    ],
)
def test_progress_knows_how_many_runs_there_are(own_toy, runner, submission, runs):
    progress = Recorded()
    of = HERE / "submissions" / submission

    check(own_toy, [calculator(own_toy)], of, progress=progress, runner=runner)

    assert (progress.runs, progress.over) == (runs, runs)


def test_progress_hears_of_validity_first_and_then_of_each_bug(toy, runner):
    progress = Recorded()
    weak = HERE / "submissions/weak"

    check(toy, [calculator(toy)], weak, progress=progress, runner=runner, cached=False)

    assert progress.told[0] == "partial"
    assert sorted(progress.told[1:]) == [
        "adding-subtracts is caught",
        "division-by-zero-is-infinite got away",
        "division-drops-the-remainder got away",
    ]


def test_progress_hears_of_tests_that_are_invalid_and_of_no_bug(toy, runner):
    progress = Recorded()
    failing = HERE / "submissions/always-failing"

    check(toy, [calculator(toy)], failing, progress=progress, runner=runner, cached=False)

    assert progress.told == ["invalid"]


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


def test_a_check_can_be_cancelled_and_the_next_one_with_its_runner_goes_on(toy, runner):
    class Impatient(Progress):
        def total(self, runs: int) -> None:
            runner.cancel()

    solutions = (toy, [calculator(toy)], toy.solutions)

    with pytest.raises(Cancelled):
        check(*solutions, progress=Impatient(), runner=runner, cached=False)

    (verdict,) = check(*solutions, runner=runner, cached=False)
    assert verdict.status == "done"


def test_a_submission_without_the_file_is_told_how_to_get_it_back(toy, tmp_path):
    with pytest.raises(CheckerError) as error:
        check(toy, [calculator(toy)], tmp_path)

    assert str(error.value) == (
        f"There is no day1/test_calculator.py in {tmp_path}. Restore it with `git checkout`, "
        "or name a folder laid out as exercises/ with --of."
    )


def calculator(course: Course) -> Exercise:
    return pick(course.day("day1"), "test_calculator")


def write_golden(course: Course, runner: Runner) -> None:
    folders = [course.solutions, course.exercises, *(HERE / "submissions" / name for name in NAMES)]
    for folder in folders:
        text = json.dumps(results_of(course, folder, runner), indent=2) + "\n"
        (HERE / "golden" / f"{folder.name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        toy_course = Course(shutil.copytree(HERE / "toy", Path(folder, "toy")))
        with Runner(toy_course) as warm:
            write_golden(toy_course, warm)
