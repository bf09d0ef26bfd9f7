"""Tests that spoil what they run in: its descriptors, the checker's notes, folder, limits, names.

The run ends and says how, and the next one of the same runner is an ordinary one.
"""

import sys

import pytest

from checker.process import Limits
from tests.checker.hostile import CRASHED, LIMITS, STOPPED, Runs, results

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc and these limits are Linux's")


@pytest.fixture
def run(runner, tmp_path):
    run = Runs(runner, tmp_path)
    yield run
    run.check_that_all_is_well()


def spoils(*code: str) -> str:
    """A test that does this, and one after it."""
    body = "".join(f"    {line}\n" for line in code)
    return f"def test_spoils(tmp_path):\n{body}\ndef test_other(tmp_path): pass\n"


# Descriptors


@pytest.mark.parametrize(
    ("code", "explanation"),
    [
        ("os.close(1)", f"{STOPPED}: OSError: [Errno 9] Bad file descriptor."),
        ("sys.stdout.close()", f"{STOPPED}: ValueError: I/O operation on closed file."),
    ],
)
def test_a_run_without_an_output_has_crashed(run, code, explanation):
    assert run(spoils(code)).explanation == explanation


def test_a_run_that_closes_all_descriptors_has_crashed(run):
    assert run(spoils("os.closerange(0, 100)")).explanation.startswith(f"{CRASHED}the process ")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("os.dup2(os.open('mine', os.O_CREAT | os.O_WRONLY), 1)", id="another-output"),
        pytest.param("sys.stdout = sys.stderr = None", id="none"),
        pytest.param("while os.dup(0) < 50: pass", id="many-more"),
    ],
)
def test_a_run_does_not_mind_what_becomes_of_its_output(run, code):
    assert results(run(spoils(code))) == ["passed", "passed"]


# The checker's notes on the run

FIND_NOTES = (
    "fds = ['/proc/self/fd/' + name for name in os.listdir('/proc/self/fd')]",
    "fds = [fd for fd in fds if os.path.exists(fd) and 'report-' in os.readlink(fd)]",
    "notes, number = os.readlink(fds[0]), int(os.path.basename(fds[0]))",
)


@on_linux
@pytest.mark.parametrize(
    "code",
    [
        pytest.param("os.write(number, b'nonsense')", id="text"),
        pytest.param("os.write(number, bytes(range(256)))", id="bytes"),
        pytest.param("os.write(number, b'[' * 100_000)", id="brackets"),
        pytest.param("os.write(number, b'{\"event\": []}\\n')", id="an-event-of-another-type"),
        pytest.param('os.write(number, b\'{"event": "test"}\\n\')', id="an-event-without-its-id"),
        pytest.param("os.truncate(notes, 0)", id="nothing-where-there-was-something"),
    ],
)
def test_a_run_whose_notes_are_damaged_has_crashed(run, code):
    assert run(spoils(*FIND_NOTES, code)).explanation == (
        f"{CRASHED}something wrote into the checker's notes on it."
    )


@on_linux
@pytest.mark.parametrize(
    "code",
    [
        pytest.param("os.close(number)", id="they-are-closed"),
        pytest.param(
            "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
            id="no-file-may-grow",
        ),
    ],
)
def test_a_run_that_cannot_take_notes_any_more_has_crashed(run, code):
    outcome = run(spoils(*FIND_NOTES, code))

    assert outcome.explanation == f"{CRASHED}the process ended with status 1."


@on_linux
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(["os.unlink(notes)"], id="nothing"),
        pytest.param(["os.unlink(notes)", "os.mkdir(notes)"], id="a-folder"),
        pytest.param(["os.unlink(notes)", "os.mkfifo(notes)"], id="a-pipe"),
        pytest.param(["os.unlink(notes)", "os.symlink('/dev/zero', notes)"], id="a-link"),
    ],
)
def test_notes_are_read_though_their_name_is_given_to(run, code):
    assert results(run(spoils(*FIND_NOTES, *code))) == ["passed", "passed"]


