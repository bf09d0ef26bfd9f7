"""Takes orders from a socket, forks a child for each, and tells how the children have ended.

An order is a line of JSON with the descriptor that the child prints to, and for a child that shall
take orders itself, with the socket that they come from. Answers are lines of JSON too.
"""

import contextlib
import ctypes
import fcntl
import itertools
import json
import os
import selectors
import signal
import socket
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

LONGEST_ORDER = 1_000_000
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
ORDERS = 3  # the descriptor of a child's own socket
MANY = 4096  # descriptors: more than are open

CHILDREN = Path("/proc/thread-self/children")
exit_at_once, fork = os._exit, os.fork  # also where a test has replaced them
libc = ctypes.CDLL(None, use_errno=True)
living: set[int] = set()  # the children that run something


def serve(
    orders: socket.socket,
    preload: Callable | None = None,
    outputs: Sequence[int] = (1, 2),
    kept: Sequence[int] = (),
) -> dict | None:
    """Fork a child for each order until the other side hangs up; no child outlives that.

    Args:
        orders: Where orders come from, and answers go.
        preload: Imports modules for the children to come, where that may be ordered.
        outputs: The descriptors by which this process prints.
        kept: Others that children have as well.

    Returns:
        In each child, its order. In this process at the end, None.
    """
    living.clear()
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a child leaves when it ends becomes ours to end
    before = signal.getsignal(signal.SIGCHLD)
    woken = wake_on_death_of_a_child()
    selector = selectors.DefaultSelector()
    selector.register(orders, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    answer(orders, ready=True)
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if woken in ready:
            woken.recv(4096)
            report_the_dead(orders)
        if orders not in ready:
            continue
        order, descriptors = received(orders)
        if order is None:
            living.clear()
            sweep()
            return None
        if "import" in order:
            preload(order["import"])
            answer(orders, imported=len(order["import"]))
            continue
        pid = fork()
        if pid == 0:
            orders.detach(), woken.detach(), selector.close()
            signal.signal(signal.SIGCHLD, before or signal.SIG_DFL)
            stand_alone(outputs, kept, *descriptors)
            return order
        for descriptor in descriptors:
            os.close(descriptor)
        living.add(pid)
        answer(orders, begun=pid)


def own_orders() -> socket.socket:
    """The socket that came with our own order."""
    return socket.socket(fileno=ORDERS)


def wake_on_death_of_a_child() -> socket.socket:
    """A socket that can be read from whenever a child has ended."""
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return woken


def received(orders: socket.socket) -> tuple[dict | None, list[int]]:
    """The next order, None where there is none any more, and the descriptors that came with it."""
    line, descriptors = b"", []
    while not line.endswith(b"\n"):
        part, more, _, _ = socket.recv_fds(orders, LONGEST_ORDER, 2)
        if not part:
            return None, []
        line += part
        descriptors += more
    return json.loads(line), descriptors


def stand_alone(
    outputs: Sequence[int], kept: Sequence[int], output: int, orders: int | None = None
) -> None:
    """Have nothing of the parent's but its memory: a session, streams and signals of its own."""
    try:
        os.setsid()  # who leads a session cannot leave its group
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # orphans are this run's own until it ends
        signal.set_wakeup_fd(-1)
        new = {0: os.open(os.devnull, os.O_RDONLY), **dict.fromkeys(outputs, output)}
        if orders is not None:
            new[ORDERS] = orders
        above = max(new) + 1  # copies there are overwritten by none of these
        safe = {file: fcntl.fcntl(source, fcntl.F_DUPFD, above) for file, source in new.items()}
        for file, source in safe.items():
            os.dup2(source, file)
        for file, next_one in itertools.pairwise([*sorted({*new, *kept}), MANY]):
            os.closerange(file + 1, next_one)
    except BaseException:
        traceback.print_exc()
        exit_at_once(1)


def report_the_dead(orders: socket.socket) -> None:
    """Tell of each child that has ended, when nothing of it is left."""
    for pid, status in collect():
        if pid in living:
            living.remove(pid)
            sweep()
            answer(orders, ended=pid, status=os.waitstatus_to_exitcode(status))


def collect() -> list[tuple[int, int]]:
    """The children that have ended since, with their status."""
    ended = []
    with contextlib.suppress(ChildProcessError):  # there is none left
        while (one := os.waitpid(-1, os.WNOHANG)) != (0, 0):
            ended.append(one)
    return ended


def sweep() -> None:
    """End whatever runs that are over have left: it is ours now, however it had escaped."""
    while any(end(pid) for pid in children() if pid not in living):
        pass  # what these had started is ours now


def end(pid: int) -> bool:
    """Kill a child of ours with its group, where it leads one; whether we could."""
    try:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ChildProcessError, ProcessLookupError, PermissionError):  # gone, or another user's
        return False
    return True


def children() -> list[int]:
    """Our children, adopted ones too."""
    try:
        return [int(pid) for pid in CHILDREN.read_text().split()]
    except OSError:  # not every kernel lists them
        processes = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
        return [pid for pid in processes if parent(pid) == os.getpid()]


def parent(pid: int) -> int | None:
    """The parent of a process, None where that has gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])  # "pid (any name) state parent ..."


def answer(orders: socket.socket, **what) -> None:
    """Send one line."""
    orders.sendall(json.dumps(what).encode() + b"\n")
