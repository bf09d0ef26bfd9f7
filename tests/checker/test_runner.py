"""A run in a process of its own: what it may use, and that nothing of it is left."""

import json
import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from checker import process
from checker.course import Course
from checker.plan import Plan
from checker.process import Limits
from checker.processes import Cancelled
from checker.runner import Runner

TARGET = "exercises/test_it.py"
ORDINARY = Limits()
HANG = "import threading; threading.Event().wait()"


@pytest.fixture
def workspace(tmp_path):
    for name in ("home", "tmp", "exercises"):
        (tmp_path / name).mkdir()
    (tmp_path / "exercises/pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(workspace: Path, code: str, limits: Limits = ORDINARY) -> tuple[int, str, str]:
    return Runner().run([sys.executable, "-c", code], workspace, limits)


@pytest.fixture
def run_tests(workspace, runner):
    def run_tests(tests: str, limits: Limits = ORDINARY, **how):
        (workspace / TARGET).write_text(tests)
        return runner.run_tests(workspace, TARGET, TARGET, limits, **how)

    return run_tests


def ended_with(outcome) -> tuple[str, str]:
    return outcome.ended, outcome.detail


def test_a_run_tells_its_status_and_what_it_printed(workspace):
    code = "import sys; print('out', flush=True); sys.exit('err')"

    assert run(workspace, code) == (1, "finished", "out\nerr\n")


@pytest.mark.parametrize(("end", "status"), [("", 0), ("sys.exit(3)", 3), ("1 / 0", 1)])
def test_a_module_can_be_run_as_python_runs_it(workspace, runner, end, status):
    (workspace / "train.py").write_text(
        f"import os, sys\nprint(__name__, sys.argv[1:], os.getcwd(), flush=True)\n{end}\n"
    )
    command = ["python", "-m", "train", "-p", "trees=5"]

    code, ended, text = runner.run(command, workspace, ORDINARY)

    assert (code, ended) == (status, "finished")
    assert text.splitlines()[0] == f"__main__ ['-p', 'trees=5'] {workspace.resolve()}"


def test_a_run_starts_in_its_workspace(workspace):
    _, _, text = run(workspace, "import os; print(os.getcwd())")

    assert Path(text.strip()) == workspace.resolve()


# Limits


def test_a_run_that_hangs_is_ended(run_tests):
    outcome = run_tests(f"def test_hangs():\n    {HANG}\n", Limits(seconds=0.5))

    assert ended_with(outcome) == ("timeout", "more than 0.5 seconds")


def test_a_run_that_prints_without_end_is_ended(run_tests):
    endless = "def test_chatters():\n    while True:\n        print('chatter')\n"

    outcome = run_tests(endless, Limits(output=10_000))

    assert ended_with(outcome) == ("flooded", "more than 10,000 characters")


@pytest.mark.parametrize(("characters", "ended"), [(10_000, "finished"), (10_001, "flooded")])
def test_a_run_may_print_as_much_as_its_limit(workspace, characters, ended):
    code = f"print('x' * {characters}, end='')"

    assert run(workspace, code, Limits(output=10_000))[1] == ended


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to RLIMIT_AS")
def test_a_run_that_asks_for_too_much_memory_does_not_get_it(run_tests):
    greedy = "def test_is_greedy():\n    bytearray(2**30)\n"

    outcome = run_tests(greedy, Limits(memory=2**29))

    assert outcome.ended == "out_of_memory"


def test_a_run_cannot_fill_the_disk(run_tests):
    hoarder = "def test_hoards(tmp_path):\n    (tmp_path / 'heap').write_bytes(bytes(2**20))\n"

    outcome = run_tests(hoarder, Limits(file_size=2**19))

    (result,) = outcome.tests.values()
    assert result.outcome == "failed"
    assert result.message.startswith("OSError: [Errno 27] File too large")


# Whatever a run started is ended with it


def test_a_child_that_outlives_its_test_is_ended(run_tests, lifeline):
    leaves_a_child = f"""
import subprocess, sys

def test_leaves_a_child():
    {lifeline.code}
    subprocess.Popen(["sleep", "600"], pass_fds=[line.fileno()])
"""

    outcome = run_tests(leaves_a_child)

    lifeline.wait_for_begin()
    lifeline.wait_for_end()
    assert outcome.finished


def test_a_child_of_a_run_that_has_to_be_ended_is_ended(workspace, lifeline):
    code = f"""
import subprocess
{lifeline.code}
subprocess.Popen(["sleep", "600"], pass_fds=[line.fileno()])
while True:
    print("chatter")
"""

    _, ended, _ = run(workspace, code, Limits(output=10_000))

    lifeline.wait_for_begin()
    lifeline.wait_for_end()
    assert ended == "flooded"


@pytest.fixture
def hanging(workspace, lifeline):
    """Begins a run that hangs, and answers the future of it."""

    def begin(runner: Runner) -> Future:
        command = [sys.executable, "-c", f"{lifeline.code}; {HANG}"]
        run = threads.submit(runner.run, command, workspace, ORDINARY)
        lifeline.wait_for_begin()
        return run

    with ThreadPoolExecutor() as threads:
        yield begin


@pytest.mark.parametrize(
    ("end", "reason"), [(Runner.stop, KeyboardInterrupt), (Runner.cancel, Cancelled)]
)
def test_stopping_and_cancelling_end_what_runs_and_start_no_more(
    workspace, hanging, lifeline, end, reason
):
    runner = Runner()
    run_that_hangs = hanging(runner)

    end(runner)

    lifeline.wait_for_end()
    assert isinstance(run_that_hangs.exception(), reason)
    with pytest.raises(reason):
        runner.run([sys.executable, "-c", ""], workspace, ORDINARY)


def test_a_runner_that_was_cancelled_can_resume(workspace):
    runner = Runner()

    runner.cancel()
    runner.resume()

    assert runner.run([sys.executable, "-c", ""], workspace, ORDINARY) == (0, "finished", "")


def test_a_runner_that_was_stopped_cannot_resume(workspace):
    runner = Runner()

    runner.stop()
    runner.resume()

    with pytest.raises(KeyboardInterrupt):
        runner.run([sys.executable, "-c", ""], workspace, ORDINARY)


# What a run finds


@pytest.fixture
def environment(workspace, monkeypatch) -> dict[str, str]:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--exitfirst")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    _, _, text = run(workspace, "import json, os; print(json.dumps(dict(os.environ)))")
    return json.loads(text)


def test_the_environment_is_not_passed_on(environment):
    assert "AWS_SECRET_ACCESS_KEY" not in environment
    assert "PYTEST_ADDOPTS" not in environment


def test_programs_are_found_where_they_were(environment):
    assert environment["PATH"] == os.environ["PATH"]


def test_home_and_temporary_files_are_in_the_workspace(environment, workspace):
    assert environment["HOME"] == str(workspace / "home")
    assert environment["TMPDIR"] == str(workspace / "tmp")


def test_numeric_libraries_get_one_thread_each(environment):
    assert environment["OMP_NUM_THREADS"] == "1"


def test_servers_get_one_worker(environment):
    """A test that deploys, and asks twice, may otherwise meet a worker that has not looked yet."""
    assert environment["WEB_CONCURRENCY"] == "1"


def test_a_run_has_nothing_to_read(workspace):
    assert run(workspace, "print(input())")[2].endswith("EOFError: EOF when reading a line\n")


def test_tests_cannot_import_the_checker_that_runs_them_by_accident(run_tests):
    outcome = run_tests("import child\n\ndef test_it(): pass\n")

    assert ended_with(outcome)[0] == "collection_error"
    assert "No module named 'child'" in outcome.detail


# Which tests run, and in which order

LETTERS = "abcdefgh"
TESTS = "".join(f"def test_{letter}(): pass\n" for letter in LETTERS)


def ids(letters: str) -> list[str]:
    return [f"test_it.py::test_{letter}" for letter in letters]


def letters(outcome) -> str:
    return "".join(test[-1] for test in outcome.tests)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(Plan(), LETTERS, id="all, in the file's order"),
        pytest.param(Plan(ids("hgfedcba")), LETTERS[::-1], id="all, in another"),
        pytest.param(Plan(ids("dx")), "dabcefgh", id="one first, and one that is not there"),
        pytest.param(Plan(ids("db"), others=False), "db", id="two only"),
        pytest.param(Plan(left_out=ids("dbx")), "acefgh", id="all but two"),
        pytest.param(
            Plan(ids("ab"), counts=ids("ab"), spared=ids(LETTERS)), LETTERS, id="none fails"
        ),
    ],
)
def test_tests_run_as_planned(run_tests, plan, expected):
    assert letters(run_tests(TESTS, plan=plan)) == expected


