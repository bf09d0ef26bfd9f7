"""Verdicts that are kept: of unchanged work at once, and never of work that has changed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from checker import cache, fingerprint
from checker.cache import Cache
from checker.check import check
from checker.course import Course, Exercise, pick
from checker.outcome import Outcome, TestResult
from checker.progress import Progress
from checker.runner import Runner
from checker.verdict import Runs, judge

ROOT = Path(__file__).parents[2]
HELPER = "day0/helper.py"
TOML = "course/solutions/day1/test_calculator.toml"


class Instant(Runner):
    """Starts no process: each run ends at once, and as it is told."""

    def __init__(self, ended: str = "finished"):
        super().__init__()
        self.ended = ended
        self.runs: list[Path] = []

    def run_tests(self, workspace, *arguments, **how) -> Outcome:
        """Every test passes."""
        self.runs.append(workspace)
        return Outcome(self.ended, {"test_it.py::test_it": TestResult("passed")})


class Counting(Runner):
    """Counts its runs."""

    def __init__(self, course: Course):
        super().__init__(course)
        self.runs: list[Path] = []

    def run_tests(self, workspace, *arguments, **how) -> Outcome:
        """The real thing."""
        self.runs.append(workspace)
        return super().run_tests(workspace, *arguments, **how)


@pytest.fixture
def house(toy, tmp_path) -> Path:
    """A copy of the toy course with a helper of an earlier day, and an attendee's folder."""
    left_out = shutil.ignore_patterns(".cache", "__pycache__")
    shutil.copytree(toy.root, tmp_path / "course", ignore=left_out)
    for folder, text in (("exercises", "raise NotImplementedError\n"), ("solutions", "FIVE = 5\n")):
        (tmp_path / "course" / folder / "day0").mkdir()
        (tmp_path / "course" / folder / HELPER).write_text(text)
    toml = tmp_path / TOML
    toml.write_text(f"needs = ['{HELPER}']\n{toml.read_text()}")
    theirs = shutil.copytree(tmp_path / "course/exercises", tmp_path / "theirs")
    (theirs / "day1/conftest.py").write_text("import pytest\n")
    return tmp_path


@pytest.fixture
def course(house) -> Course:
    return Course(house / "course")


@pytest.fixture
def runs(course, house):
    """Checks the attendee's tests, and answers how many runs that took."""

    def runs(
        choice: str = "test_calculator", of: Path = house / "theirs", ended="finished", **how
    ) -> int:
        runner = Instant(ended)
        check(course, [pick(course.day("day1"), choice)], of, runner=runner, **how)
        return len(runner.runs)

    return runs


def append(path: Path, text: str = "\n# more\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(text)


def kept(course: Course) -> set[str]:
    return {path.name for path in (course.root / ".cache/verdicts").glob("*")}


# Unchanged work


def test_a_second_check_of_unchanged_work_starts_no_run_and_says_the_same(toy, tmp_path):
    shutil.copytree(toy.root, tmp_path / "toy", ignore=shutil.ignore_patterns(".cache"))
    course = Course(tmp_path / "toy")
    with Counting(course) as runner:
        first = check(course, course.day("day1"), course.solutions, runner=runner)
        started = len(runner.runs)

        second = check(course, course.day("day1"), course.solutions, runner=runner)

    assert started > 0
    assert len(runner.runs) == started
    assert second == first


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("theirs/day1/notes.md", id="their notes"),
        pytest.param("theirs/day1/test_numbers.py", id="their work on another exercise"),
        pytest.param("theirs/day2/test_later.py", id="their work of another day"),
        pytest.param("course/exercises/day1/README.md", id="the guide"),
        pytest.param("course/exercises/day1/test_calculator.py", id="the scaffold"),
        pytest.param("course/solutions/day1/test_calculator.py", id="the solution"),
        pytest.param("course/solutions/day1/test_numbers.toml", id="another exercise's chaffs"),
        pytest.param("course/src/__pycache__/calculator.cpython-311.pyc", id="bytecode"),
    ],
)
def test_what_no_run_gets_to_see_makes_no_difference(runs, house, place):
    runs()

    append(house / place)

    assert runs() == 0


