"""Tests that leave, signal or fork: the run is named for it, and the next is an ordinary one."""

import os

import pytest

from checker.process import Limits
from tests.checker.hostile import CRASHED, STOPPED, Runs, results

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, signals and groups are POSIX's")


@pytest.fixture
def run(runner, tmp_path):
    run = Runs(runner, tmp_path)
    yield run
    run.check_that_all_is_well()


# Leaving before the tests are over


@pytest.mark.parametrize(
    ("tests", "how"),
    [
        pytest.param("def test_it(): os._exit(0)", "ended with status 0", id="from-a-test"),
        pytest.param("os._exit(0)\ndef test_it(): pass", "ended with status 0", id="from-the-file"),
        pytest.param(
            "@pytest.fixture\ndef leaver(): os._exit(3)\n\ndef test_it(leaver): pass",
            "ended with status 3",
            id="from-a-fixture",
        ),
        pytest.param(
            "@pytest.fixture\ndef leaver():\n    yield\n    os._exit(0)\n\n"
            "def test_it(leaver): pass",
            "ended with status 0",
            id="after-the-last-test",
        ),
        pytest.param(
            "import faulthandler\n\n"
            "def test_it():\n"
            "    faulthandler.dump_traceback_later(0.01, exit=True)\n"
            "    time.sleep(60)",
            "ended with status 1",
            id="by-faulthandler",
        ),
        pytest.param("def test_it(): os.abort()", "was killed by signal 6", id="by-abort"),
        pytest.param(
            "import ctypes\n\ndef test_it(): ctypes.string_at(0)",
            "was killed by signal 11",
            id="by-a-segmentation-fault",
        ),
        pytest.param(
            "def test_it(): os.kill(os.getpid(), signal.SIGKILL)",
            "was killed by signal 9",
            id="by-a-signal-that-kills",
        ),
        pytest.param(
            "def test_it(): os.kill(os.getpid(), signal.SIGTERM)",
            "was killed by signal 15",
            id="by-a-signal-that-asks",
        ),
        pytest.param(
            "def test_it(): os.killpg(0, signal.SIGKILL)",
            "was killed by signal 9",
            id="with-its-group",
        ),
        pytest.param(
            "def test_it():\n    signal.setitimer(signal.ITIMER_REAL, 0.01)\n    time.sleep(60)",
            "was killed by signal 14",
            id="by-an-alarm",
        ),
    ],
)
def test_a_run_that_leaves_early_has_crashed(run, tests, how):
    assert run(tests).explanation == f"{CRASHED}the process {how}."


@pytest.mark.parametrize(
    ("tests", "what"),
    [
        pytest.param("sys.exit(0)", ": SystemExit: 0", id="sys.exit"),
        pytest.param("raise KeyboardInterrupt", "", id="Ctrl-C"),
    ],
)
def test_an_exit_while_the_file_is_read_stops_pytest(run, tests, what):
    outcome = run(f"{tests}\n\ndef test_it(): pass\n")

    assert outcome.explanation == f"{STOPPED}{what}."


def test_a_run_that_stops_itself_is_ended(run):
    outcome = run("def test_it(): os.killpg(0, signal.SIGSTOP)", Limits(seconds=1))

    assert outcome.explanation == (
        "the run took longer than its time limit and was ended: more than 1 seconds."
    )


# What does not end a run, nor keep it from ending


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        pytest.param("def test_it(): sys.exit(0)", ["failed"], id="an-exit-from-a-test"),
        pytest.param(
            "import atexit\natexit.register(os._exit, 3)\n\ndef test_it(): pass",
            ["passed"],
            id="an-exit-at-the-exit",
        ),
        pytest.param(
            "def test_it(): threading.Thread(target=threading.Event().wait).start()",
            ["passed"],
            id="a-thread-that-never-ends",
        ),
        pytest.param(
            "def test_it():\n"
            "    thread = threading.Thread(target=lambda: 1 / 0)\n"
            "    thread.start()\n"
            "    thread.join()",
            ["passed"],
            id="a-thread-that-raises",
        ),
        pytest.param(
            "def test_it():\n"
            "    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:\n"
            "        signal.signal(number, signal.SIG_IGN)\n"
            "    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
            ["passed"],
            id="signals-that-are-ignored",
        ),
        pytest.param(
            "def test_it():\n"
            "    if os.fork() == 0:\n"
            "        os._exit(5)\n"
            "    assert os.waitstatus_to_exitcode(os.wait()[1]) == 5",
            ["passed"],
            id="a-fork-that-exits",
        ),
        pytest.param(
            "import multiprocessing\n\n"
            "def test_it():\n"
            "    pool = multiprocessing.get_context('fork').Pool(2)\n"
            "    assert pool.map(abs, [-1, -2]) == [1, 2]",
            ["passed"],
            id="a-pool-that-stays-open",
        ),
        pytest.param(
            "import multiprocessing\n\n"
            "def test_it():\n"
            "    process = multiprocessing.get_context('spawn').Process(target=print)\n"
            "    process.start()\n"
            "    process.join()\n"
            "    assert process.exitcode == 0",
            ["passed"],
            id="a-process-that-is-spawned",
        ),
        pytest.param("def test_it(): os.setsid()", ["failed"], id="another-session"),
        pytest.param(
            "def test_it(): os.setpgid(0, os.getpgid(os.getppid()))",
            ["failed"],
            id="its-parents-group",
        ),
    ],
)
def test_a_run_has_finished_in_spite_of(run, tests, expected):
    assert results(run(tests)) == expected


# Forks that come back


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(
            "def test_a():\n    if os.fork(): os.wait()\n\ndef test_b(): pass", id="from-a-test"
        ),
        pytest.param(
            "def test_a():\n    if os.fork() == 0: sys.exit(0)\n    os.wait()",
            id="by-an-exit-that-pytest-catches",
        ),
        pytest.param(
            "@pytest.fixture\ndef forked():\n    if os.fork(): os.wait()\n\n"
            "def test_a(forked): pass",
            id="from-a-fixture",
        ),
        pytest.param("if os.fork(): os.wait()\n\ndef test_a(): pass", id="while-the-file-is-read"),
    ],
)
def test_a_fork_that_comes_back_into_pytest_is_named(run, tests):
    assert run(tests).explanation == (
        "a test forked, and the copy came back from it to run the other tests again: "
        "test_it.py::test_a."
    )
