"""The processes that runs are done in: how they begin, and that all can be ended at once."""

import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from checker.course import Course, Exercise
from checker.forks import DIED, Fork, Stem, WarmProcess, can_fork
from checker.heavy import heavy_modules
from checker.process import end_group, end_strays, environment
from checker.stems import Stems

MANY_DEATHS = 3  # in a row of warm processes that never ran a thing: then runs are fresh ones


class Cancelled(Exception):
    """The run was not wanted any more."""


class Processes:
    """Begins a process for each job, and ends it with its whole group, whatever it left.

    It is a fork of a warm one, which has imported what is heavy, where that is known to be safe, or
    of a stem, which has collected the tests too; else, or with `warm=False`, a fresh one.
    """

    def __init__(self, course: Course | None, exercises: Sequence[Exercise] = (), *, warm: bool):
        self._course = course if warm and can_fork() else None
        self._exercises = exercises  # that are to be expected, if it is known
        self._warm: WarmProcess | None = None
        self._stems = Stems()
        self._deaths = 0
        self._running: set[subprocess.Popen | Fork] = set()
        self._lock = threading.Lock()
        self._stopped: type[BaseException] | None = None

    @property
    def pid(self) -> int | None:
        """The warm process, where there is one: its forks are its children."""
        return self._warm and self._warm.pid

    def warm_up(self) -> None:
        """Begin with what takes long, without waiting for it."""
        with self._lock:
            if self._course is not None and self._stopped is None:
                self._warmed()

    def preload(self, libraries: Sequence[str]) -> None:
        """Import these once for all forks to come."""
        with self._lock:
            if libraries and self._warm is not None:
                self._warm.preload(libraries)

    def begin(self, workspace: Path, job: dict, fresh: Sequence[str]) -> Fork | subprocess.Popen:
        """A fork that does the job, or the fresh process that does it as well."""
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
        return self.begin_fresh(workspace, fresh)

    def begin_fresh(self, workspace: Path, command: Sequence[str]) -> subprocess.Popen:
        """A process that runs the command."""
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

    def begin_from_stem(self, workspace: Path, job: dict) -> Fork | None:
        """A fork of the workspace's stem that does the job; None where there is none alive."""
        stem = self._stems.of(workspace)
        if stem is None:
            return None
        with suppress(OSError), self._lock:
            self._refuse_when_stopped()
            fork = stem.fork(workspace, job)
            self._running.add(fork)
            return fork
        return None

    def ensure_stem(self, workspace: Path, job: dict, within: float) -> bool:
        """Have a stem for this workspace, where there can be one; False where it has spoilt it."""

        def make() -> Stem:
            with self._lock:
                self._refuse_when_stopped()
                return self._warmed().stem(workspace, job)

        if self._course is None:
            return True
        try:
            return self._stems.ensure(workspace, make, within)
        except OSError:  # the warm process is dead: the next run shall see to it
            return True

    def release_stem(self, workspace: Path) -> None:
        """Note that no run needs the workspace's stem now."""
        self._stems.release(workspace)

    def tidy(self) -> None:
        """Let go of stems whose workspaces are gone."""
        self._stems.tidy()

    def end(self, process: Fork | subprocess.Popen, workspace: Path) -> None:
        """End a process and all that it left; raise what whoever has ended all has to say."""
        end_group(process)
        if isinstance(process, subprocess.Popen) or process.returncode == DIED:
            end_strays(workspace)  # else, the warm process has ended whatever was left
        with self._lock:
            self._running.discard(process)
            self._refuse_when_stopped()

    def cancel(self) -> None:
        """End what runs now; who waits for it, or begins more, gets Cancelled until `resume`."""
        self._end_all(Cancelled)

    def resume(self) -> None:
        """Begin processes again."""
        with self._lock:
            if self._stopped is Cancelled:
                self._stopped = None

    def stop(self) -> None:
        """End every process now, and begin no other."""
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

    def _warmed(self) -> WarmProcess:
        heavy = partial(heavy_modules, self._course, self._exercises)
        self._warm = self._warm or WarmProcess(heavy)
        return self._warm

    def _refuse_when_stopped(self) -> None:
        if self._stopped is not None:
            raise self._stopped
