"""The inside of a warm process: imports what is heavy once, and forks a child for each run.

Started by `checker.forks` as a script of its own. It takes orders from a socket (`forking`). It
never imports the application, and starts no thread: a fork of a process that has several can hang.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import random
import socket
import sys
import traceback
import warnings
from pathlib import Path

from _pytest.config import default_plugins

sys.path.append(str(Path(__file__).parent))
import child
import forking
import preheat
import python_m
from stem import Stem

sys.path.pop()
HUGE = 2**21  # bytes of a huge page
MADV_DONTNEED, MADV_COLLAPSE = 4, 25
PATCHING = ("gevent", "locust")  # who imports them has other sockets and threads

exit_at_once = os._exit  # also where a test has replaced it


def main(orders: socket.socket) -> None:
    """Import what the first order says, then take others until the other side hangs up."""
    order, _ = forking.received(orders)
    if order is None:
        return
    import_all([*order["import"], *(f"_pytest.{name}" for name in default_plugins)])
    merge_pages()  # nearly all that there will be
    let_go_of_files()
    if order := forking.serve(orders, import_all):
        run(**order)


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
    for first, end, rights, name, _ in mappings():
        if rights.startswith("rw") and name in ("", "[heap]"):
            for page in range(-(-first // HUGE) * HUGE, end - HUGE + 1, HUGE):
                advise(page, HUGE, MADV_COLLAPSE)


def let_go_of_files() -> None:
    """Give back the memory of libraries' code: nearly all of it ran only to be imported.

    What is used again is in the memory of the system still, and no copy of it was changed.
    """
    for first, end, rights, name, is_changed in mappings():
        if rights.startswith("r-") and name.startswith("/") and not is_changed:
            advise(first, end - first, MADV_DONTNEED)


def mappings() -> list[tuple[int, int, str, str, bool]]:
    """What is in our memory: from where to where, rights, name, and whether any is our own."""
    found = []
    for line in Path("/proc/self/smaps").read_text(errors="replace").splitlines():
        key, *rest = line.split(maxsplit=5)
        if not key.endswith(":"):
            first, end = (int(address, 16) for address in key.split("-"))
            found.append((first, end, rest[0], "".join(rest[4:]), True))
        elif key == "Anonymous:":
            found[-1] = (*found[-1][:4], rest[0] != "0")
    return found


def advise(first: int, length: int, what: int) -> None:
    """Tell the kernel something about memory of ours (madvise)."""
    madvise = forking.libc.madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    madvise(first, length, what)


def run(workspace: str, job: dict, environment: dict) -> None:
    """Turn this fork into what a fresh process in the workspace would be, and run the job there."""
    status = 1
    try:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(workspace)
        draw_chances_anew()
        sys.modules.pop(child.__name__)
        if "run" in job:
            module, *arguments = job["run"]
            status = python_m.run(module, arguments)
        else:
            child.main(job | {"forked": True}, Stem)
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


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
