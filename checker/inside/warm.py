"""The inside of a warm process: imports what is heavy once, and forks a child for each run.

Started by `checker.forks` as a script of its own. It takes orders from a socket, a line of JSON
each with the descriptor that the child prints to. It answers, in lines of JSON, with the child's
process id when it has begun, and with its status when it has ended. It never imports the
application, and starts no thread: a fork of a process that has several can hang.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import traceback
import warnings
from pathlib import Path

from _pytest.config import default_plugins

sys.path.append(str(Path(__file__).parent))
import child
import preheat
import python_m

sys.path.pop()
LONGEST_ORDER = 1_000_000
HUGE, MADV_COLLAPSE = 2**21, 25  # bytes of a huge page
PATCHING = ("gevent", "locust")  # who imports them has other sockets and threads
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

CHILDREN = Path("/proc/thread-self/children")
exit_at_once = os._exit  # also where a test has replaced it
libc = ctypes.CDLL(None, use_errno=True)
living: set[int] = set()  # the children that run something


def main(orders: socket.socket, heavy: list[str]) -> None:
    """Import, then take orders until the other side hangs up; no child outlives that."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a child leaves when it ends becomes ours to end
    import_all([*heavy, *(f"_pytest.{name}" for name in default_plugins)])
    merge_pages()  # nearly all that there will be
    woken = wake_on_death_of_a_child()
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        hung_up = False
        while not hung_up:
            ready = {key.fileobj for key, _ in selector.select()}
            if woken in ready:
                woken.recv(4096)
                report_the_dead(orders)
            hung_up = orders in ready and not take_order(orders)
    living.clear()
    sweep()


def import_all(names: list[str]) -> None:
    """Import each module that can be; one that cannot is the application's own affair."""
    gc.disable()  # nearly all that is made now stays
    sys.modules.update(dict.fromkeys(PATCHING))  # nor by way of others
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    for name in PATCHING:
        del sys.modules[name]
    preheat.preheat()
    gc.freeze()  # a child's garbage collection shall not copy the pages that all share
    gc.enable()


def merge_pages() -> None:
    """Make huge pages of small ones: a fork copies one entry for each, and drops it at its end.

    Where the kernel cannot (Linux before 6.1), they stay as they are.
    """
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        addresses, rights, _, _, _, *name = line.split(maxsplit=5)
        if rights.startswith("rw") and name in ([], ["[heap]"]):
            first, end = (int(address, 16) for address in addresses.split("-"))
            for page in range(-(-first // HUGE) * HUGE, end - HUGE + 1, HUGE):
                libc.madvise(page, HUGE, MADV_COLLAPSE)


def wake_on_death_of_a_child() -> socket.socket:
    """A socket that can be read from whenever a child has ended."""
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return woken


def take_order(orders: socket.socket) -> bool:
    """Fork a child for the next order; whether there was one."""
    line, (output,) = b"", (None,)
    while not line.endswith(b"\n"):
        part, descriptors, _, _ = socket.recv_fds(orders, LONGEST_ORDER, 1)
        if not part:
            return False
        line += part
        output = descriptors[0] if descriptors else output
    order = json.loads(line)
    if "import" in order:
        import_all(order["import"])
        answer(orders, imported=len(order["import"]))
        return True
    pid = os.fork()
    if pid == 0:
        become(order, output)
    os.close(output)
    living.add(pid)
    answer(orders, begun=pid)
    return True


def become(order: dict, output: int) -> None:
    """Turn this fork into what a fresh process in the workspace would be, and run the job there."""
    status = 1
    try:
        os.setsid()  # who leads a session cannot leave its group
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # orphans are this run's own until it ends
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        os.closerange(3, 4096)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["workspace"])
        draw_chances_anew()
        sys.modules.pop(child.__name__)
        if "run" in order["job"]:
            module, *arguments = order["job"]["run"]
            status = python_m.run(module, arguments)
        else:
            child.main(order["job"] | {"forked": True})
            status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        exit_at_once(status)


def draw_chances_anew() -> None:
    """Seed what a fresh process seeds: forks would share their random numbers."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


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


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2]))
