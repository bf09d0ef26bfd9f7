"""What tests leave behind, and what they do to the process that they are forked from."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checker import forks
from checker.course import Course
from checker.forks import can_fork
from checker.inside import forking
from checker.process import Limits, end_strays, environment
from checker.processes import MANY_DEATHS
from checker.runner import PARENT_DIED, Runner
from tests.checker.hostile import CRASHED, Runs, results
from tests.checker.lifeline import DEADLINE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, signals and groups are POSIX's")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose they are")


@pytest.fixture
def run(runner, tmp_path):
    run = Runs(runner, tmp_path)
    yield run
    run.check_that_all_is_well()


@pytest.fixture
def parent(runner) -> int:
    """The process that the runs are forked from."""
    runner.warm_up()
    if runner.pid is None:
        pytest.skip("the parent of a fresh process is the checker: nobody looks after that")
    return runner.pid


# Processes end with the run that started them


def leaves(lifeline, *code: str) -> str:
    """A test that leaves a process with the `line`."""
    return "".join(["def test_it():\n", *(f"    {line}\n" for line in (lifeline.code, *code))])


IN_ANOTHER_SESSION = (
    "command = ['sleep', '60']",
    "subprocess.Popen(command, pass_fds=[line.fileno()], start_new_session=True)",
)
FORKED_TWICE = (
    "if os.fork():",
    "    os.wait()",
    "    return",
    "os.setsid()",
    "if os.fork():",
    "    os._exit(0)",
    "os.chdir('/')",
    "time.sleep(60)",
)
WITHOUT_ENVIRONMENT = (
    *IN_ANOTHER_SESSION[:1],
    "more = {'start_new_session': True, 'env': {}, 'cwd': '/'}",
    "subprocess.Popen(command, pass_fds=[line.fileno()], **more)",
)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            ["subprocess.Popen(['sleep', '60'], pass_fds=[line.fileno()])"],
            id="a-child-that-holds-the-output",
        ),
        pytest.param(
            [
                "command = ['sh', '-c', 'trap \"\" TERM; echo ready; sleep 60; sleep 1']",
                "child = subprocess.Popen(command, pass_fds=[line.fileno()], stdout=-1)",
                "child.stdout.readline()",
                "child.terminate()",
            ],
            id="a-child-that-ignores-SIGTERM",
        ),
        pytest.param(
            ["line.set_inheritable(True)", "os.popen('sleep 60 &')"], id="a-job-of-a-shell"
        ),
        pytest.param(IN_ANOTHER_SESSION, id="a-daemon-in-another-session", marks=on_linux),
        pytest.param(FORKED_TWICE, id="a-daemon-forked-twice", marks=on_linux),
    ],
)
def test_a_process_that_outlives_its_test_ends_with_the_run(run, lifeline, code):
    outcome = run(leaves(lifeline, *code))

    lifeline.wait_for_begin()
    lifeline.wait_for_end()
    assert results(outcome) == ["passed"]


@pytest.mark.usefixtures("parent")
def test_a_daemon_without_environment_ends_with_the_run(run, lifeline):
    outcome = run(leaves(lifeline, *WITHOUT_ENVIRONMENT))

    lifeline.wait_for_begin()
    lifeline.wait_for_end()
    assert results(outcome) == ["passed"]


def test_more_processes_than_the_limit_are_ended(run, lifeline):
    outcome = run(
        leaves(
            lifeline,
            "for _ in range(30): subprocess.Popen(['sleep', '60'], pass_fds=[line.fileno()])",
            "time.sleep(60)",
        ),
        Limits(seconds=20, processes=10),
    )

    lifeline.wait_for_begin()
    lifeline.wait_for_end()
    assert outcome.explanation == (
        "the run started more processes than its limit and was ended: more than 10 processes."
    )


@pytest.mark.usefixtures("parent")
def test_the_end_of_a_run_leaves_alone_what_a_run_beside_it_has_started(run, lifeline, tmp_path):
    os.mkfifo(tmp_path / "signal")
    go_on = os.open(tmp_path / "signal", os.O_RDWR)
    has_a_daemon = f"""
def test_it():
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork(): os._exit(0)
        time.sleep(60)
    os.wait()
    os.close(writing)
    {lifeline.code}
    os.read(os.open({str(tmp_path / "signal")!r}, os.O_RDONLY), 1)
    ended, _, _ = select.select([reading], [], [], 0)
    assert not ended