# The folder, the environment and the limits of the process


def test_a_run_that_removes_its_workspace_has_crashed(run, tmp_path):
    outcome = run(spoils("import shutil", "shutil.rmtree(os.getcwd())"))

    assert outcome.explanation.startswith(f"{STOPPED}: FileNotFoundError: ")
    assert not (tmp_path / "workspace0").exists()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("os.chdir('/')", id="another-folder"),
        pytest.param("os.environ.clear()", id="no-environment"),
        pytest.param("os.umask(0o777)", id="files-that-nobody-may-read"),
        pytest.param("sys.setrecursionlimit(100)", id="fewer-calls"),
        pytest.param("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))",
                     id="no-more-files", marks=on_linux),
    ],
)  # fmt: skip
def test_the_other_tests_of_a_run_do_not_suffer_from(run, code):
    outcome = run(f"def test_spoils():\n    {code}\n\ndef test_other(): assert 1 + 1 == 3\n")

    assert results(outcome) == ["passed", "failed"]
    assert outcome.tests["test_it.py::test_other"].message == "assert (1 + 1) == 3 (test_it.py:6)"


@on_linux
@pytest.mark.parametrize(
    ("code", "explanation"),
    [
        ("bytearray(2**30)", "the run asked for more memory than its limit."),
        (
            "sys.stderr.write('chatter' * 10**6)",
            "the run printed without end and was ended: more than 1,000,000 characters.",
        ),
    ],
)
def test_a_run_that_meets_a_limit_is_told_which(run, code, explanation):
    assert run(spoils(code), Limits(seconds=20, memory=2**29)).explanation == explanation


def test_a_run_that_fills_the_disk_with_many_files_is_ended(run):
    outcome = run(
        spoils(
            "for name in range(40): (tmp_path / str(name)).write_bytes(bytes(2**16))",
            "time.sleep(60)",
        ),
        Limits(seconds=20, disk=2**20),
    )

    assert outcome.explanation == (
        "the run wrote more to the disk than its limit and was ended: more than 1 MB."
    )


def test_a_call_too_deep_is_a_failing_test(run):
    assert results(run(f"def deeper(): deeper()\n\n{spoils('deeper()')}")) == ["failed", "passed"]


# What others call by name


@pytest.mark.parametrize(
    "name",
    [
        "builtins.open",
        "builtins.print",
        "json.dumps",
        "os._exit",
        "os.getpid",
        "sys.exit",
        "time.perf_counter",
        "time.sleep",
        "time.time",
    ],
)
def test_a_run_does_not_mind_that_a_test_replaces(run, name):
    module = name.partition(".")[0]
    tests = spoils(f"import {module}", f"{name} = lambda *args, **how: None")

    assert results(run(tests)) == ["passed", "passed"]


@pytest.mark.parametrize("code", ["import builtins; builtins.len = None", "sys.modules.clear()"])
def test_a_run_without_what_pytest_needs_has_crashed(run, code):
    assert run(spoils(code)).explanation.startswith(CRASHED)


@pytest.mark.parametrize("setter", ["sys.settrace", "sys.setprofile"])
def test_a_run_whose_lines_are_noted_does_not_mind_another_tracer(run, setter):
    outcome = run(spoils(f"{setter}(lambda *args: None)"), LIMITS, trace=True)

    assert results(outcome) == ["passed", "passed"]
    assert outcome.reach is not None


def test_a_first_run_may_leave_anything_among_the_modules(run):
    tests = """
class Strange:
    def __getattr__(self, name): raise RuntimeError(name)

def test_it(): sys.modules["strange"] = Strange()
"""
    assert results(run(tests, LIMITS, first=True)) == ["passed"]


def test_a_message_may_hold_what_is_no_character(run):
    outcome = run("def test_it(): raise ValueError('\\ud800')")

    (result,) = outcome.tests.values()
    assert result.message == "ValueError: \\ud800 (test_it.py:3)"
