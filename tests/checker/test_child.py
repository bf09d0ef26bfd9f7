"""What a run writes down of each test, whatever that test does."""

import pytest

from checker.inside.failures import MESSAGE_LENGTH
from checker.process import Limits
from checker.runner import Runner

APPLICATION = """
def unfinished():
    raise NotImplementedError


def add(a, b):
    return a + b
"""
TESTS = """
import unittest
from pathlib import Path

import pytest

from src.sums import add, unfinished


@pytest.fixture
def breaks_before():
    raise ValueError("before")


@pytest.fixture
def breaks_after():
    yield
    raise ValueError("after")


@pytest.fixture
def unwritten():
    raise NotImplementedError


def test_passes():
    assert add(1, 2) == 3


def test_fails():
    assert add(1, 2) == 4


def test_raises():
    add(1, "2")


def test_expects_an_error_in_vain():
    pytest.raises(TypeError, add, 1, 2)


def test_is_unwritten():
    raise NotImplementedError


def test_needs_an_unwritten_fixture(unwritten):
    pass


def test_meets_an_unfinished_application():
    unfinished()


def test_breaks_before(breaks_before):
    pass


def test_breaks_after(breaks_after):
    pass


def test_fails_and_breaks_after(breaks_after):
    assert add(1, 2) == 4


def test_exits():
    raise SystemExit(0)


def test_has_a_failing_subtest(subtests):
    for total in (4, 3):
        with subtests.test(total=total):
            assert add(1, 2) == total


class TestOfUnittest(unittest.TestCase):
    def test_passes(self):
        self.assertEqual(add(1, 2), 3)

    def test_has_a_failing_subtest(self):
        with self.subTest(total=4):
            self.assertEqual(add(1, 2), 4)


@pytest.mark.skip
def test_is_skipped():
    pass


def test_skips_itself():
    pytest.skip("later")


@pytest.mark.xfail
def test_is_expected_to_fail():
    assert add(1, 2) == 4


@pytest.mark.xfail
def test_is_expected_to_fail_and_passes():
    pass


@pytest.mark.xfail(strict=True)
def test_is_strictly_expected_to_fail_and_passes():
    pass


@pytest.mark.parametrize("total", [3, 4])
def test_has_parameters(total):
    assert add(1, 2) == total


def test_names_its_workspace():
    raise ValueError(f"not {Path(__file__)}")


def test_says_very_much():
    raise ValueError("much " * 1000)
"""


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    """Runs tests of the application in a workspace of their own."""

    def run(tests: str, limits: Limits):
        root = tmp_path_factory.mktemp("workspace")
        for name in ("home", "tmp", "src", "exercises"):
            (root / name).mkdir()
        (root / "src/sums.py").write_text(APPLICATION)
        (root / "exercises/pytest.ini").write_text("[pytest]\npythonpath = ..\n")
        (root / "exercises/test_sums.py").write_text(tests)
        target = "exercises/test_sums.py"
        return Runner().run_tests(root, target, target, limits)

    return run


@pytest.fixture(scope="module")
def outcome(run_of):
    """One run of TESTS, of which each test of ours looks at one."""
    return run_of(TESTS, Limits())


@pytest.mark.parametrize(
    ("ended", "tests"),
    [
        ("passed", ["test_passes", "TestOfUnittest::test_passes", "test_has_parameters[3]"]),
        ("todo", ["test_is_unwritten", "test_needs_an_unwritten_fixture"]),
        ("skipped", ["test_is_skipped", "test_skips_itself"]),
        ("xfailed", ["test_is_expected_to_fail", "test_is_expected_to_fail_and_passes"]),
        (
            "failed",
            [
                "test_fails",
                "test_raises",
                "test_expects_an_error_in_vain",
                "test_meets_an_unfinished_application",
                "test_breaks_before",
                "test_breaks_after",
                "test_fails_and_breaks_after",
                "test_exits",
                "test_has_a_failing_subtest",
                "TestOfUnittest::test_has_a_failing_subtest",
                "test_is_strictly_expected_to_fail_and_passes",
                "test_has_parameters[4]",
                "test_names_its_workspace",
                "test_says_very_much",
            ],
        ),
    ],
)
def test_each_test_ends_as(outcome, ended, tests):
    assert {short(test) for test in outcome.with_outcome(ended)} == set(tests)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("test_expects_an_error_in_vain", "Failed: DID NOT RAISE TypeError (test_sums.py:{})"),
        ("test_fails_and_breaks_after", "assert 3 == 4 (test_sums.py:{})"),
        ("test_meets_an_unfinished_application", "NotImplementedError (test_sums.py:{})"),
        ("test_is_strictly_expected_to_fail_and_passes", "[XPASS(strict)]"),
        ("test_names_its_workspace", "ValueError: not exercises/test_sums.py (test_sums.py:{})"),
    ],
)
def test_a_failure_is_told_with_its_line_in_the_attendees_file(outcome, test, message):
    (result,) = [result for id, result in outcome.tests.items() if short(id) == test]

    assert result.message == message.format(first_line_in(test))


def test_a_run_prints_nothing_for_its_tests(run_of):
    many = "import pytest\n@pytest.mark.parametrize('n', range(500))\ndef test_it(n): pass\n"

    outcome = run_of(many, Limits(output=200))

    assert (outcome.ended, len(outcome.passed)) == ("finished", 500)


def test_a_long_message_is_cut_but_keeps_its_line(outcome):
    message = outcome.tests["test_sums.py::test_says_very_much"].message

    line = first_line_in("test_says_very_much")
    assert message.endswith(f"… (test_sums.py:{line})")
    assert len(message) <= MESSAGE_LENGTH


def short(test: str) -> str:
    return test.removeprefix("test_sums.py::")


def first_line_in(test: str) -> int:
    """The number of the line below the test's `def`."""
    lines = TESTS.splitlines()
    (begin,) = [number for number, line in enumerate(lines, 1) if f"def {test}(" in line]
    return begin + 1