"""
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(run, has_a_daemon)
        lifeline.wait_for_begin()

        second = run("def test_it(): pass")
        os.write(go_on, b"!")

        assert (results(second), results(first.result())) == (["passed"], ["passed"])
    lifeline.wait_for_end()
    os.close(go_on)


# What tests do to the process that they are forked from


@pytest.mark.usefixtures("parent")
@pytest.mark.parametrize("whom", ["os.kill(os.getppid(),", "os.killpg(os.getpgid(os.getppid()),"])
def test_a_run_that_kills_its_parent_has_crashed(run, whom):
    outcome = run(f"def test_it():\n    {whom} signal.SIGKILL)\n    time.sleep(60)")

    assert outcome.explanation == f"{CRASHED}{PARENT_DIED}."


@pytest.mark.usefixtures("parent")
def test_runs_that_kill_their_parents_never_get_the_checker_for_a_parent(run, runner):
    murder = "def test_it():\n    os.kill(os.getppid(), signal.SIGTERM)\n    time.sleep(60)"

    ended = [run(murder).ended for _ in range(MANY_DEATHS + 1)]

    assert set(ended) == {"crashed"}
    assert runner.pid not in (None, os.getpid())


@pytest.mark.usefixtures("parent")
def test_a_run_beside_one_that_kills_their_parent_is_told_so(run, lifeline):
    with ThreadPoolExecutor(1) as thread:
        beside = thread.submit(run, leaves(lifeline, "time.sleep(60)"))
        lifeline.wait_for_begin()

        run("def test_it():\n    os.kill(os.getppid(), signal.SIGKILL)\n    time.sleep(60)")

        assert beside.result().explanation == f"{CRASHED}{PARENT_DIED}."
    lifeline.wait_for_end()


@pytest.mark.usefixtures("parent")
@pytest.mark.parametrize("code", [IN_ANOTHER_SESSION, FORKED_TWICE], ids=["Popen", "fork"])
def test_a_daemon_of_a_run_that_kills_its_parent_is_ended(run, lifeline, code):
    outcome = run(
        f"PARENT = os.getppid()\n\n{leaves(lifeline, *code)}\n"
        "def test_murder():\n"
        "    os.kill(PARENT, signal.SIGKILL)\n"
        "    time.sleep(60)"
    )

    lifeline.wait_for_begin()
    lifeline.wait_for_end()
    assert outcome.explanation == f"{CRASHED}{PARENT_DIED}."


@pytest.mark.usefixtures("parent")
@pytest.mark.parametrize("then", ["pass", "os._exit(0)"])
def test_a_parent_that_is_stopped_goes_on(run, parent, then):
    outcome = run(f"def test_it():\n    os.kill(os.getppid(), signal.SIGSTOP)\n    {then}")

    assert outcome.ended == ("finished" if then == "pass" else "crashed")


@pytest.mark.skipif(not can_fork(), reason="runs are fresh processes here")
@pytest.mark.parametrize(
    "last_words",
    [
        pytest.param("", id="at-once"),
        pytest.param("import select; select.select([int(sys.argv[1])], [], [])", id="at-an-order"),
    ],
)
def test_where_no_process_can_be_forked_from_runs_are_fresh(tmp_path, monkeypatch, last_words):
    (tmp_path / "dies.py").write_text(f"import sys\n{last_words}\nsys.exit(1)\n")
    monkeypatch.setattr(forks, "WARM", str(tmp_path / "dies.py"))
    (tmp_path / "course").mkdir()

    with Runner(Course(tmp_path / "course")) as runner:
        outcome = Runs(runner, tmp_path)("def test_it(): pass")

        assert (results(outcome), runner.pid) == (["passed"], None)


# How leftovers are found


@pytest.fixture
def sleeper():
    """Starts processes that wait, and end with the test."""
    started = []

    def sleeper(**how) -> subprocess.Popen:
        pipe = subprocess.PIPE
        process = subprocess.Popen(["cat"], stdin=pipe, stdout=pipe, bufsize=0, **how)
        started.append(process)
        process.stdin.write(b"?")
        assert process.stdout.read(1) == b"?"  # so it is there, with its environment
        return process

    yield sleeper
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@on_linux
def test_strays_are_told_by_the_environment_of_their_place(sleeper, tmp_path):
    here = sleeper(env=environment(tmp_path / "here"), start_new_session=True)
    there = sleeper(env=environment(tmp_path / "there"))

    end_strays(tmp_path / "here")

    assert here.wait(DEADLINE) == -signal.SIGKILL
    assert there.poll() is None


@on_linux
@pytest.mark.parametrize(
    "listing", [forking.CHILDREN, Path("/nonexistent")], ids=["listed", "sought"]
)
def test_children_are_found_also_where_the_kernel_does_not_list_them(sleeper, monkeypatch, listing):
    monkeypatch.setattr(forking, "CHILDREN", listing)
    child = sleeper()

    assert child.pid in forking.children()
    assert os.getpid() not in forking.children()
