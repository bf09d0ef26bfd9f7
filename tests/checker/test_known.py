"""After a save, only the tests that it touched run again; the verdict is that of a whole check."""

import shutil
import threading
from dataclasses import replace

import pytest

from checker.check import check
from checker.course import Course, pick
from checker.killers import Killers
from checker.known import VERSIONS, Known, taken_apart
from checker.outcome import Outcome, TestResult
from checker.plan import ALL
from checker.progress import Progress
from checker.runner import Runner
from checker.verdict import Verdict

FILE = "day1/test_calculator.py"
TEST = "exercises/day1/test_calculator.py::test_adds_two_numbers"
ADDS = "assert add(2, 3) == 5"
DIVIDES = "assert divide(7, 2) == 3.5"
PATIENCE = 30


class Recorder(Runner):
    """Notes which tests ran in each run, by their names."""

    def __init__(self, course: Course):
        super().__init__(course)
        self.ran: list[list[str]] = []
        self.traced = 0  # runs that noted what the tests reach

    def run_tests(self, *arguments, **how) -> Outcome:
        """The real thing."""
        self.traced += how.get("trace", False)
        outcome = super().run_tests(*arguments, **how)
        self.ran.append([test.split("::")[1] for test in outcome.tests])
        return outcome


@pytest.fixture(scope="module")
def course(toy, tmp_path_factory) -> Course:
    """Its wheat and its three chaffs edit one module."""
    left_out = shutil.ignore_patterns(".cache", "__pycache__")
    root = tmp_path_factory.mktemp("known") / "course"
    return Course(shutil.copytree(toy.root, root, ignore=left_out))


@pytest.fixture(scope="module")
def runner(course):
    with Recorder(course) as runner:
        yield runner


@pytest.fixture
def attempt(course, runner, tmp_path):
    """Checks an attendee's tests: the solution with edits, each of `was` to `now`."""
    theirs = shutil.copytree(course.exercises, tmp_path / "theirs")
    solution = (course.solutions / FILE).read_text()
    shutil.rmtree(course.root / ".cache", ignore_errors=True)

    def attempt(*edits: tuple[str, str], **how):
        text = solution
        for was, now in edits:
            assert was in text
            text = text.replace(was, now)
        (theirs / FILE).write_text(text)
        runner.ran.clear()
        exercise = pick(course.day("day1"), "test_calculator")
        [verdict] = check(course, [exercise], theirs, runner=runner, **how)
        return replace(verdict, seconds=0)

    return attempt


# What is noted


def test_what_tests_reach_is_noted_until_each_chaff_has_a_test_that_caught_it(attempt, runner):
    before = runner.traced
    attempt(cached=False)
    first = runner.traced
    attempt(cached=False)

    assert (first - before, runner.traced - first) == (1, 0)


# What runs again


def test_on_other_versions_only_the_test_that_was_changed_runs(attempt, runner):
    attempt()

    attempt((ADDS, "assert add(2, 4) == 6"))

    whole = [ran for ran in runner.ran if len(ran) > 1]
    assert len(whole) == 2  # on the reference, in both orders
    assert {tuple(ran) for ran in runner.ran if ran not in whole} == {("test_adds_two_numbers",)}


def test_on_other_versions_nothing_runs_where_only_a_comment_was_changed(attempt, runner):
    attempt()

    attempt((ADDS, f"# the easy one\n    {ADDS}"))

    assert len(runner.ran) == 2


def test_on_other_versions_only_the_newest_change_runs_where_others_were_undone(attempt, runner):
    attempt()
    attempt((ADDS, "assert add(2, 4) == 6"))

    attempt((ADDS, "assert add(2, 5) == 7"))
    attempt((DIVIDES, "assert divide(9, 2) == 4.5"))

    whole = [ran for ran in runner.ran if len(ran) > 1]
    assert {tuple(ran) for ran in runner.ran if ran not in whole} == {("test_divides_two_numbers",)}


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(("import pytest", "import os\n\nimport pytest"), id="an import"),
        pytest.param(("import pytest\n", "import pytest\n\nTWO = 2\n"), id="a constant"),
        pytest.param(
            ("def test_adds", "@pytest.fixture(autouse=True)\ndef one(): ...\n\n\ndef test_adds"),
            id="a fixture",
        ),
    ],
)
def test_all_run_again_where_something_was_changed_that_they_share(attempt, runner, edit):
    attempt()
    at_first = len(runner.ran)

    attempt(edit)

    assert len(runner.ran) >= at_first - 1  # the killers are known by now


def test_all_run_again_where_nothing_is_to_be_taken_from_before(attempt, runner):
    attempt()

    attempt((ADDS, "assert add(2, 4) == 6"), cached=False)

    assert all(len(ran) == 3 for ran in runner.ran[:3])  # reference, wheat, reference


# What begins before it is known whether the tests pass on the reference


