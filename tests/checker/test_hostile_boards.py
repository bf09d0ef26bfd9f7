"""Whatever an attendee's tests do: there is a verdict, it says what happened, and nothing is left.

What tests do on a bug, other than failing, is no catch.
"""

import os
import tempfile

import pytest

from checker.check import check
from checker.course import Course, pick
from checker.forks import can_fork
from checker.heavy import heavy_modules
from checker.runner import PARENT_DIED, Runner
from checker.verdict import Verdict
from tests.checker.hostile import CRASHED, processes_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, signals and groups are POSIX's")
TESTS = """
import os, shutil, signal, subprocess, sys, time

import pytest

from src.calculator import add, divide


def test_adds():
    {first}
    assert add(2, 3) == 5


def test_divides():
    assert divide(7, 2) == 3.5


def test_refuses_to_divide_by_zero():
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
"""


@pytest.fixture(scope="module")
def runner(toy):
    with Runner(toy) as runner:
        yield runner


@pytest.fixture
def judged(toy, runner, tmp_path, monkeypatch):
    """The verdict on tests of the calculator that do this first; after it, nothing is left."""
    for folder in ("day1", "tmp"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)

    def judged(first: str = "", conftest: str = "") -> Verdict:
        (tmp_path / "day1/test_calculator.py").write_text(TESTS.format(first=first))
        (tmp_path / "day1/conftest.py").write_text(conftest)
        exercise = pick(toy.day("day1"), "test_calculator")
        (verdict,) = check(toy, [exercise], tmp_path, runner=runner)
        return verdict

    yield judged
    assert list((tmp_path / "tmp").iterdir()) == []
    assert processes_of(runner, []) == []


def caught(verdict: Verdict) -> list[str]:
    return [chaff.name for chaff in verdict.caught]


def test_tests_that_do_no_harm_are_done(judged):
    verdict = judged()

    assert (verdict.status, verdict.messages) == ("done", ())


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("os.chdir('/')", id="another-folder"),
        pytest.param("os.environ.clear()", id="no-environment"),
        pytest.param("os._exit = print", id="a-name-replaced"),
        pytest.param(
            "subprocess.Popen(['sleep', '60'], start_new_session=True)", id="a-daemon-left"
        ),
        pytest.param(
            "for _ in range(1500): os.mkdir('deep'); os.chdir('deep')", id="folders-nested-deep"
        ),
        pytest.param("os.mkdir('locked', 0); os.chmod('src', 0)", id="locked-folders"),
        pytest.param("os.mkfifo('src/__pycache__/calculator.x.pyc')", id="a-pipe-as-bytecode"),
        pytest.param(
            "shutil.rmtree('src/__pycache__', True); os.symlink('/', 'src/__pycache__')",
            id="a-link-as-bytecode",
        ),
    ],
)
def test_what_the_checker_need_not_mind_changes_no_verdict(judged, first):
    verdict = judged(first)

    assert (verdict.status, verdict.messages) == ("done", ())


@pytest.mark.parametrize(
    ("first", "said"),
    [
        pytest.param("os._exit(0)", f"{CRASHED}the process ended with status 0.", id="leaves"),
        pytest.param(
            "if os.fork(): os.wait()",
            "a test forked, and the copy came back from it to run the other tests again: "
            "day1/test_calculator.py::test_adds.",
            id="forks",
        ),
        pytest.param(
            "os.close(1)",
            f"{CRASHED}something stopped pytest: OSError: [Errno 9] Bad file descriptor.",
            id="closes-its-output",
        ),
    ],
)
def test_what_spoils_every_run_is_named_and_no_bug_is_tried(judged, first, said):
    verdict = judged(first)

    assert (verdict.status, verdict.messages) == ("invalid", (f"On the reference, {said}",))
    assert {chaff.caught for chaff in verdict.chaffs} == {None}


def test_tests_that_remove_their_workspace_are_told_of_it(judged):
    verdict = judged("shutil.rmtree(os.getcwd())")

    (message,) = verdict.messages
    assert verdict.status == "invalid"
    assert message.startswith(f"On the reference, {CRASHED}something stopped pytest: FileNotFound")


@pytest.mark.parametrize(
    ("does", "said"),
    [
        pytest.param("os._exit(1)", "the process ended with status 1.", id="leaves"),
        pytest.param("os.abort()", "the process was killed by signal 6.", id="aborts"),
        pytest.param(
            "os.close(1)",
            "something stopped pytest: OSError: [Errno 9] Bad file descriptor.",
            id="closes-its-output",
        ),
        pytest.param("pytest.exit('a bug')", "something stopped pytest.", id="stops-pytest"),
    ],
)
def test_what_tests_do_on_a_bug_other_than_failing_is_no_catch(judged, does, said):
    verdict = judged(f"if add(2, 3) != 5: {does}")

    assert verdict.status == "partial"
    assert "adding-subtracts" not in caught(verdict)
    assert len(caught(verdict)) == 2
    assert verdict.messages == (
        f"On the bug 'adding-subtracts', {CRASHED}{said} That is no catch.",
    )


@pytest.mark.skipif(not can_fork(), reason="the parent of a run is the checker itself")
def test_a_bug_on_which_the_process_of_all_runs_is_killed_is_not_caught(judged):
    verdict = judged("if add(2, 3) != 5: os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)")

    assert verdict.status == "partial"
    assert "adding-subtracts" not in caught(verdict)
    assert f"On the bug 'adding-subtracts', {CRASHED}{PARENT_DIED}. That is no catch." in (
        verdict.messages
    )


# Conftests


def test_a_conftest_that_cannot_be_imported_is_named(judged):
    verdict = judged(conftest="import nothing_of_this_name")

    assert (verdict.status, verdict.messages) == (
        "invalid",
        (
            "On the reference, the file cannot be imported: ModuleNotFoundError: No module named "
            "'nothing_of_this_name' (exercises/day1/conftest.py).",
        ),
    )


@pytest.mark.parametrize(
    "conftest",
    [
        "def pytest_runtest_makereport(item, call): call.excinfo = None",
        "def pytest_pyfunc_call(pyfuncitem): return True",
    ],
)
def test_a_conftest_that_makes_every_test_pass_catches_no_bug(judged, conftest):
    verdict = judged(conftest=conftest)

    assert (verdict.status, caught(verdict)) == ("partial", [])
    assert len(verdict.got_away) == 3


def test_a_conftest_that_drops_a_test_leaves_one_case_less(judged):
    verdict = judged(conftest="def pytest_collection_modifyitems(items): del items[0]")

    assert (verdict.status, verdict.cases) == ("partial", 2)
    assert [chaff.name for chaff in verdict.got_away] == ["adding-subtracts"]


# What is only read


def test_a_message_of_no_characters_is_shown_written_out(judged):
    verdict = judged("raise ValueError('\\ud800')")

    assert verdict.messages == (
        "test_adds fails on the reference: ValueError: \\ud800 (test_calculator.py:10).",
    )


@pytest.mark.parametrize("text", ["def (", "nothing = '\0'", "(" * 1000], ids=["a", "b", "c"])
def test_a_file_that_is_no_python_is_not_looked_through_for_imports(tmp_path, text):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/test_it.py").write_text(text)
    (tmp_path / "exercises/other.py").write_text("import sklearn")
    (tmp_path / "exercises/folder.py").mkdir()

    assert "sklearn" in heavy_modules(Course(tmp_path))
