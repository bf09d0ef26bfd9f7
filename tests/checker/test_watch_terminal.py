"""Watching as people do: at a terminal, with real files, keys and processes."""

import os
import select
import shutil
import signal
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

import pytest

from checker.course import Course
from checker.watch import commands

REPOSITORY = Path(__file__).parents[2]
DEADLINE = 60  # seconds; nothing here takes that long unless it is broken
AT_A_TERMINAL = (  # a shell would do this: of the terminal come Ctrl-C, and SIGHUP at its end
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


class Terminal:
    """A terminal with a watch on it, from the user's side."""

    def __init__(self, command: list[str], environ: dict[str, str]):
        self.user, self.program = os.openpty()
        termios.tcsetwinsize(self.program, (40, 80))
        self.before = termios.tcgetattr(self.program)
        self.text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", AT_A_TERMINAL, *command],
            cwd=REPOSITORY,
            env=environ,
            stdin=self.program,
            stdout=self.program,
            stderr=self.program,
            start_new_session=True,
        )

    def press(self, key: str) -> None:
        os.write(self.user, key.encode())

    def wait_for(self, text: str) -> None:
        """Read until the text has come, after the one that was waited for before."""
        deadline = time.monotonic() + DEADLINE
        while text not in self.text:
            left = max(0, deadline - time.monotonic())
            assert select.select([self.user], [], [], left)[0], f"no {text!r} in {self.text}"
            self.text += os.read(self.user, 65536).decode(errors="replace")
        self.text = self.text.partition(text)[2]

    def wait_for_end(self) -> int:
        return self.process.wait(DEADLINE)

    def is_as_before(self) -> bool:
        return termios.tcgetattr(self.program) == self.before

    def close(self) -> None:
        """Close the user's side, as a window is closed."""
        os.close(self.user)
        self.user = None

    def clean_up(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.program)
        if self.user is not None:
            self.close()


@pytest.fixture
def course(toy, tmp_path) -> Course:
    """The toy course, to be worked in."""
    shutil.copytree(toy.root, tmp_path / "toy", ignore=shutil.ignore_patterns(".cache"))
    return Course(tmp_path / "toy")


@pytest.fixture
def environ(tmp_path) -> dict[str, str]:
    """Nobody's wishes, and temporary folders where they are seen."""
    (tmp_path / "tmp").mkdir()
    return {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path / "tmp"), "TERM": "xterm"}


@pytest.fixture
def watch(course, environ):
    """Begins to watch the first day on a terminal, and waits for the first board."""
    terminals = []

    def start(*options: str) -> Terminal:
        checker = ["-m", "checker", "--root", str(course.root), "watch", "day1", *options]
        terminals.append(Terminal(checker, environ))
        terminals[-1].wait_for("q quit")
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.clean_up()


@pytest.fixture
def hanging(lifeline) -> str:
    """Tests that hold the line, hang, and have a child that does so too."""
    return f"""
import subprocess

def test_hangs():
    {lifeline.code}
    subprocess.Popen(["sleep", "600"], pass_fds=[line.fileno()]).wait()
"""


@pytest.mark.parametrize("options", [[], ["--poll"]])
def test_a_save_is_answered_by_its_verdict(watch, course, options):
    terminal = watch(*options)
    solution = course.solutions / "day1/test_calculator.py"

    shutil.copy(solution, course.exercises / "day1/test_calculator.py")

    terminal.wait_for("test_calculator.py changed")
    terminal.wait_for("✔ done")
    terminal.wait_for("q quit")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert terminal.is_as_before()


def test_a_mistake_in_a_file_is_a_verdict_and_its_loss_is_told(watch, course):
    terminal = watch()
    file = course.exercises / "day1/test_calculator.py"

    file.write_text("def (")
    terminal.wait_for("SyntaxError")
    terminal.wait_for("q quit")
    file.unlink()
    terminal.wait_for("There is no day1/test_calculator.py")
    terminal.wait_for("q quit")
    file.write_text("def test_nothing(): pass")
    terminal.wait_for("partial")


def test_a_day_that_is_renamed_for_a_moment_comes_back(watch, course):
    terminal = watch()
    day = course.exercises / "day1"

    elsewhere = day.rename(course.root / "elsewhere")
    terminal.wait_for("There is no day1/test_calculator.py")
    terminal.wait_for("q quit")
    elsewhere.rename(day)
    terminal.wait_for("0 of 3 done")


def test_a_hint_has_the_terminal_for_itself_and_then_the_keys_go_on(watch):
    terminal = watch()

    terminal.press("h")
    terminal.wait_for("Write this first:")
    terminal.press("q")

    assert terminal.wait_for_end() == 0
    assert terminal.is_as_before()


@pytest.mark.parametrize(("key", "status"), [("q", 0), ("\x04", 0), ("\x03", 130)])
def test_an_end_in_the_midst_leaves_no_process_and_no_folder(
    watch, course, hanging, lifeline, tmp_path, key, status
):
    terminal = watch()
    (course.exercises / "day1/test_calculator.py").write_text(hanging)
    lifeline.wait_for_begin()

    terminal.press(key)

    lifeline.wait_for_end()
    assert terminal.wait_for_end() == status
    assert terminal.is_as_before()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_terminal_that_is_closed_is_the_end(watch, course, hanging, lifeline, tmp_path):
    terminal = watch()
    (course.exercises / "day1/test_calculator.py").write_text(hanging)
    lifeline.wait_for_begin()

    terminal.close()

    lifeline.wait_for_end()
    terminal.wait_for_end()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_without_a_terminal_there_are_no_keys_and_a_signal_ends_it(course, environ):
    checker = [sys.executable, "-m", "checker", "--root", str(course.root)]
    with subprocess.Popen(
        [*checker, "watch", "day1", "--poll"],
        cwd=REPOSITORY,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            lines = [process.stdout.readline() for _ in range(3)]
            said = next(line for line in process.stdout if "no keys" in line)
            process.send_signal(signal.SIGTERM)
            rest, err = process.communicate(timeout=DEADLINE)
        finally:
            process.kill()

    assert "Looking for changes every 0.3 seconds: as asked for.\n" in lines
    assert said == "Standard input is no terminal: no keys. Ctrl-C ends.\n"
    assert (process.returncode, rest) == (130, "")
    assert err == "Stopped. Nothing is left running.\n"


# Commands in between


def test_a_command_is_run_on_the_exercise(course, capfd):
    commands.run(course, "check", course.day("day1")[0], "--of", "solutions")

    assert "1  Testing a calculator  ✔ done" in capfd.readouterr().out


def test_a_command_that_is_interrupted_leaves_no_process(course, hanging, lifeline):
    (course.exercises / "day1/test_calculator.py").write_text(hanging)
    main = threading.main_thread().ident

    def interrupt():
        lifeline.wait_for_begin()
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        commands.run(course, "check", course.day("day1")[0])
    thread.join()

    lifeline.wait_for_end()