def test_a_run_of_no_test_is_empty(run_tests):
    assert run_tests(TESTS, plan=Plan([], others=False)).ended == "empty"


@pytest.mark.parametrize(
    ("counts", "spared", "expected"),
    [
        pytest.param("c", "abdefgh", "abc", id="over at the first failure"),
        pytest.param("c", "abdegh", "abcdef", id="not before the last that is not spared"),
        pytest.param("", "abdefgh", LETTERS, id="the failure does not count"),
    ],
)
def test_a_run_is_over_when_one_failure_is_enough(run_tests, counts, spared, expected):
    tests = TESTS.replace("def test_c(): pass", "def test_c(): assert False")
    plan = Plan(counts=ids(counts), spared=ids(spared))

    outcome = run_tests(tests, plan=plan)

    assert (outcome.ended, letters(outcome)) == ("finished", expected)


def test_what_the_tests_share_is_torn_down_when_one_failure_is_enough(run_tests, workspace):
    tests = """
import pytest

@pytest.fixture(scope="module")
def shared():
    yield
    open("torn-down", "w").close()

def test_a(shared): assert False
def test_b(shared): pass
"""
    run_tests(tests, plan=Plan(counts=ids("a"), spared=ids("b")))

    assert (workspace / "torn-down").exists()


def test_an_edited_module_that_cannot_be_imported_is_no_failing_test(run_tests, workspace):
    (workspace / "broken.py").write_text("import nothing_of_this_name\n")

    outcome = run_tests(TESTS, module="broken")

    assert ended_with(outcome) == (
        "import_error",
        "ModuleNotFoundError: No module named 'nothing_of_this_name'",
    )


