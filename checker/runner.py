"""Runs the tests of a workspace in a process of their own, within limits."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache, partial
from pathlib import Path

from checker import outcome
from checker.course import Course
from checker.forks import DIED, Fork, Stem, WarmProcess, can_fork, heavy_modules
from checker.outcome import Outcome
from checker.plan import ALL, Plan
from checker.process import (
    Limits,
    Output,
    end_group,
    end_strays,
    environment,
    exceeded,
    prefix,
    scratch,
    wait_within,
)
from checker.stems import Stems

CHILD = str(Path(__file__).parent / "inside" / "child.py")
CONFIG = "exercises/pytest.ini"
LOOPBACK = str(Path(__file__).parent / "inside" / "loopback.py")
LONGEST_REPORT = 2**26  # characters
MANY_DEATHS = 3  # in a row of warm processes that never ran a thing: then runs are fresh ones

PARENT_DIED = "the process that runs the tests was killed, by one of them or by a run beside it"


class Cancelled(Exception):
    """The run was not wanted any more."""


class Runner:
    """Gives each run a process, and ends with its whole process group whatever it left.

    The process is a fork of a warm one, which has imported what is heavy, where that is known to be
    safe; else, or with `warm=False`, a fresh one. A runner is closed at the end (`with`).
    """

    def __init__(self, course: Course | None = None, *, warm: bool = True):
        self._course = course if warm and can_fork() else None
        self._warm: WarmProcess | None = None
        self._stems = Stems()
        self._deaths = 0
        self._running: set[subprocess.Popen | Fork] = set()
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._stopped: type[BaseException] | None = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    @property
    def pid(self) -> int | None:
        """The warm process, where there is one: its forks are its children."""
        return self._warm and self._warm.pid

    def warm_up(self) -> None:
        """Begin with what takes long, without waiting for it."""
        with self._lock:
            if self._course is not None and self._stopped is None:
                self._warmed()

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
            first: Whether others like it follow: then it leaves its bytecode in the workspace, and
                the libraries that it imports are imported once for all that follow.
            processes: Whether its tests start Pythons: where runs are forks, these are as well.
            from_stem: Whether nothing but `module` is other than when `collect` was called, so that
                the run need not begin anew.
            file: That of the module, below the workspace, for such a run.
            original: The same before it was edited.

        Raises:
            Cancelled: somebody has called `cancel`.
            KeyboardInterrupt: somebody has called `stop`.
        """
        job = {
            "target": target,
            "exercise": exercise,
            "config": CONFIG,
            "module": module,
            "file": file,
            "original": original and str(original),
            "edit": edit,
            "trace": trace,
            "first": first,
            "processes": processes,
            "memory": limits.memory,
            "file_size": limits.file_size,
            **plan.as_job(),
        }
        stem = self._stems.of(workspace) if from_stem else None
        try:
            with self._ports_kept_apart(processes):
                result = self._outcome(workspace, job, limits, stem)
                if result.ended == "unfit":
                    result = self._outcome(workspace, job, limits)
        finally:
            self._stems.release(workspace)
        if result.ended == "unfit":  # a run that began anew never says so
            return Outcome("crashed", detail=outcome.DAMAGED, seconds=result.seconds)
        self._preload(result.libraries)
        return result

    def collect(self, workspace: Path, target: str, exercise: str, limits: Limits) -> bool:
        """Collect the tests of a workspace once, for runs in it to be forked from there.

        Where that is not possible, they begin anew. False where the workspace may be another now.
        """
        job = {
            "report": None,
            "target": target,
            "exercise": exercise,
            "config": CONFIG,
            "trace": False,
            "first": False,
            "processes": False,
            "memory": limits.memory,
            "file_size": limits.file_size,
        }

        def make() -> Stem:
            with self._lock:
                self._refuse_when_stopped()
                return self._warmed().stem(workspace, job)

        if self._course is None:
            return True
        try:
            return self._stems.ensure(workspace, make, limits.seconds)
        except OSError:  # the warm process is dead: the next run shall see to it
            return True

    def tidy(self) -> None:
        """Let go of what was kept for workspaces that are gone."""
        self._stems.tidy()

    def _outcome(
        self, workspace: Path, job: dict, limits: Limits, stem: Stem | None = None
    ) -> Outcome:
        with (
            tempfile.TemporaryDirectory(
                prefix=prefix("report"), dir=scratch(), ignore_cleanup_errors=True
            ) as folder,
            open(Path(folder, "report"), "w+", encoding="utf-8", errors="replace") as report,
        ):
            job = job | {"report": report.name}
            process = self._start_job(workspace, job, _fresh(job), stem)
            started = time.monotonic()
            status, ended, _ = self._wait(process, workspace, limits)
            seconds = time.monotonic() - started
            if ended != "finished":
                return Outcome(ended, detail=exceeded(ended, limits), seconds=seconds)
            if status == DIED:
                return Outcome("crashed", detail=PARENT_DIED, seconds=seconds)
            # from what we opened: a test may have put something else in the place of the file
            return outcome.read(report.read(LONGEST_REPORT), status, seconds)

    def run(self, command: Sequence[str], workspace: Path, limits: Limits) -> tuple[int, str, str]:
        """Run a command in the workspace: its status, how it ended, and what it printed.

        A module (`python -m ...`) is run in a fork where there are forks.
        """
        words = [sys.executable if word == "python" else word for word in command]
        if command[:2] == ["python", "-m"]:
            process = self._start_job(workspace, {"run": command[2:]}, words)
        else:
            process = self._start(words, workspace)
        return self._wait(process, workspace, limits)

    def _ports_kept_apart(self, processes: bool) -> AbstractContextManager:
        """Runs whose tests start servers go one by one where they all share the machine's ports."""
        return self._one_at_a_time if processes and not own_loopbacks() else nullcontext()

    def cancel(self) -> None:
        """End what runs now; runs raise Cancelled until somebody calls `resume`."""
        self._end_all(Cancelled)

    def resume(self) -> None:
        """Take runs again."""
        with self._lock:
            if self._stopped is Cancelled:
                self._stopped = None

    def stop(self) -> None:
        """End every run now, and start no other."""
        self._end_all(KeyboardInterrupt)
        self._stems.end()
        with self._lock:
            if self._warm is not None:
                self._warm.close()
                self._warm = None

    def _end_all(self, reason: type[BaseException]) -> None:
        with self._lock:
            self._stopped = reason
            for process in self._running:
                end_group(process)

    def _wait(self, process, workspace: Path, limits: Limits) -> tuple[int, str, str]:
        output = Output(process, limits.output)
        try:
            ended = wait_within(process, workspace, limits)
        finally:
            end_group(process)
            if isinstance(process, subprocess.Popen) or process.returncode == DIED:
                end_strays(workspace)  # else, the warm process has ended whatever was left
            with self._lock:
                self._running.discard(process)
                stopped = self._stopped
        text = output.finish()
        if stopped is not None:
            raise stopped
        return process.returncode, "flooded" if output.flooded else ended, text

    def _start_job(
        self, workspace: Path, job: dict, fresh: Sequence[str], stem: Stem | None = None
    ):
        """A fork that does the job, or the fresh process that does it as well."""
        with suppress(OSError), self._lock:  # a stem that died: then as without
            self._refuse_when_stopped()
            if stem is not None:
                fork = stem.fork(workspace, job)
                self._running.add(fork)
                return fork
        while self._course is not None:
            with self._lock:
                self._refuse_when_stopped()
                try:
                    fork = self._warmed().fork(workspace, job)
                    self._running.add(fork)
                    self._deaths = 0
                    return fork
                except OSError:  # it died, or could not be started
                    if self._warm is not None:
                        self._warm.close()
                    self._warm = None
                    self._deaths += 1
                    if self._deaths == MANY_DEATHS:
                        self._course = None
        return self._start(fresh, workspace)

    def _preload(self, libraries: Sequence[str]) -> None:
        with self._lock:
            if libraries and self._warm is not None:
                self._warm.preload(libraries)

    def _warmed(self) -> WarmProcess:
        self._warm = self._warm or WarmProcess(partial(heavy_modules, self._course))
        return self._warm

    def _start(self, command: Sequence[str], workspace: Path) -> subprocess.Popen:
        with self._lock:
            self._refuse_when_stopped()
            process = subprocess.Popen(
                command,
                cwd=workspace,
                env=environment(workspace),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(process)
            return process

    def _refuse_when_stopped(self) -> None:
        if self._stopped is not None:
            raise self._stopped


@cache
def own_loopbacks() -> bool:
    """Whether a run can have a loopback of its own here."""
    return subprocess.run([sys.executable, "-IS", LOOPBACK], capture_output=True).returncode == 0


def _fresh(job: dict) -> list[str]:
    # -P: the checker's own folder must not be where the tests' imports are looked up
    return [sys.executable, "-P", CHILD, json.dumps(job)]
