"""The command line as people and scripts use it: real processes, their output and exit status."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

REPOSITORY = Path(__file__).parents[2]
HERE = Path(__file__).parent
CHECK_FAILING = ("check", "day1", "-e", "1", "--of", str(HERE / "submissions/always-failing"))
DEADLINE = 60  # seconds; nothing here takes that long unless it is broken


@pytest.fixture
def command(toy, tmp_path):
    """Starts the checker on the toy course, in an environment without anybody's wishes."""

    def start(*arguments: str, root: Path = toy.root, **environ: str) -> subprocess.Popen:
        (tmp_path / "tmp").mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", "checker", "--root", root, *arguments],
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path / "tmp"), **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    return start


@pytest.fixture
def run(command):
    """Runs the checker to its end: its exit status, what it printed, and what it complained of."""

    def run(*arguments: str, **how) -> tuple[int, str, str]:
        with command(*arguments, **how) as process:
            try:
                out, err = process.communicate(timeout=DEADLINE)
            finally:
                process.kill()
        return process.returncode, out, err

    return run


# Exit status 0 and 1: the board was made


def test_a_board_of_whatever_is_a_success(run):
    status, out, err = run("check", "day1")

    assert (status, err) == (0, "")
    assert "Day 1: sums   0 of 3 done" in out
    assert "Next: exercises/day1/test_calculator.py, then make check-day1" in out


def test_one_exercise_of_somebody(run):
    weak = str(HERE / "submissions/weak")

    status, out, _ = run("check", "day1", "-e", "1", "--of", weak)

    assert status == 0
    assert "2 bugs would have slipped through:" in out
    assert "Half a pizza each became no pizza at all." in out
    assert "Testing data of numbers" not in out


@pytest.mark.parametrize(
    ("exercise", "status"), [pytest.param("1", 1, id="core"), pytest.param("3", 0, id="bonus")]
)
def test_strict_fails_where_something_that_is_no_bonus_is_not_done(run, exercise, status):
    ended, out, _ = run("check", "day1", "-e", exercise, "--strict")

    assert ended == status
    assert "○ todo" in out


# Results for programs


def test_json_writes_a_file_beside_the_board(run, tmp_path):
    file = tmp_path / "results.json"

    status, out, _ = run(*CHECK_FAILING, "--json", str(file))

    data = json.loads(file.read_text())
    seconds = data["exercises"][0].pop("seconds")
    assert (status, "✘ invalid" in out) == (0, True)
    assert data == json.loads((HERE / "golden/always-failing.json").read_text())
    assert seconds > 0


def test_json_to_standard_output_is_all_that_is_printed(run):
    status, out, err = run(*CHECK_FAILING, "--json", "-")

    assert (status, err) == (0, "")
    assert [one["status"] for one in json.loads(out)["exercises"]] == ["invalid"]


def test_a_format_is_printed_instead_of_the_board(run):
    status, out, err = run(*CHECK_FAILING, "--format", "junit")

    assert (status, err) == (0, "")
    assert ElementTree.fromstring(out).get("errors") == "1"


def test_a_format_is_written_beside_the_board(run, tmp_path):
    file = tmp_path / "results.json"

    status, out, _ = run(*CHECK_FAILING, "--format", "gradescope", "--output", str(file))

    assert (status, "✘ invalid" in out) == (0, True)
    assert [test["status"] for test in json.loads(file.read_text())["tests"]] == ["failed"]


def test_two_formats_are_written_at_once(run, tmp_path):
    ours, theirs = tmp_path / "ours.json", tmp_path / "theirs.json"

    run(*CHECK_FAILING, "--json", str(ours), "--format", "exercism", "--output", str(theirs))

    assert json.loads(ours.read_text())["day"] == "day1"
    assert json.loads(theirs.read_text())["version"] == 3


# On GitHub Actions


@pytest.fixture
def orders(toy, tmp_path) -> Path:
    """A course in which a message gives orders to a terminal and to GitHub."""
    root = shutil.copytree(toy.root, tmp_path / "toy")
    test = "def test_orders(): raise ValueError('\\x1b[2J\\n::add-mask::invalid\\x07')"
    (root / "exercises/day1/test_calculator.py").write_text(test)
    return root


def test_a_message_gives_no_orders_to_a_terminal(run, orders):
    _, out, _ = run("check", "day1", "-e", "1", root=orders)

    assert r"ValueError: \x1b[2J" in out
    assert r"::add-mask::invalid\x07" in out
    assert {"\x1b", "\x07"}.isdisjoint(out)


def test_on_github_only_annotations_are_commands(run, orders):
    _, out, _ = run("check", "day1", "-e", "1", root=orders, GITHUB_ACTIONS="true")

    stop, *board, resume, annotation = out.splitlines()
    assert stop.removeprefix("::stop-commands::") == resume.removeprefix("::").removesuffix("::")
    assert any("::add-mask::" in line for line in board)
    assert annotation == (
        "::error file=exercises/day1/test_calculator.py,line=1,title=Testing a calculator%3A "
        r"invalid::test_orders fails on the reference: ValueError: \x1b[2J%0A::add-mask::invalid"
        r"\x07 (test_calculator.py:1)."
    )


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        pytest.param(["--format", "json"], {"GITHUB_ACTIONS": "true"}, id="no-board"),
        pytest.param([], {"GITHUB_ACTIONS": ""}, id="not-on-github"),
    ],
)
def test_no_annotation_is_printed_where_nobody_reads_it(run, arguments, environ):
    _, out, _ = run(*CHECK_FAILING, *arguments, **environ)

    assert "invalid" in out
    assert "::error" not in out
    assert "::stop-commands" not in out


