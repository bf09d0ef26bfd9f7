"""A Python that a test starts is a fork that is ready: quicker, and else like the real one."""

import socket
import sys

import pytest

from checker.course import Course
from checker.process import Limits
from checker.processes import Cancelled
from checker.runner import Runner, own_loopbacks

TEST = "exercises/test_it.py"
START = """
import os, signal, subprocess, sys
from pathlib import Path

def run(*arguments, **how):
    how = {"capture_output": True, "text": True, "timeout": 20} | how
    return subprocess.run([sys.executable, *arguments], **how)

def start(*arguments, **how):
    pipe = subprocess.PIPE
    how = {"stdin": pipe, "stdout": pipe, "stderr": pipe, "text": True} | how
    return subprocess.Popen([sys.executable, *arguments], **how)

def program(text):
    Path("program.py").write_text(text)
    return "-m", "program"

WAITS = program("import sys; print('ready', flush=True); sys.stdin.read()")
"""
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="there is no warm process elsewhere"
)


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    with Runner(Course(tmp_path_factory.mktemp("course"))) as runner:
        yield runner


@pytest.fixture
def outcome_of(runner, tmp_path):
    """The outcome of a run of one test, by the text of its body."""
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises/pytest.ini").write_text("[pytest]\npythonpath = ..\n")

    def outcome_of(*lines: str, **how):
        body = "".join(f"    {line}\n" for line in lines)
        (tmp_path / TEST).write_text(f"{START}\ndef test_it():\n{body}")
        return runner.run_tests(tmp_path, TEST, TEST, Limits(), **{"processes": True} | how)

    return outcome_of


@pytest.fixture
def holds(outcome_of):
    """Whether the body's assertions hold."""

    def holds(*lines: str, **how) -> bool:
        outcome = outcome_of(*lines, **how)
        assert outcome.finished, outcome.explanation
        [result] = outcome.tests.values()
        assert result.outcome == "passed", result.message
        return True

    return holds


IS_READY = "import sys; print('pytest' in sys.modules)"  # it has what the run has imported


def test_a_module_is_run_by_a_fork(holds):
    assert holds(f"assert run(*program({IS_READY!r})).stdout == 'True\\n'")


def test_without_a_word_on_processes_it_is_the_real_python(holds):
    assert holds(f"assert run(*program({IS_READY!r})).stdout == 'False\\n'", processes=False)


@pytest.mark.parametrize(
    "arguments",
    ["'-c', text", "'-P', *program(text)", "program(text)[1] + '.py'"],
    ids=["-c", "another option", "a script"],
)
def test_what_a_fork_cannot_do_the_real_python_does(holds, arguments):
    assert holds(
        f"text = {IS_READY!r}", "program(text)", f"assert 'False' in run({arguments}).stdout"
    )


def test_another_environment_of_python_is_for_the_real_one(holds):
    environment = "os.environ | {'PYTHONHASHSEED': '1'}"
    said = f"run(*program({IS_READY!r}), env={environment}).stdout"

    assert holds(f"assert {said} == 'False\\n'")


def test_arguments_environment_folder_and_input_are_those_of_the_call(holds):
    text = (
        "import os, sys; print(sys.argv[1:], os.environ['GREETING'], os.getcwd(), sys.stdin.read())"
    )

    assert holds(
        f"command = program({text!r})",
        "home = os.path.realpath('home/deep'); os.makedirs(home)",
        "how = {'input': 'in', 'cwd': home, 'env': os.environ | {'GREETING': 'hallo'}}",
        "assert run(*command, 'a b', '', **how).stdout == f\"['a b', ''] hallo {home} in\\n\"",
    )  # fmt: skip


def test_output_and_errors_go_where_they_were_sent(holds):
    text = "import sys; print('out'); print('err', file=sys.stderr)"

    assert holds(
        f"done = run(*program({text!r}))",
        "assert (done.stdout, done.stderr) == ('out\\n', 'err\\n')",
    )


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("pass", 0, ""),
        ("import sys; sys.exit(7)", 7, ""),
        ("import sys; sys.exit('no such file')", 1, "no such file\n"),
        ("import os; os._exit(3)", 3, ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -15, ""),
    ],
)
def test_it_ends_as_the_program_ends(holds, text, status, told):
    assert holds(
        f"done = run(*program({text!r}))",
        f"assert (done.returncode, done.stderr) == ({status}, {told!r})",
    )


def test_an_error_is_a_stack_trace_and_status_1(holds):
    assert holds(
        "done = run(*program('1 / 0'))",
        "assert done.returncode == 1",
        "assert done.stderr.endswith('ZeroDivisionError: division by zero\\n')",
    )


