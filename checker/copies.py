"""Copies of a folder: made, and made good again after something was done in them."""

import os
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from checker.process import MEMORY

MANY = 500  # differences: a new copy is as soon made

# What lies below a folder, by its path there, and by what one tells that nobody has touched it.
Marks = dict[str, tuple[int, ...]]


class Copies:
    """Gives out copies of a folder, new ones or used ones that are as before.

    Args:
        make: Makes an empty temporary folder.
    """

    def __init__(self, make: Callable[[], TemporaryDirectory]):
        self._make = make
        self._spare: list[_Copy] = []
        self._generation = 0
        self._lock, self._copying = threading.Lock(), threading.Lock()

    @contextmanager
    def one(self, of: Path) -> Iterator[tuple[Path, list[str]]]:
        """A copy of a folder, always the same one, and a list for the files that are changed in it.

        That is for changes that are made at once; what else is done in it is seen. At the end it is
        kept for the next, or removed.
        """
        given = self._spare_or_new(of)
        folder, touched = Path(given.folder.name), []
        try:
            yield folder, touched
        finally:
            # only of files in memory the times are sure to be exact
            if MEMORY not in folder.parents or not self._keep(given, of, touched):
                given.folder.cleanup()

    def forget(self) -> None:
        """Remove the copies that are kept, and those that are out when they come back."""
        with self._lock:
            self._generation += 1
            spare, self._spare = self._spare, []
        for one in spare:
            one.folder.cleanup()

    def _spare_or_new(self, of: Path) -> "_Copy":
        with self._lock:
            if self._spare:
                return self._spare.pop()
            generation = self._generation
        folder = self._make()
        try:
            with self._copying:  # threads of one Python: side by side, both come later
                copy(str(of), folder.name)
            return _Copy(folder, marks(Path(folder.name)), generation)
        except BaseException:
            folder.cleanup()
            raise

    def _keep(self, given: "_Copy", of: Path, touched: list[str]) -> bool:
        if not restore(Path(given.folder.name), of, given.marks, touched):
            return False
        with self._lock:
            is_of_now = given.generation == self._generation
            if is_of_now:
                self._spare.append(given)
        return is_of_now


def copy(source: str, target: str) -> None:
    """Copy what is in a folder; with times, by which Python tells whether its bytecode holds.

    It does less for each file than shutil does: that is paid in every run.
    """
    with os.scandir(source) as entries:
        for entry in entries:
            place = os.path.join(target, entry.name)
            if entry.is_dir():
                os.mkdir(place)
                copy(entry.path, place)
            else:
                _copy_file(entry.path, place, entry.stat())


def marks(folder: Path) -> Marks:
    """What is below the folder now, and the folder itself.

    The time of a file's last change is nobody's to set. A folder's changes with each file in it,
    and these are told of themselves.
    """
    found: Marks = {"": _mark(os.lstat(folder))}
    left = [""]
    while left:
        place = left.pop()
        with os.scandir(os.path.join(folder, place)) as entries:
            for entry in entries:
                name = os.path.join(place, entry.name)
                found[name] = _mark(entry.stat(follow_symlinks=False))
                if stat.S_ISDIR(found[name][0]):
                    left.append(name)
    return found


def restore(folder: Path, source: Path, before: Marks, at_once: Sequence[str]) -> Marks | None:
    """Make a folder a copy of the source again; its new marks, or None: then it is worth nothing.

    Args:
        folder: A copy of the source, in which something may have been added, changed or removed.
        source: What it is a copy of.
        before: Its marks when it was one.
        at_once: Files that were changed right after that: their times may not tell, for the clocks
            of most kernels tick only each few milliseconds.
    """
    try:
        now = marks(folder)
        added = sorted(now.keys() - before.keys(), reverse=True)  # what is in a folder comes first
        changed = [
            name for name, mark in before.items() if now.get(name) != mark or name in at_once
        ]
        either = [one[name][0] for name in changed for one in (before, now) if name in one]
        if len(added) + len(changed) > MANY or not all(map(stat.S_ISREG, either)):
            return None
        for name in added:
            path = os.path.join(folder, name)
            os.rmdir(path) if stat.S_ISDIR(now[name][0]) else os.unlink(path)
        for name in changed:
            if name in now:
                os.unlink(os.path.join(folder, name))
            old = os.path.join(source, name)
            _copy_file(old, os.path.join(folder, name), os.stat(old))
            before[name] = _mark(os.lstat(os.path.join(folder, name)))
    except OSError:  # closed to us, or too deep
        return None
    return before


def _mark(about: os.stat_result) -> tuple[int, ...]:
    kind = about.st_mode, about.st_ino
    return kind if stat.S_ISDIR(about.st_mode) else (*kind, about.st_size, about.st_ctime_ns)


def _copy_file(source: str, target: str, about: os.stat_result) -> None:
    make = partial(os.open, mode=about.st_mode & 0o777)
    with open(source, "rb", 0) as old, open(target, "xb", 0, opener=make) as new:
        new.write(old.read())
    os.utime(target, ns=(about.st_atime_ns, about.st_mtime_ns))


@dataclass
class _Copy:
    """A copy, how it was when it was made, and how often all were forgotten before."""

    folder: TemporaryDirectory
    marks: Marks
    generation: int
