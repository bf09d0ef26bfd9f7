"""What is done to the files below a folder, as the kernel tells it (inotify)."""

import ctypes
import os
import struct
from pathlib import Path

OPEN, CHANGED, IS_FOLDER = 0x20, 0x0FC6, 0x40000000  # all that changes a file or what is there
EVENT = struct.Struct("iIII")  # watch, mask, cookie, length of the name that follows
MANY = 65536

libc = ctypes.CDLL(None, use_errno=True)


class Sight:
    """Sees what is changed below a folder, and what is opened in some of its folders.

    Bytecode may be opened: that is how modules are imported. Its descriptor, `file`, is not closed
    while the process lives: the kernel would have us wait for it.

    Raises:
        OSError: the kernel does not tell.
    """

    def __init__(self, root: Path, kept_closed: tuple[str, ...]):
        self.file = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        for folder, _, _ in os.walk(root):
            top = os.path.relpath(folder, root).partition(os.sep)[0]
            is_closed = top in kept_closed and not folder.endswith("__pycache__")
            mask = CHANGED | (OPEN if is_closed else 0)
            if libc.inotify_add_watch(self.file, os.fsencode(folder), mask) < 0:
                raise OSError(ctypes.get_errno(), "inotify_add_watch", folder)

    def has_seen_anything(self) -> bool:
        """Whether there was any of that; one asks once."""
        try:
            told = os.read(self.file, MANY)
        except BlockingIOError:
            told = b""
        while told:
            _, mask, _, length = EVENT.unpack_from(told)
            told = told[EVENT.size + length :]
            if not (mask & OPEN and mask & IS_FOLDER):  # to look for modules, folders are listed
                return True
        return False