def test_the_summary_is_added_to_what_earlier_steps_said(run, tmp_path):
    file = tmp_path / "summary.md"
    file.write_text("Earlier.\n")

    run(*CHECK_FAILING, GITHUB_STEP_SUMMARY=str(file))

    assert file.read_text().startswith("Earlier.\n## Day 1: sums\n")
    assert "| 1 | Testing a calculator | ✘ invalid | 0 of 3 | - | - |" in file.read_text()


# Colours


def test_piped_output_has_no_escape_codes(run):
    _, out, err = run(*CHECK_FAILING, TERM="xterm-256color")

    assert "✘ invalid" in out
    assert "\x1b" not in out + err


@pytest.mark.parametrize(
    ("wishes", "style"),
    [
        pytest.param({"FORCE_COLOR": "1"}, "\x1b[1;31m", id="colours"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "\x1b[1m", id="no-colours"),
    ],
)
def test_the_usual_wishes_about_colours_are_met(run, wishes, style):
    _, out, _ = run(*CHECK_FAILING, **wishes)

    assert f"{style}✘ invalid" in out


# Exit status 2: the checker could not do its work


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(
            ["check", "day9"],
            "There is no day9 here. Days with exercises: day1.",
            id="unknown-day",
        ),
        pytest.param(
            ["check", "day1", "-e", "9"],
            "No exercise is called '9'. Choose from: 1 (day1/test_calculator.py), "
            "2 (day1/test_numbers.py), 3 (day1/countdown.py).",
            id="unknown-exercise",
        ),
        pytest.param(
            ["check", "day1", "--of", "nobody"],
            "There is no folder nobody. Name one laid out as exercises/.",
            id="unknown-submission",
        ),
        pytest.param(
            [*CHECK_FAILING, "--output", "results.xml"],
            "--output results.xml is in no format. "
            "Add --format: one of json, junit, gradescope, exercism.",
            id="output-in-no-format",
        ),
        pytest.param(
            [*CHECK_FAILING, "--format", "junit", "--json", "-"],
            "--json and --format both write to -. Name another for one.",
            id="two-formats-in-one-file",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_no_trace(run, arguments, complaint):
    status, _, err = run(*arguments)

    assert (status, err) == (2, f"Error: {complaint}\n")


@pytest.mark.parametrize(
    "option", [("--json",), ("--format", "junit", "--output"), ("--picture",)], ids=" ".join
)
def test_a_folder_that_is_missing_is_noticed_before_the_check(run, option):
    status, out, err = run("check", "no-such-day", *option, "/nowhere/results")

    assert (status, out) == (2, "")
    assert err == (
        "Error: There is no folder /nowhere for /nowhere/results. Make it, or name another.\n"
    )


def test_a_summary_that_cannot_be_written_is_named(run, tmp_path):
    status, _, err = run(*CHECK_FAILING, GITHUB_STEP_SUMMARY=str(tmp_path))

    assert status == 2
    assert err == (
        f"Error: GITHUB_STEP_SUMMARY names {tmp_path}, which cannot be written: Is a directory. "
        "Unset it, or name another.\n"
    )


def test_a_chaff_that_no_longer_fits_is_named_instead_of_a_board(run, toy, tmp_path):
    shutil.copytree(toy.root, tmp_path / "toy")
    application = tmp_path / "toy/src/calculator.py"
    application.write_text(application.read_text().replace("first / second", "second / first"))

    status, out, err = run("check", "day1", root=tmp_path / "toy")

    assert (status, out) == (2, "")
    assert err == (
        "Error: The chaff 'division-drops-the-remainder' no longer fits: its `was` does not occur "
        "in src/calculator.py, and must occur exactly once. Bring it up to date.\n"
    )


# Exit status 130: stopped


@pytest.fixture
def hanging(tmp_path, lifeline) -> str:
    """A submission that holds the line, hangs, and has a child that does so too."""
    test = tmp_path / "hanging/day1/test_calculator.py"
    test.parent.mkdir(parents=True)
    test.write_text(f"""
import subprocess

def test_hangs():
    {lifeline.code}
    subprocess.Popen(["sleep", "600"], pass_fds=[line.fileno()]).wait()
""")
    return str(tmp_path / "hanging")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_leaves_no_process_and_no_folder(command, hanging, lifeline, tmp_path, stop):
    with command("check", "day1", "-e", "1", "--of", hanging) as process:
        lifeline.wait_for_begin()

        process.send_signal(stop)

        lifeline.wait_for_end()
        _, err = process.communicate(timeout=DEADLINE)
    assert (process.returncode, err) == (130, "Stopped. Nothing is left running.\n")
    assert list((tmp_path / "tmp").iterdir()) == []
