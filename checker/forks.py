"""The outside of a warm process: starts it, has it fork, and hears how the forks end."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from checker.process import end_group, end_strays, environment, scratch

WARM = str(Path(__file__).parent / "inside" / "warm.py")
NOWHERE = Path("/nonexistent")  # a warm process has no workspace below it; its forks have
DIED = -1000  # the status of a fork of which nothing was heard any more: no signal has it
GLANCE = 0.25  # seconds until a warm process that says nothing is told to go on


def can_fork() -> bool:
    """Whether forks of a process that has imported NumPy and the like are known to be safe."""
    return sys.platform == "linux"  # macOS has fork, and libraries that do not survive it


class Forker:
    """A process that forks itself for each run, and is told to by a socket."""

    def __init__(self, orders: socket.socket):
        self._orders = orders
        self._is_dead = False
        self._told = threading.Event()  # that it takes orders, or never will
        self._one_order = threading.Lock()
        self._answered = threading.Semaphore(0)
        self._last: Fork | None = None
        self._forks: dict[int, Fork] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def fork(self, workspace: Path, job: dict) -> "Fork":
        """Begin a run of the job in the workspace.

        Raises:
            OSError: the process is dead.
        """
        reading, writing = os.pipe()
        stdout = os.fdopen(reading, "rb")
        try:
            fork = self._forked(workspace, job, [writing])
            fork.stdout = stdout
            return fork
        except OSError:
            stdout.close()
            raise
        finally:
            os.close(writing)

    def close(self) -> None:
        """End the process and what is left of its forks."""
        with contextlib.suppress(OSError):
            self._orders.shutdown(socket.SHUT_RDWR)
        self._go_on()
        self._listener.join()
        self._orders.close()

    def _forked(self, workspace: Path, job: dict, descriptors: list[int]) -> "Fork":
        order = {"workspace": str(workspace), "job": job, "environment": environment(workspace)}
        self._told.wait()
        with self._one_order:
            socket.send_fds(self._orders, [json.dumps(order).encode() + b"\n"], descriptors)
            self._answered.acquire()
            if self._last is None:
                raise BrokenPipeError
            return self._last  # it may have ended already

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._orders.makefile("rb") as answers:
            for line in answers:
                self._hear(json.loads(line))
        self._last = None
        self._is_dead = True
        self._told.set()
        self._bury()
        for fork in self._forks.values():
            fork.end(DIED)
        self._answered.release()

    def _hear(self, told: dict) -> None:
        if "ready" in told:
            self._told.set()
        elif "begun" in told:
            self._last = self._forks[told["begun"]] = Fork(told["begun"], self._go_on)
            self._answered.release()
        elif "imported" in told:
            self._answered.release()
        elif "ended" in told:
            self._forks.pop(told["ended"]).end(told["status"])

    def _bury(self) -> None:
        """Do what is to be done when it is dead, and its forks are not yet said to be."""

    def _go_on(self) -> None:
        """Wake it, where a test has stopped it."""
        raise NotImplementedError


class WarmProcess(Forker):
    """A process that has imported what is heavy, which it is told while Python starts."""

    def __init__(self, heavy: Callable[[], list[str]]):
        ours, theirs = socket.socketpair()
        self._place = NOWHERE / uuid.uuid4().hex  # by which its forks are told, if it should die
        with theirs:
            # -P: the checker's own folder must not be where the tests' imports are looked up
            command = [sys.executable, "-P", WARM, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command,
                env=environment(self._place),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.pid = self._process.pid
        super().__init__(ours)
        self._send({"import": heavy()})

    def preload(self, modules: Sequence[str]) -> None:
        """Import these too, for the forks to come."""
        self._told.wait()
        with self._one_order:
            self._send({"import": list(modules)})
            self._answered.acquire()

    def stem(self, workspace: Path, job: dict) -> "Stem":
        """Have a fork collect the tests of a workspace, and be forked itself then.

        Raises:
            OSError: the process is dead.
        """
        ours, theirs = socket.socketpair()
        # a file of its own, by which it tells what else was opened
        with theirs, tempfile.TemporaryFile(dir=scratch()) as output:
            try:
                process = self._forked(workspace, job, [output.fileno(), theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return Stem(process, ours)

    def close(self) -> None:
        """End the warm process and what is left of its forks."""
        super().close()
        self._process.wait()

    def _send(self, order: dict) -> None:
        with contextlib.suppress(OSError):  # it is dead: that will be seen
            self._orders.sendall(json.dumps(order).encode() + b"\n")

    def _bury(self) -> None:
        end_strays(self._place)  # none, unless it was killed

    def _go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)


class Stem(Forker):
    """A fork that has collected the tests of a workspace, from which runs in it are forked."""

    def __init__(self, process: "Fork", orders: socket.socket):
        self._process = process
        super().__init__(orders)

    def is_ready(self, within: float) -> bool:
        """Whether runs can be forked from it; that may have to be waited for, in seconds."""
        return self._told.wait(within) and not self._is_dead

    def close(self) -> None:
        """End it, and what is left of its forks."""
        super().close()
        end_group(self._process)

    def _go_on(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGCONT)


class Fork:
    """A run, with as much of the face of a `subprocess.Popen` as is needed."""

    def __init__(self, pid: int, remind: Callable[[], None]):
        self.pid = pid
        self._remind = remind  # the warm process, of which we hear of the end
        self.returncode: int | None = None
        self.stdout = None
        self._ended = threading.Event()

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and answer the status."""
        while not self._ended.wait(GLANCE if timeout is None else timeout):
            self._remind()
            if timeout is not None:
                raise subprocess.TimeoutExpired("fork", timeout)
        return self.returncode

    def kill(self) -> None:
        """Kill it, be it in its group already or not."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def end(self, status: int) -> None:
        """Note that it has ended."""
        self.returncode = status
        self._ended.set()