# Where it all happens


@pytest.fixture
def memory(tmp_path, monkeypatch) -> Path:
    """A folder that is kept in memory, with room enough, and nobody wishes for another."""
    monkeypatch.setattr(process, "MEMORY", tmp_path)
    monkeypatch.setattr(process, "ENOUGH", 1)
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_runs_have_their_files_in_memory(memory):
    assert process.scratch() == str(memory)


def test_runs_have_their_files_elsewhere_where_somebody_wishes_so(memory, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/elsewhere")

    assert process.scratch() is None


def test_runs_have_their_files_elsewhere_where_memory_is_short(memory, monkeypatch):
    monkeypatch.setattr(process, "ENOUGH", 2**80)

    assert process.scratch() is None


def test_runs_have_their_files_elsewhere_where_there_is_no_such_folder(memory, monkeypatch):
    monkeypatch.setattr(process, "MEMORY", memory / "nowhere")

    assert process.scratch() is None


def test_a_module_is_run_the_same_where_no_warm_process_can_be_started(workspace, monkeypatch):
    (workspace / "greeting.py").write_text("import sys; print('hello', sys.argv[1])\n")
    monkeypatch.setattr("checker.forks.WARM", str(workspace / "nothing-here.py"))

    with Runner(Course(workspace)) as runner:
        told = runner.run(["python", "-m", "greeting", "you"], workspace, ORDINARY)

    assert told == (0, "finished", "hello you\n")
