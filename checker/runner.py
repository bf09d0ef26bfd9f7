"""Runs the tests of a workspace in a process of their own, within limits."""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from checker import child, outcome
from checker.course import Course
from checker.forks import Fork, WarmProcess, can_fork, heavy_modules
from checker.outcome import Outcome
from checker.process import Limits, Output, end_group, environment


class Runner:
    """Gives each run a process, and ends with its whole process group whatever it left.

    The process is a fork of a warm one, which has imported what is heavy, where that is known to be
    safe; else, or with `warm=False`, a fresh one. A runner is closed at the end (`with`).
    """

    def __init__(self, course: Course | None = None, *, warm: bool = True):
        self._course = course if warm and can_fork() else None
        self._warm: WarmProcess | None = None
        self._running: set[subprocess.Popen | Fork] = set()
        self._lock = threading.Lock()
        self._stopped = False

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
        module: str | None = None,
        order: str | int | None = None,
        only: Sequence[str] | None = None,
    ) -> Outcome:
        """Run the target's tests in the workspace.

        Args:
            workspace: The folder to run in.
            target: The file of tests, below the workspace.
            exercise: The attendee's file, below the workspace: `NotImplementedError` raised in it
                means that a test (or the program) is not written yet.
            limits: What the run may use.
            module: The edited module, imported before the tests.
            order: None for the file's own, "reversed", or the seed of a shuffle.
            only: The ids to run; all where None.
        """
        with tempfile.TemporaryDirectory(prefix="report-") as folder:
            report = Path(folder, "report.jsonl")
            job = {
                "report": str(report),
                "target": target,
                "exercise": exercise,
                "config": "exercises/pytest.ini",
                "module": module,
                "order": order,
                "only": only,
                "memory": limits.memory,
                "file_size": limits.file_size,
            }
            process = self._start_job(workspace, job)
            started = time.monotonic()
            status, ended, _ = self._wait(process, limits)
            seconds = time.monotonic() - started
            if ended != "finished":
                return Outcome(ended, detail=_limit(ended, limits), seconds=seconds)
            text = report.read_text(encoding="utf-8") if report.exists() else ""
            return outcome.read(text, status, seconds)

    def run(self, command: Sequence[str], workspace: Path, limits: Limits) -> tuple[int, str, str]:
        """Run a command in the workspace: its status, how it ended, and what it printed."""
        return self._wait(self._start(command, workspace), limits)

    def stop(self) -> None:
        """End every run now, and start no other."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                end_group(process)
            if self._warm is not None:
                self._warm.close()
                self._warm = None

    def _wait(self, process: subprocess.Popen | Fork, limits: Limits) -> tuple[int, str, str]:
        output = Output(process, limits.output)
        try:
            process.wait(timeout=limits.seconds)
            ended = "finished"
        except subprocess.TimeoutExpired:
            ended = "timeout"
        finally:
            end_group(process)
            with self._lock:
                self._running.discard(process)
        text = output.finish()
        if output.flooded:
            ended = "flooded"
        return process.returncode, ended, text

    def _start_job(self, workspace: Path, job: dict) -> subprocess.Popen | Fork:
        with self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            if self._course is not None:
                try:
                    self._warm = self._warm or WarmProcess(heavy_modules(self._course))
                    fork = self._warm.fork(workspace, job)
                    self._running.add(fork)
                    return fork
                except OSError:  # it died: go on without
                    self._course = None
        # -P: the checker's own folder must not be where the tests' imports are looked up
        return self._start([sys.executable, "-P", child.__file__, json.dumps(job)], workspace)

    def _start(self, command: Sequence[str], workspace: Path) -> subprocess.Popen:
        with self._lock:
            if self._stopped:
                raise KeyboardInterrupt
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


def _limit(ended: str, limits: Limits) -> str:
    if ended == "timeout":
        return f"more than {limits.seconds:g} seconds"
    return f"more than {limits.output:,} characters"