def test_what_is_registered_for_the_end_and_threads_are_not_forgotten(holds):
    text = (
        "import atexit, threading\n"
        "atexit.register(print, 'bye')\n"
        "threading.Thread(target=print, args=('thread',)).start()\n"
    )

    assert holds(f"assert run(*program({text!r})).stdout.split() == ['thread', 'bye']")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_signals_reach_the_program(holds, name):
    assert holds(
        "process = start(*WAITS)",
        "assert process.stdout.readline() == 'ready\\n'",
        f"process.send_signal(signal.{name})",
        f"assert process.wait(20) == -signal.{name}",
        "assert process.stdout.read() == ''  # nobody holds the pipe any more",
    )


def test_one_that_is_killed_as_soon_as_it_starts_troubles_no_other(holds):
    assert holds(
        "other = start(*WAITS)",
        "assert other.stdout.readline() == 'ready\\n'",
        "for _ in range(20):",
        "    process = start(*WAITS)",
        "    process.kill()",
        "    process.communicate(timeout=20)",
        f"assert run(*program({IS_READY!r})).stdout == 'True\\n'",
        "other.stdin.close()",
        "assert other.wait(20) == 0",
    )


def test_one_that_is_killed_while_it_asks_troubles_no_other(holds):
    """Its order is whole, and nobody is there to hear the answer."""
    assert holds(
        "import marshal, socket",
        "program('pass')",
        "place = str(Path(sys.executable).with_name('zygote'))",
        "order = marshal.dumps((['program'], os.getcwd(), dict(os.environ), []))",
        "for _ in range(20):",
        "    with socket.socket(socket.AF_UNIX) as line:",
        "        line.connect(place)",
        "        socket.send_fds(line, [len(order).to_bytes(4, 'big')], [0, 1, 2])",
        "        line.sendall(order)",
        f"assert run(*program({IS_READY!r})).stdout == 'True\\n'",
    )


def test_a_program_that_handles_a_signal_ends_as_it_likes(holds):
    text = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        "print('ready', flush=True); signal.pause()\n"
    )

    assert holds(
        f"process = start(*program({text!r}))",
        "process.stdout.readline()",
        "process.terminate()",
        "assert process.wait(20) == 5",
    )


def test_the_end_of_the_input_is_seen(holds):
    assert holds(
        "process = start(*WAITS)",
        "process.stdout.readline()",
        "process.stdin.close()",
        "assert process.wait(20) == 0",
    )


def test_programs_start_programs(holds):
    inner = (
        "import subprocess, sys; print(subprocess.run([sys.executable, '-m', 'this']).returncode)"
    )

    assert holds(f"assert run(*program({inner!r})).stdout.endswith('0\\n')")


def test_programs_side_by_side_do_not_wait_for_each_other(holds):
    assert holds(
        "first, second = start(*WAITS), start(*WAITS)",
        "for process in (second, first):",
        "    assert process.communicate('x', timeout=20)[0] == 'ready\\n'",
    )


def test_what_a_test_leaves_running_ends_with_the_run(holds, tmp_path):
    """Also where the launcher has left the run's group."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "line"))
        server.listen()
        text = (
            "import socket; line = socket.socket(socket.AF_UNIX); line.connect('line'); "
            "print('ready', flush=True); line.recv(1)"
        )

        assert holds(
            f"process = start(*program({text!r}), start_new_session=True)",
            "assert process.stdout.readline() == 'ready\\n'",
        )

        line, _ = server.accept()
        with line:
            line.settimeout(30)
            assert line.recv(1) == b""  # nobody holds the other end


@pytest.mark.skipif(not own_loopbacks(), reason="this kernel gives no process a network of its own")
def test_ports_are_kept_apart(holds):
    """Somebody else has this port on the machine, and it is free in the run."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()

        assert holds("import socket", f"socket.create_server({place}).close()")


def test_where_ports_cannot_be_kept_apart_runs_with_servers_go_one_by_one(tmp_path, monkeypatch):
    runner, seen = Runner(), []

    def start(*_):
        seen.append(runner._one_at_a_time.locked())
        raise Cancelled

    monkeypatch.setattr("checker.runner.own_loopbacks", lambda: False)
    monkeypatch.setattr(runner, "begin", start)

    for processes in (True, False):
        with pytest.raises(Cancelled):
            runner.run_tests(tmp_path, TEST, TEST, Limits(), processes=processes)

    assert seen == [True, False]


def test_where_nobody_forks_any_more_the_real_python_does_it(holds):
    assert holds(
        "Path(sys.executable).with_name('zygote').unlink()",
        f"assert run(*program({IS_READY!r})).stdout == 'False\\n'",
    )


def test_libraries_that_a_program_imports_are_imported_for_the_next_run(outcome_of):
    first = outcome_of("run(*program('import colorsys'))", first=True)

    assert "colorsys" in first.libraries


def test_programs_are_told_that_a_canary_sings(holds):
    text = "import os; print(os.environ['CANARY_SINGS'])"

    assert holds(f"assert run(*program({text!r})).stdout == '1\\n'")