def test_after_a_change_of_a_test_correct_versions_do_not_wait_for_the_reference(
    attempt, runner, monkeypatch
):
    attempt()
    another_has_begun, run_tests = threading.Event(), runner.run_tests
    waits = []

    def run(*arguments, **how) -> Outcome:
        if how["module"]:
            another_has_begun.set()
        else:
            waits.append(another_has_begun.wait(PATIENCE))
        return run_tests(*arguments, **how)

    monkeypatch.setattr(runner, "run_tests", run)
    verdict = attempt((ADDS, "assert add(2, 4) == 6"), jobs=2)

    assert all(waits)
    assert verdict.status == "done"


class Told(Progress):
    """Remembers what was told of validity."""

    def __init__(self):
        self.statuses: list[str] = []
        self.something = threading.Event()

    def valid(self, verdict: Verdict) -> None:
        self.statuses.append(verdict.status)
        self.something.set()


@pytest.mark.parametrize(
    ("now", "status"),
    [
        pytest.param("assert add(2, 4) == 6", "partial", id="valid"),
        pytest.param("assert add(2, 3) == 6", "invalid", id="fails on the reference"),
    ],
)
def test_whether_a_changed_test_is_valid_is_told_before_all_run_together(
    attempt, runner, monkeypatch, now, status
):
    attempt()
    told, run_tests = Told(), runner.run_tests
    waits = []

    def run(*arguments, **how) -> Outcome:
        if not how.get("plan", ALL).left_out:
            waits.append(told.something.wait(PATIENCE))
        return run_tests(*arguments, **how)

    monkeypatch.setattr(runner, "run_tests", run)
    attempt((ADDS, now), progress=told, jobs=2)

    assert waits
    assert all(waits)
    assert told.statuses == [status]


def test_a_changed_test_that_spoils_the_others_is_told_of_after_all(attempt):
    before = ("import pytest\n", "import pytest\n\nSEEN = []\n"), (DIVIDES, "assert not SEEN")
    spoils = (*before, (ADDS, f"{ADDS}\n    SEEN.append(1)"))
    attempt(*before)
    told = Told()

    verdict = attempt(*spoils, progress=told)

    assert told.statuses == ["partial", "invalid"]
    assert verdict == attempt(*spoils, cached=False)


def test_the_first_time_all_wait_for_the_reference(attempt, runner, monkeypatch):
    run_tests, ended = runner.run_tests, []
    too_early = []

    def run(*arguments, **how) -> Outcome:
        if how["module"] and not ended:
            too_early.append(how["module"])
        outcome = run_tests(*arguments, **how)
        ended.append(how["module"])
        return outcome

    monkeypatch.setattr(runner, "run_tests", run)
    attempt(jobs=2)

    assert too_early == []
    assert ended[0] is None


def test_what_looks_like_a_test_and_is_none_changes_nothing(attempt):
    helper = ("import pytest\n", "import pytest\n\n\n@pytest.fixture\ndef testing(): ...\n")
    attempt(helper)

    verdict = attempt(helper, (ADDS, f"# the easy one\n    {ADDS}"))

    assert verdict.status == "done"


# The verdict


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param((ADDS, "assert add(2, 4) == 6"), id="as good"),
        pytest.param((ADDS, "assert add(2, 0) == 2"), id="a bug gets away"),
        pytest.param((ADDS, "assert add(2, 3) == 6"), id="fails on the reference"),
        pytest.param((ADDS, "raise NotImplementedError"), id="to be written again"),
        pytest.param(("DivisionError)", "DivisionError, match='cannot')"), id="the wording"),
        pytest.param(("test_adds_two_numbers", "test_adds"), id="renamed"),
        pytest.param(("def test_adds_two", "def adds_two"), id="gone"),
        pytest.param((DIVIDES, f"{DIVIDES}\n    {ADDS}"), id="one catches what another caught"),
        pytest.param(("def test_adds", "def test_none(): ...\n\n\ndef test_adds"), id="idle"),
    ],
)
def test_the_verdict_is_that_of_a_check_from_scratch(attempt, edit):
    attempt()

    in_part = attempt(edit)

    assert in_part == attempt(edit, cached=False)


def test_the_matrix_is_that_of_a_check_from_scratch(attempt):
    attempt()

    in_part = attempt((DIVIDES, f"{DIVIDES}\n    {ADDS}"), matrix=True)

    assert in_part == attempt((DIVIDES, f"{DIVIDES}\n    {ADDS}"), matrix=True, cached=False)


def test_a_bug_that_was_caught_by_a_test_that_is_weaker_now_gets_away(attempt):
    before = attempt()

    now = attempt((ADDS, "assert add(2, 0) == 2"))

    assert before.got_away == []
    assert [chaff.name for chaff in now.got_away] == ["adding-subtracts"]


def test_tests_that_depend_on_their_order_are_run_together(attempt, runner):
    shared = ("import pytest\n", "import pytest\n\nSEEN = []\n")
    attempt(shared)
    depends = (ADDS, "SEEN.append(1)"), (DIVIDES, "assert SEEN")

    verdict = attempt(shared, *depends)

    assert verdict == attempt(shared, *depends, cached=False)
    assert "only together with others" in " ".join(verdict.messages)


