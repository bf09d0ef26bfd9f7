"""A process beside a run, from which the Python programs that its tests start are forked.

It is a fork of the run from before its tests, and so has imported what is heavy and nothing of the
application. It belongs to the run's process group, as do its forks: they end with the run.
"""

import contextlib
import marshal
import os
import random
import selectors
import signal
import socket
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
import libraries
import python_m

sys.path.pop()
INT = 4  # bytes
PROGRAMS = Path("home/bin")  # below the workspace: where a run's zygote listens
LONGEST_ORDER = 2**24
# what Python and its libraries read when they start: a fork has started already
READ_AT_START = ("PYTHON", "LD_", "OMP_", "OPENBLAS_", "MKL_")
exit_at_once = os._exit  # also where a program has replaced it


def start(folder: Path) -> None:
    """Start a zygote that listens in the folder, and have `sys.executable` name its launcher.

    Where its files may not be executed, all stays as it is.
    """
    place = folder.resolve()
    launcher, address = place / "python", str(place / "zygote")
    place.mkdir(parents=True, exist_ok=True)
    text = Path(__file__).with_name("launcher.py").read_text(encoding="utf-8")
    for field, value in (("ZYGOTE", address), ("PYTHON", sys.executable)):
        text = text.replace(f'{field} = ""', f"{field} = {value!r}")
    launcher.write_text(f"#!{sys.executable} -IS\n{text}", encoding="utf-8")
    launcher.chmod(0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            listener.bind(address)
        except OSError:  # the path is longer than such an address may be
            return
        if not os.access(launcher, os.X_OK):
            return
        listener.listen()
        if os.fork() == 0:
            try:
                Zygote(listener, place).serve()
            finally:
                exit_at_once(0)
    sys.executable = str(launcher)


def noted(place: Path) -> set[str]:
    """The libraries that programs of a first run had imported when they ended by themselves."""
    notes = [note.read_text(encoding="utf-8") for note in place.glob("modules-*")]
    return {name for note in notes for name in note.split()}


class Zygote:
    """Forks a program for each launcher that calls, and tells it how the program has ended."""

    def __init__(self, listener: socket.socket, place: Path):
        self.listener = listener
        self.place = place
        self.environment = dict(os.environ)
        self.known = set(sys.modules)
        self.programs: dict[socket.socket, int] = {}  # launcher -> process
        self.selector = selectors.DefaultSelector()

    def serve(self) -> None:
        """Serve until the run ends, which ends this process too."""
        woken, wakes = socket.socketpair()
        wakes.setblocking(False)
        signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listener:
                    self._take_order(self.listener.accept()[0])
                elif key.fileobj is woken:
                    woken.recv(4096)
                    self._tell_of_the_dead()
                elif key.fileobj in self.programs:
                    self._pass_on_signals(key.fileobj)

    def _take_order(self, launcher: socket.socket) -> None:
        try:
            arguments, folder, environment, ignored, streams = _received(launcher)
        except (OSError, ValueError, EOFError, TypeError):
            launcher.close()
            return
        pid = self._forked(arguments, folder, environment, ignored, streams)
        for stream in streams:
            os.close(stream)
        with contextlib.suppress(OSError):  # it was killed meanwhile: we shall hear of that
            launcher.sendall(b"+" if pid else b"-")
        if pid:
            self.programs[launcher] = pid
            self.selector.register(launcher, selectors.EVENT_READ)
        else:
            launcher.close()

    def _forked(self, arguments, folder, environment, ignored, streams) -> int | None:
        """The process that does it, None where a fork cannot or there can be no more processes."""
        if not self._can_be_forked(environment):
            return None
        try:
            pid = os.fork()
        except OSError:
            return None
        if pid == 0:
            _become(arguments, folder, environment, ignored, streams, self._note)
        return pid

    def _can_be_forked(self, environment: dict[str, str]) -> bool:
        names = {*environment, *self.environment}
        return all(
            environment.get(name) == self.environment.get(name)
            for name in names
            if name.startswith(READ_AT_START)
        )

    def _tell_of_the_dead(self) -> None:
        with contextlib.suppress(ChildProcessError):  # there is none left
            while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
                pid, status = ended
                for launcher in [one for one, its in self.programs.items() if its == pid]:
                    code = os.waitstatus_to_exitcode(status)
                    self._forget(launcher, code.to_bytes(INT, "big", signed=True))

    def _pass_on_signals(self, launcher: socket.socket) -> None:
        try:
            numbers = launcher.recv(64)
        except OSError:
            numbers = b""
        pid = self.programs[launcher]
        for number in numbers or [signal.SIGKILL]:  # a launcher that was killed says nothing
            os.kill(pid, number)
        if not numbers:
            self._forget(launcher)

    def _note(self) -> None:
        names = libraries.imported(self.known, str(self.place.parents[1]))
        Path(self.place, f"modules-{os.getpid()}").write_text("\n".join(names))

    def _forget(self, launcher: socket.socket, last_words: bytes = b"") -> None:
        del self.programs[launcher]
        self.selector.unregister(launcher)
        with contextlib.suppress(OSError):
            launcher.sendall(last_words)
        launcher.close()


def _received(launcher: socket.socket) -> tuple:
    """What the launcher was called with, and its streams."""
    length, streams, _, _ = socket.recv_fds(launcher, INT, 3)
    size = int.from_bytes(length, "big")
    if len(length) < INT or len(streams) < 3 or size > LONGEST_ORDER:
        raise ValueError
    order = b""
    while len(order) < size:  # and no byte more: what comes then are signals
        part = launcher.recv(size - len(order))
        if not part:
            raise EOFError
        order += part
    return *marshal.loads(order), streams


def _become(module_and_arguments, folder, environment, ignored, streams, note) -> None:
    """Turn this fork into what a Python that the launcher had started would be."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        if signal.SIGINT not in ignored:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        for source, target in zip(streams, (0, 1, 2), strict=True):
            os.dup2(source, target)
        os.closerange(3, 4096)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        _open_streams()
        random.seed()
        if numpy := sys.modules.get("numpy"):
            numpy.random.seed()
        sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
        module, *arguments = module_and_arguments
        status = python_m.run(module, arguments)
        if not sys.dont_write_bytecode:  # the first run: the next ones shall have it easier
            note()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        with contextlib.suppress(BaseException):
            sys.stderr.flush()
        if status < 0:
            signal.signal(-status, signal.SIG_DFL)
            os.kill(os.getpid(), -status)
        exit_at_once(status)


def _open_streams() -> None:
    """Open the standard streams as Python does; those from before the fork are of others."""
    utf8 = {"encoding": "utf-8", "closefd": False}
    sys.stdin = sys.__stdin__ = open(0, errors="surrogateescape", **utf8)  # noqa: SIM115
    buffering = 1 if os.isatty(1) else -1
    sys.stdout = sys.__stdout__ = open(1, "w", buffering, errors="surrogateescape", **utf8)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", 1, errors="backslashreplace", **utf8)  # noqa: SIM115
