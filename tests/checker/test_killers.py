"""Which test caught each bug last: remembered from one check to the next."""

import shutil

import pytest

from checker.check import check
from checker.course import Course, pick
from checker.killers import Killers
from checker.outcome import Outcome, TestResult
from checker.plan import ALL
from checker.runner import Runner

EXERCISE, OTHER = "day1/test_sums.py", "day1/test_products.py"


def test_at_first_nothing_is_known(tmp_path):
    assert Killers(tmp_path).of(EXERCISE) == {}


def test_who_caught_what_is_known_the_next_time(tmp_path):
    Killers(tmp_path).remember(EXERCISE, {"a-bug": "test_a"})

    assert Killers(tmp_path).of(EXERCISE) == {"a-bug": "test_a"}


def test_who_caught_it_last_replaces_who_did_before(tmp_path):
    Killers(tmp_path).remember(EXERCISE, {"a-bug": "test_a", "another": "test_a"})
    Killers(tmp_path).remember(EXERCISE, {"a-bug": "test_b"})

    assert Killers(tmp_path).of(EXERCISE) == {"a-bug": "test_b", "another": "test_a"}


def test_each_exercise_has_its_own(tmp_path):
    killers = Killers(tmp_path)

    killers.remember(EXERCISE, {"a-bug": "test_a"})
    killers.remember(OTHER, {"a-bug": "test_b"})

    assert Killers(tmp_path).of(EXERCISE) == {"a-bug": "test_a"}


@pytest.mark.parametrize(
    "content", ["", '{"day1/test_sums.py": {"a-b', "\0", "[]", "3", '{"day1/test_sums.py": 3}']
)
def test_what_cannot_be_read_is_forgotten(tmp_path, content):
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/killers.json").write_text(content)

    killers = Killers(tmp_path)
    assert killers.of(EXERCISE) == {}

    killers.remember(EXERCISE, {"a-bug": "test_a"})
    assert Killers(tmp_path).of(EXERCISE) == {"a-bug": "test_a"}


def test_where_nothing_can_be_kept_it_is_known_for_now(tmp_path):
    (tmp_path / ".cache").write_text("a file is in the way")
    killers = Killers(tmp_path)

    killers.remember(EXERCISE, {"a-bug": "test_a"})

    assert killers.of(EXERCISE) == {"a-bug": "test_a"}


def test_no_other_file_is_left(tmp_path):
    Killers(tmp_path).remember(EXERCISE, {"a-bug": "test_a"})

    assert [path.name for path in (tmp_path / ".cache").iterdir()] == ["killers.json"]


# Through a check


ADDS, DIVIDES = TESTS = [f"day1/test_calculator.py::test_{name}" for name in ("adds", "divides")]


class DividesFails(Runner):
    """Starts no process: on every bug one test fails. Notes which is planned to run first."""

    def __init__(self):
        super().__init__()
        self.first: set[str] = set()

    def run_tests(self, workspace, *arguments, module=None, plan=ALL, **how) -> Outcome:
        """Both tests pass on the reference, and the first of them is quicker."""
        if module is None:
            passed = {test: TestResult("passed", seconds=TESTS.index(test)) for test in TESTS}
            return Outcome("finished", passed)
        self.first.add(plan.tests[0])
        return Outcome("finished", {ADDS: TestResult("passed"), DIVIDES: TestResult("failed")})


def test_the_test_that_caught_a_bug_is_the_first_to_run_on_it_the_next_time(toy, tmp_path):
    left_out = shutil.ignore_patterns(".cache")
    course = Course(shutil.copytree(toy.root, tmp_path / "toy", ignore=left_out))
    calculator = pick(course.day("day1"), "test_calculator")
    without_wheats = calculator.model_copy(update={"wheats": ()})

    def first_to_run() -> set[str]:
        runner = DividesFails()
        check(course, [without_wheats], course.solutions, runner=runner, cached=False)
        return runner.first

    assert first_to_run() == {ADDS}
    assert first_to_run() == {DIVIDES}