def test_the_content_counts_and_not_the_time_of_saving(runs, house):
    runs()

    (house / "theirs/day1/test_calculator.py").touch()

    assert runs() == 0


def test_work_that_is_as_it_was_before_is_known_again(runs, house):
    test = house / "theirs/day1/test_calculator.py"
    before = test.read_text()
    runs()
    append(test)
    runs()

    test.write_text(before)

    assert runs() == 0


def test_an_attendees_program_is_run_once(runs):
    """Nothing is edited in it, and no order is asked of our tests."""
    assert runs("countdown") == 1


# Changed work


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("theirs/day1/test_calculator.py", id="their tests"),
        pytest.param("theirs/day1/conftest.py", id="what they share in a day"),
        pytest.param("theirs/day1/new.py", id="a new file of the day"),
        pytest.param("theirs/day1/deeper/numbers.csv", id="a new file below it"),
        pytest.param(f"theirs/{HELPER}", id="their helper"),
        pytest.param(f"course/solutions/{HELPER}", id="our helper"),
        pytest.param(f"course/exercises/{HELPER}", id="the helper's scaffold"),
        pytest.param("course/exercises/pytest.ini", id="pytest's settings"),
        pytest.param("course/src/calculator.py", id="the application"),
        pytest.param("course/src/new.py", id="a new file of the application"),
        pytest.param("course/data/numbers/numbers.parquet", id="the data"),
        pytest.param("course/data/more/numbers.csv", id="new data"),
    ],
)
def test_what_a_run_gets_to_see_makes_it_run_again(runs, house, place):
    runs()

    append(house / place)

    assert runs() > 0


@pytest.mark.parametrize(
    "place", ["theirs/day1/conftest.py", "course/data/numbers/numbers.parquet"]
)
def test_a_file_that_has_another_place_now_makes_it_run_again(runs, house, place):
    runs()

    (house / place).rename((house / place).with_stem("renamed"))

    assert runs() > 0


def test_our_helper_makes_it_run_again_also_where_they_have_their_own(runs, house):
    """Theirs may fail, and then ours is used."""
    (house / "theirs" / HELPER).write_text("FIVE = 2 + 3\n")
    runs()

    append(house / "course/solutions" / HELPER)

    assert runs() > 0


def test_work_on_another_exercise_that_is_named_makes_it_run_again(runs, house):
    append(house / "theirs/day1/conftest.py", "pytest_plugins = ['exercises.day1.countdown']")
    runs()

    append(house / "theirs/day1/countdown.py")

    assert runs() > 0


@pytest.mark.parametrize(
    ("was", "now"),
    [
        pytest.param("at_least = 3", "at_least = 2", id="cases asked for"),
        pytest.param("first - second", "first * second", id="a chaff"),
        pytest.param("with every item", "with each item", id="a story"),
        pytest.param("What is two and three?", "What is one and one?", id="a hint"),
        pytest.param("zero is no divisor", "zero cannot divide", id="a wheat"),
        pytest.param("There is a message;", "A message is there;", id="a promise"),
        pytest.param("minutes  = 5", "minutes  = 5\nseconds = 30", id="the time limit"),
    ],
)
def test_what_the_exercise_asks_for_makes_it_run_again(runs, house, was, now):
    runs()
    toml = house / TOML
    before = toml.read_text()

    toml.write_text(before.replace(was, now))

    assert toml.read_text() != before
    assert runs() > 0


def test_our_tests_of_a_program_make_it_run_again(runs, house):
    runs("countdown")

    append(house / "course/solutions/day1/check_countdown.py")

    assert runs("countdown") > 0


def test_another_version_of_the_checker_runs_again(runs, tmp_path, monkeypatch):
    copy = shutil.copytree(cache.CHECKER, tmp_path / "checker")
    monkeypatch.setattr(cache, "CHECKER", copy)
    runs()

    append(copy / "inside/child.py")

    assert runs() > 0


