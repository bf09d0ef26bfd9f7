"""Runs the tests of a workspace in a process of their own, within limits."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

from checker import outcome
from checker.course import Course, Exercise
from checker.forks import DIED
from checker.outcome import Outcome
from checker.plan import ALL, Plan
from checker.process import Limits, Output, exceeded, prefix, scratch, wait_within
from checker.processes import Processes

CHILD = str(Path(__file__).parent / "inside" / "child.py")
CONFIG = "exercises/pytest.ini"
LOOPBACK = str(Path(__file__).parent / "inside" / "loopback.py")
LONGEST_REPORT = 2**26  # characters

PARENT_DIED = "the process that runs the tests was killed, by one of them or by a run beside it"


class Runner(Processes):
    """Runs tests in processes of their own, and tells what they showed.

    Where forks are known to be safe, such a process is one; else, or with `warm=False`, a fresh
    Python. What these exercises import is imported sooner than anything else. A runner is closed at
    the end (`with`).
    """

    def __init__(
        self,
        course: Course | None = None,
        exercises: Sequence[Exercise] = (),
        *,
        warm: bool = True,
    ):
        super().__init__(course, exercises, warm=warm)
        self._one_at_a_time = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def run_tests(
        self,
        workspace: Path,
        target: str,
        exercise: str,
        limits: Limits,
        *,
        plan: Plan = ALL,
        module: str | None = None,
        edit: dict[str, str] | None = None,
        trace: bool = False,
        first: bool = False,
        processes: bool = False,
        from_stem: bool = False,
        file: str | None = None,
        original: Path | None = None,
    ) -> Outcome:
        """Run the target's tests in the workspace.

        Args:
            workspace: The folder to run in.
            target: The file of tests, below the workspace.
            exercise: The attendee's file, below the workspace: `NotImplementedError` raised in it
                means that a test (or the program) is not written yet.
            limits: What the run may use.
            plan: Which tests to run, and in which order.
            module: The edited module, imported before the tests.
            edit: A dataset's `path` below the workspace, and the `edit` to be made of it.
            trace: Whether to note which lines of the application each test runs.
            first: Whether others like it follow: then the libraries that it imports are imported
                once for all that follow, and where it begins anew, it leaves its bytecode.
            processes: Whether its tests start Pythons: where runs are forks, these are as well.
            from_stem: Whether nothing but `module` is other than when `collect` was called, so that
                the run need not begin anew.
            file: That of the module, below the workspace, for such a run.
            original: The same before it was edited.

        Raises:
            Cancelled: somebody has called `cancel`.
            KeyboardInterrupt: somebody has called `stop`.
        """
        job = _job(target, exercise, limits, trace=trace, first=first, processes=processes)
        job |= {"module": module, "file": file, "original": original and str(original)}
        job |= {"edit": edit, **plan.as_job()}
        result = None
        with self._ports_kept_apart(processes):
            if from_stem:
                try:
                    result = self._outcome(workspace, job, limits, from_stem=True)
                finally:
                    self.release_stem(workspace)
            if result is None or result.ended == "unfit":
                result = self._outcome(workspace, job, limits)
        if result.ended == "unfit":  # a run that began anew never says so
            return Outcome("crashed", detail=outcome.DAMAGED, seconds=result.seconds)
        self.preload(result.libraries)
        return result

    def collect(self, workspace: Path, target: str, exercise: str, limits: Limits) -> bool:
        """Collect the tests of a workspace once, for runs in it to be forked from there.

        Where that is not possible, they begin anew. False where the workspace may be another now.
        """
        job = _job(target, exercise, limits) | {"report": None}
        return self.ensure_stem(workspace, job, within=limits.seconds)

    def run(self, command: Sequence[str], workspace: Path, limits: Limits) -> tuple[int, str, str]:
        """Run a command in the workspace: its status, how it ended, and what it printed.

        A module (`python -m ...`) is run in a fork where there are forks.
        """
        words = [sys.executable if word == "python" else word for word in command]
        if command[:2] == ["python", "-m"]:
            process = self.begin(workspace, {"run": command[2:]}, words)
        else:
            process = self.begin_fresh(workspace, words)
        return self._wait(process, workspace, limits)

    def _outcome(
        self, workspace: Path, job: dict, limits: Limits, *, from_stem: bool = False
    ) -> Outcome | None:
        """How the job ends; None where there is no stem to do it."""
        with (
            tempfile.TemporaryDirectory(
                prefix=prefix("report"), dir=scratch(), ignore_cleanup_errors=True
            ) as folder,
            open(Path(folder, "report"), "w+", encoding="utf-8", errors="replace") as report,
        ):
            job = job | {"report": report.name}
            if from_stem:
                process = self.begin_from_stem(workspace, job)
            else:
                process = self.begin(workspace, job, _fresh(job))
            if process is None:
                return None
            started = time.monotonic()
            status, ended, _ = self._wait(process, workspace, limits)
            seconds = time.monotonic() - started
            if ended != "finished":
                return Outcome(ended, detail=exceeded(ended, limits), seconds=seconds)
            if status == DIED:
                return Outcome("crashed", detail=PARENT_DIED, seconds=seconds)
            # from what we opened: a test may have put something else in the place of the file
            return outcome.read(report.read(LONGEST_REPORT), status, seconds)

    def _wait(self, process, workspace: Path, limits: Limits) -> tuple[int, str, str]:
        output = Output(process, limits.output)
        try:
            ended = wait_within(process, workspace, limits)
        finally:
            self.end(process, workspace)
        text = output.finish()
        return process.returncode, "flooded" if output.flooded else ended, text

    def _ports_kept_apart(self, processes: bool) -> AbstractContextManager:
        """Runs whose tests start servers go one by one where they all share the machine's ports."""
        return self._one_at_a_time if processes and not own_loopbacks() else nullcontext()


@cache
def own_loopbacks() -> bool:
    """Whether a run can have a loopback of its own here."""
    return subprocess.run([sys.executable, "-IS", LOOPBACK], capture_output=True).returncode == 0


def _job(
    target: str,
    exercise: str,
    limits: Limits,
    *,
    trace: bool = False,
    first: bool = False,
    processes: bool = False,
) -> dict:
    """What a process is told of the tests in any case."""
    return {
        "target": target,
        "exercise": exercise,
        "config": CONFIG,
        "trace": trace,
        "first": first,
        "processes": processes,
        "memory": limits.memory,
        "file_size": limits.file_size,
    }


def _fresh(job: dict) -> list[str]:
    # -P: the checker's own folder must not be where the tests' imports are looked up
    return [sys.executable, "-P", CHILD, json.dumps(job)]
