"""Runs the tests of a workspace in a process of their own, within limits."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checker import child, outcome
from checker.outcome import Outcome

# What a run may see of the checker's own environment: enough to find Python and its libraries.
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
# One thread each: runs go side by side, and results must not depend on the number of cores.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Limits:
    """What a run may use: seconds of wall time, bytes of output, of memory, of each file."""

    seconds: float = 60
    output: int = 1_000_000
    memory: int = 4 * 2**30
    file_size: int = 512 * 2**20


class Runner:
    """Starts a fresh process a run, and ends with its whole process group whatever it left."""

    def __init__(self):
        self._running: set[subprocess.Popen] = set()
        self._lock = threading.Lock()
        self._stopped = False

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
            # -P: the checker's own folder must not be where the tests' imports are looked up
            command = [sys.executable, "-P", child.__file__, json.dumps(job)]
            started = time.monotonic()
            status, ended, _ = self.run(command, workspace, limits)
            seconds = time.monotonic() - started
            if ended != "finished":
                return Outcome(ended, detail=_limit(ended, limits), seconds=seconds)
            text = report.read_text(encoding="utf-8") if report.exists() else ""
            return outcome.read(text, status, seconds)

    def run(self, command: Sequence[str], workspace: Path, limits: Limits) -> tuple[int, str, str]:
        """Run a command in the workspace: its status, how it ended, and what it printed."""
        process = self._start(command, workspace)
        output = _Output(process, limits.output)
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

    def stop(self) -> None:
        """End every run now, and start no other."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                end_group(process)

    def _start(self, command: Sequence[str], workspace: Path) -> subprocess.Popen:
        with self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            process = subprocess.Popen(
                command,
                cwd=workspace,
                env=_environment(workspace),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(process)
            return process


def end_group(process: subprocess.Popen) -> None:
    """Kill the process and all that it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # nobody is left; macOS says so by permission
        pass
    except AttributeError:  # Windows has no process groups
        process.kill()
    process.wait()


class _Output:
    """Reads what a process prints, and ends the process where it prints without end."""

    def __init__(self, process: subprocess.Popen, limit: int):
        self.flooded = False
        self._process = process
        self._limit = limit
        self._chunks: list[bytes] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def finish(self) -> str:
        """All that was printed. A process that escaped its group may hold the pipe: don't wait."""
        self._reader.join(timeout=1)
        return b"".join(self._chunks).decode(errors="replace")

    def _read(self) -> None:
        size = 0
        while chunk := self._process.stdout.read1(65536):
            self._chunks.append(chunk)
            size += len(chunk)
            if size > self._limit:
                self.flooded = True
                end_group(self._process)
                break
        self._process.stdout.close()


def _environment(workspace: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    own = {
        "HOME": str(workspace / "home"),
        "TMPDIR": str(workspace / "tmp"),
        "PYTHONPATH": str(workspace),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "NO_COLOR": "1",
    }
    return kept | ONE_THREAD | own


def _limit(ended: str, limits: Limits) -> str:
    if ended == "timeout":
        return f"more than {limits.seconds:g} seconds"
    return f"more than {limits.output:,} characters"
