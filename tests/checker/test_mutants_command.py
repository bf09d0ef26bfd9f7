"""`mutants` on the command line: real processes, their output and exit status."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DEADLINE = 60  # seconds; nothing here takes that long unless it is broken

pytest.importorskip("mutmut", reason="the mutants are mutmut's")


@pytest.fixture
def command(toy, tmp_path):
    """Starts `mutants` on the toy course."""

    def start(*arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "checker", "--root", toy.root, "mutants", *arguments],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "COLUMNS": "100"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    return start


@pytest.fixture
def run(command):
    """Runs `mutants` to its end: its exit status, what it printed, and what it complained of."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with command(*arguments) as process:
            out, err = process.communicate(timeout=DEADLINE)
        return process.returncode, out, err

    return run


def test_survivors_are_no_failure(run):
    status, out, err = run("day1", "-e", "1", "--module", "src/calculator.py")

    assert status == 0
    assert "1. Testing a calculator: 7 to try, in about a minute." in err
    assert "src/calculator.py        7       3         4" in out
    assert '+        raise ZeroDivisionError("CANNOT DIVIDE BY ZERO")' in out


def test_the_exercises_of_a_day_that_test_modules_are_tried(run):
    status, out, _ = run("day1", "--limit", "1")

    assert status == 0
    assert "1. Testing a calculator   1 mutant\n" in out
    assert "Testing data of numbers" not in out


def test_results_for_programs_are_all_that_is_printed(run):
    status, out, _ = run("day1", "--limit", "2", "--json", "-")

    [exercise] = json.loads(out)["exercises"]
    assert (status, exercise["path"]) == (0, "day1/test_calculator.py")
    assert [mutant["function"] for mutant in exercise["mutants"]] == ["add", "divide"]


def test_results_for_programs_are_written_beside_the_report(run, tmp_path):
    file = tmp_path / "mutants.json"

    status, out, _ = run("day1", "--limit", "1", "--json", str(file))

    assert (status, "1. Testing a calculator" in out) == (0, True)
    assert json.loads(file.read_text())["exercises"][0]["generated"] == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(
            ["day1", "-e", "2"],
            "No chaff of day1/test_numbers.py is in a module of src/. "
            "Name one, such as --module src/utils.py.",
            id="no-module",
        ),
        pytest.param(
            ["day1", "--json", "/nowhere/mutants.json"],
            "There is no folder /nowhere for /nowhere/mutants.json. Make it, or name another.",
            id="no-folder",
        ),
        pytest.param(
            ["day1", "-e", "1", "--of", "exercises"],
            "The tests of day1/test_calculator.py do not pass on the reference: what they say of "
            "mutants means nothing. See why: make check-day1 EX=1",
            id="tests-not-written",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run, arguments, complaint):
    assert run(*arguments) == (2, "", f"Error: {complaint}\n")


@pytest.fixture
def hanging(tmp_path, lifeline) -> str:
    """A submission that kills mutants of `add`, and hangs on those of `divide`."""
    test = tmp_path / "hanging/day1/test_calculator.py"
    test.parent.mkdir(parents=True)
    test.write_text(f"""
import contextlib
import subprocess

from src.calculator import add, divide

def test_hangs():
    assert add(2, 3) == 5
    with contextlib.suppress(ZeroDivisionError):
        if divide(7, 2) == 3.5:
            return
    {lifeline.code}
    subprocess.Popen(["sleep", "600"], pass_fds=[line.fileno()]).wait()
""")
    return str(tmp_path / "hanging")


def test_what_is_decided_when_it_is_stopped_is_shown(command, hanging, lifeline):
    with command("day1", "-e", "1", "--of", hanging, "--jobs", "1") as process:
        lifeline.wait_for_begin()

        process.send_signal(signal.SIGINT)

        lifeline.wait_for_end()
        out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 130
    assert "1. Testing a calculator   1 of 7 mutants decided" in out
    assert err.endswith("Stopped. Nothing is left running.\n")