# What is kept


def test_what_no_run_ended_with_is_not_known(course, tmp_path):
    known = Known(tmp_path, "key", {"test_adds_two_numbers": "code"})
    exercise = pick(course.day("day1"), "test_calculator")

    known.learn(exercise.wheats[0], Outcome("timeout", {TEST: TestResult("passed")}))

    assert known.of(exercise.wheats[0]) == {}


def test_what_is_kept_is_known_to_the_next_check(course, tmp_path):
    chaff = pick(course.day("day1"), "test_calculator").chaffs[0]
    result = TestResult("failed", "assert -1 == 5")
    before = Known(tmp_path / "results", "key", {"test_adds_two_numbers": "code"})
    before.learn(chaff, Outcome("finished", {TEST: result}))
    before.keep()

    now = Known(tmp_path / "results", "key", {"test_adds_two_numbers": "code"})

    assert now.of(chaff) == {TEST: result}


@pytest.mark.parametrize(
    ("key", "code"), [("other", "code"), ("key", "other")], ids=["what is shared", "the test"]
)
def test_what_is_kept_is_not_known_of_something_else(course, tmp_path, key, code):
    chaff = pick(course.day("day1"), "test_calculator").chaffs[0]
    before = Known(tmp_path / "results", "key", {"test_adds_two_numbers": "code"})
    before.learn(chaff, Outcome("finished", {TEST: TestResult("passed")}))
    before.keep()

    now = Known(tmp_path / "results", key, {"test_adds_two_numbers": code})

    assert now.of(chaff) == {}


def test_the_results_of_a_few_versions_of_a_test_are_kept(course, tmp_path):
    chaff = pick(course.day("day1"), "test_calculator").chaffs[0]
    codes = [str(number) for number in range(VERSIONS + 1)]
    for code in codes:
        known = Known(tmp_path, "key", {"test_adds_two_numbers": code})
        known.learn(chaff, Outcome("finished", {TEST: TestResult("failed", f"as {code}")}))
        known.keep()

    def told(code):
        return Known(tmp_path, "key", {"test_adds_two_numbers": code}).of(chaff)

    assert told(codes[0]) == {}
    assert [told(code)[TEST].message for code in codes[1:]] == [f"as {code}" for code in codes[1:]]


def test_a_version_lacks_what_no_run_has_shown_of_a_test_as_it_is_now(course, tmp_path):
    chaff = pick(course.day("day1"), "test_calculator").chaffs[0]
    known = Known(tmp_path, "key", {"test_adds_two_numbers": "code"})
    before = known.lacks(chaff)

    known.learn(chaff, Outcome("finished", {TEST: TestResult("passed")}))

    assert (before, known.lacks(chaff)) == (True, False)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\0", '{"a": 1}'])
def test_results_that_cannot_be_read_are_worked_out_again(course, tmp_path, content):
    (tmp_path / "key.json").write_text(content)
    chaff = pick(course.day("day1"), "test_calculator").chaffs[0]

    known = Known(tmp_path, "key", {"test_adds_two_numbers": "code"})

    assert known.of(chaff) == {}


def test_old_results_go(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.known.KEPT", 2)

    for key in "abc":
        Known(tmp_path, key, {}).keep()

    assert len([*tmp_path.iterdir()]) == 2


def test_who_caught_what_is_known_beside_it(attempt, course):
    """Also after a change of what all tests share."""
    attempt()

    assert Killers(course.root).of(FILE).keys() == {
        chaff.name for chaff in pick(course.day("day1"), "test_calculator").chaffs
    }


# Taking a file apart

TWO = "import os\n\ndef test_one(): assert os\n\ndef test_two(): pass\n"


def test_a_test_is_known_by_its_code_and_decorators():
    shared, tests = taken_apart(TWO)
    other_shared, other_tests = taken_apart(TWO.replace("def test_two", "@os.x\ndef test_two"))

    assert shared == other_shared
    assert tests["test_one"] == other_tests["test_one"]
    assert tests["test_two"] != other_tests["test_two"]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("def test_three(): test_one()", id="a test that calls another"),
        pytest.param("ALL = [test_one]", id="a list of tests"),
        pytest.param("test_two.first = True", id="an attribute of a test"),
        pytest.param("def test_two(): assert 1", id="two of a name"),
        pytest.param("def helper(): return globals()", id="one that looks at all names"),
    ],
)
def test_a_file_whose_tests_know_of_each_other_is_left_whole(more):
    assert taken_apart(TWO) is not None
    assert taken_apart(TWO + more) is None


@pytest.mark.parametrize("text", [b"def (", b"a\0b", b"\xff", b"(" * 10_000])
def test_what_is_no_python_is_not_taken_apart(text):
    assert taken_apart(text) is None
