"""Which lines of the application each test runs: the ground for running some tests first."""

import pytest

from checker.course import Course
from checker.process import Limits
from checker.runner import Runner

TARGET = "exercises/test_it.py"
APPLICATION = """
def one():
    return 1


def two():
    return 2


def three():
    return 3
"""
IMPORTED, ONE, TWO, THREE = {2, 6, 10}, {3}, {7}, {11}  # lines
FILE = "src/app.py"


@pytest.fixture(scope="module", params=["fresh", "warm"])
def runner(request, tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("course"))  # imports nothing heavy
    with Runner(course, warm=request.param == "warm") as runner:
        yield runner


@pytest.fixture
def reach(tmp_path, runner):
    """Runs tests, and answers what they reach."""
    for name in ("home", "tmp", "exercises", "src"):
        (tmp_path / name).mkdir()
    (tmp_path / "exercises/pytest.ini").write_text("[pytest]\n")
    (tmp_path / FILE).write_text(APPLICATION)

    def reach(tests: str, **how):
        (tmp_path / TARGET).write_text(
            f"import pytest\nfrom src import app\nfrom src.app import one, two, three\n{tests}"
        )
        outcome = runner.run_tests(tmp_path, TARGET, TARGET, Limits(), trace=True, **how)
        assert outcome.finished
        return outcome.reach

    return reach


def lines(reach) -> dict[str, set[int]]:
    """Test -> lines of the application that it ran when it was imported already."""
    return {
        test.rpartition("::test_")[2]: set(files[FILE]) - IMPORTED
        for test, files in reach.lines.items()
    }


def test_a_test_reaches_the_lines_that_it_runs(reach):
    found = reach("""
def test_a(): one()
def test_b(): two(), three()
def test_c(): pass
""")

    assert lines(found) == {"a": ONE, "b": TWO | THREE, "c": set()}
    assert found.unseen == frozenset()


def test_every_test_reaches_what_is_run_when_it_is_imported(reach):
    found = reach("""
one()
def test_a(): pass
def test_b(): pass
""")

    assert {test: set(files[FILE]) for test, files in found.lines.items()} == {
        "test_it.py::test_a": IMPORTED | ONE,
        "test_it.py::test_b": IMPORTED | ONE,
    }


def test_the_tests_own_lines_are_seen_too_for_they_may_be_the_program(reach):
    found = reach("def test_a(): one()\n")

    assert set(found.lines["test_it.py::test_a"]) == {FILE, TARGET}


def test_each_set_of_parameters_is_a_test(reach):
    found = reach("""
@pytest.mark.parametrize("name", ["one", "two"])
def test_a(name): getattr(app, name)()
""")

    assert lines(found) == {"a[one]": ONE, "a[two]": TWO}


def test_a_fixture_of_its_own_belongs_to_a_test(reach):
    found = reach("""
@pytest.fixture
def own():
    one()
    yield
    two()

def test_a(own): pass
def test_b(): three()
""")

    assert lines(found) == {"a": ONE | TWO, "b": THREE}


@pytest.mark.parametrize("scope", ["module", "package", "session"])
def test_a_shared_fixture_belongs_to_every_test_that_uses_it_and_to_no_other(reach, scope):
    found = reach(f"""
@pytest.fixture(scope={scope!r})
def shared():
    one()

def test_a(shared): pass
def test_b(): two()
def test_c(shared): three()
""")

    assert lines(found) == {"a": ONE, "b": TWO, "c": ONE | THREE}


def test_a_fixture_of_a_class_belongs_to_its_tests(reach):
    found = reach("""
class Test:
    @pytest.fixture(scope="class")
    def shared(self):
        one()

    def test_a(self, shared): pass
    def test_b(self, shared): pass

def test_c(): two()
""")

    assert lines(found) == {"a": ONE, "b": ONE, "c": TWO}


def test_a_shared_fixture_that_another_needs_belongs_to_the_tests_of_both(reach):
    found = reach("""
@pytest.fixture(scope="session")
def below():
    one()

@pytest.fixture(scope="module")
def above(below):
    two()

def test_a(above): pass
def test_b(below): pass
def test_c(): three()
""")

    assert lines(found) == {"a": ONE | TWO, "b": ONE, "c": THREE}


def test_each_set_of_parameters_of_a_shared_fixture_belongs_to_all_of_its_tests(reach):
    found = reach("""
@pytest.fixture(scope="module", params=["one", "two"])
def shared(request):
    getattr(app, request.param)()

def test_a(shared): pass
def test_b(): three()
""")

    assert lines(found) == {"a[one]": ONE | TWO, "a[two]": ONE | TWO, "b": THREE}


def test_a_fixture_that_all_use_unasked_belongs_to_all(reach):
    found = reach("""
@pytest.fixture(scope="module", autouse=True)
def shared():
    one()

def test_a(): pass
def test_b(): two()
""")

    assert lines(found) == {"a": ONE, "b": ONE | TWO}


def test_what_a_shared_fixture_does_at_its_end_belongs_to_all(reach):
    found = reach("""
@pytest.fixture(scope="module")
def shared():
    yield
    one()

def test_a(shared): pass
def test_b(shared): two()
""")

    assert lines(found) == {"a": ONE, "b": ONE | TWO}


def test_a_thread_belongs_to_the_test_that_started_it(reach):
    found = reach("""
import threading

def test_a():
    thread = threading.Thread(target=one)
    thread.start()
    thread.join()

def test_b(): two()
""")

    assert lines(found) == {"a": ONE, "b": TWO}


# What cannot be seen


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("subprocess.run([sys.executable, '-c', ''])", id="subprocess"),
        pytest.param("os.system('true')", id="shell"),
        pytest.param("os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)", id="spawn"),
        pytest.param("os.waitpid(os.fork() or os._exit(0), 0)", id="fork"),
    ],
)
def test_a_test_that_starts_a_process_may_reach_more_than_is_seen(reach, start):
    found = reach(f"""
import os, subprocess, sys

def test_a(): {start}
def test_b(): one()
""")

    assert found.unseen == {"test_it.py::test_a"}


def test_so_may_every_test_that_shares_a_fixture_which_starts_one(reach):
    found = reach("""
import subprocess

@pytest.fixture(scope="module")
def server():
    subprocess.run(["true"])

def test_a(server): pass
def test_b(): one()
def test_c(server): pass
""")

    assert found.unseen == {"test_it.py::test_a", "test_it.py::test_c"}


def test_nothing_is_traced_where_nobody_asks(tmp_path, runner):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/pytest.ini").write_text("[pytest]\n")
    (tmp_path / TARGET).write_text("def test_a(): pass\n")

    outcome = runner.run_tests(tmp_path, TARGET, TARGET, Limits())

    assert (outcome.ended, outcome.reach) == ("finished", None)