def test_a_copy_of_the_same_checker_does_not(runs, tmp_path, monkeypatch):
    runs()

    monkeypatch.setattr(cache, "CHECKER", shutil.copytree(cache.CHECKER, tmp_path / "checker"))

    assert runs() == 0


def test_another_python_or_other_packages_run_again(runs, monkeypatch):
    runs()

    monkeypatch.setattr(fingerprint, "of_python", lambda: "another")

    assert runs() > 0


def test_the_whole_matrix_is_another_question(runs):
    runs()

    assert runs(matrix=True) > 0
    assert runs(matrix=True) == 0


def test_a_copy_of_the_solutions_is_not_judged_as_the_solutions(runs, course, tmp_path):
    """A program's own chaffs are tried on the course's solution only."""
    runs("countdown", of=course.solutions)

    assert runs("countdown", of=shutil.copytree(course.solutions, tmp_path / "copy")) > 0


@pytest.mark.parametrize("place", ["theirs/day1/test_calculator.py", "course/src/calculator.py"])
def test_what_is_saved_while_it_is_judged_is_judged_again(runs, house, place):
    file = house / place
    before = file.read_text()

    class Saves(Progress):
        def total(self, _) -> None:
            append(file)

    runs(progress=Saves())
    file.write_text(before)

    assert runs() > 0


# What is not kept, and what is kept no longer


@pytest.mark.parametrize("ended", ["timeout", "crashed", "flooded", "out_of_memory"])
def test_what_may_end_otherwise_the_next_time_is_not_kept(runs, course, ended):
    runs(ended=ended)

    assert kept(course) == set()
    assert runs() > 0


@pytest.mark.parametrize("ended", ["collection_error", "skipped", "empty"])
def test_what_would_end_the_same_is_kept(runs, ended):
    runs(ended=ended)

    assert runs() == 0


def test_nothing_is_read_and_nothing_is_written_where_it_is_not_wanted(runs, course):
    runs(cached=False)
    assert kept(course) == set()

    runs()
    assert runs(cached=False) > 0


@pytest.mark.parametrize("content", ["", "{", "[]", "\0", '{"status": "done"}'])
def test_a_verdict_that_cannot_be_read_is_worked_out_again(runs, course, content):
    runs()
    (name,) = kept(course)

    (course.root / ".cache/verdicts" / name).write_text(content)

    assert runs() > 0
    assert runs() == 0


def test_where_nothing_can_be_kept_the_check_goes_on(runs, course):
    (course.root / ".cache").write_text("a file is in the way")

    assert runs() > 0
    assert runs() > 0


@pytest.fixture
def verdict(course):
    exercise: Exercise = pick(course.day("day1"), "test_calculator")
    return judge(exercise, Runs(Outcome("empty")))


@pytest.fixture
def aged(course, verdict, monkeypatch) -> Cache:
    """A cache that has room for three, and keeps a, b and c, from the oldest to the newest."""
    monkeypatch.setattr(cache, "KEPT", 3)
    aged = Cache(course)
    for age, key in enumerate("abc"):
        aged.keep(key, verdict)
        os.utime(course.root / f".cache/verdicts/{key}.json", (age, age))
    return aged


def test_only_the_newest_are_kept(aged, course, verdict):
    aged.keep("d", verdict)

    assert kept(course) == {"b.json", "c.json", "d.json"}


def test_one_that_was_asked_for_stays(aged, course, verdict):
    assert aged.find("a") == verdict
    aged.keep("d", verdict)

    assert kept(course) == {"a.json", "c.json", "d.json"}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not there")
def test_make_clean_forgets_all(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (".cache/verdicts", "exercises"):
        (tmp_path / name).mkdir(parents=True)

    subprocess.run(["make", "clean"], cwd=tmp_path, check=True)

    assert {path.name for path in tmp_path.iterdir()} == {"Makefile", "exercises"}
