"""Writes to an attendee's files such that nothing is lost, whenever it is stopped."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checker.errors import CheckerError


def put(file: Path, content: bytes) -> None:
    """Give a file this content at one stroke: at any time it is the old one or the new one."""
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    with _explained(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.write_bytes(content)
            if file.exists():
                shutil.copymode(file, new)
            os.replace(new, file)
        finally:
            new.unlink(missing_ok=True)


def keep_aside(file: Path, ending: str) -> Path:
    """Copy a file beside itself and answer the copy; it has a number where there is an older one.

    The copies of test_x.py are test_x.py.ending, test_x.py.ending-2, test_x.py.ending-3.
    """
    content = file.read_bytes()
    with _explained(file):
        for copy in _copies(file, ending):
            try:
                with copy.open("xb") as stream:  # x: an older copy is never overwritten
                    stream.write(content)
                return copy
            except FileExistsError:
                continue


def bring_back(copy: Path, file: Path) -> None:
    """Move a copy to where the file is, which is no more."""
    with _explained(file):
        os.replace(copy, file)


def newest_aside(file: Path, ending: str) -> Path | None:
    """The newest copy that was kept aside, None for none."""
    there = itertools.takewhile(Path.exists, _copies(file, ending))
    return next(iter(list(there)[-1:]), None)


def _copies(file: Path, ending: str) -> Iterator[Path]:
    yield file.with_name(f"{file.name}.{ending}")
    yield from (file.with_name(f"{file.name}.{ending}-{number}") for number in itertools.count(2))


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CheckerError(
            f"{file} cannot be written: {error.strerror}. Nothing was lost; look at the rights of "
            f"{file.parent}."
        ) from None
