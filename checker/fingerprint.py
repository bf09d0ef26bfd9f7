"""Fingerprints of what goes into a run: equal content, equal fingerprint."""

import hashlib
import os
import platform
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LENGTH = 32


def of(*parts: object) -> str:
    """The fingerprint of what these print."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:LENGTH]


def of_files(files: Iterable[tuple[Path | str, str]]) -> str:
    """The fingerprint of files: the content of each, and its place."""
    return of(*((place, hashlib.sha256(_content(path)).digest()) for path, place in files))


def of_folders(root: Path, *names: str) -> str:
    """The fingerprint of all that lies in these folders below root, bytecode aside."""
    files = [file for name in names for file in sorted(_below(os.path.join(root, name)))]
    return of_files((file, os.path.relpath(file, root)) for file in files)


def _below(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from filter(os.path.isfile, (os.path.join(parent, name) for name in names))


def _content(path: Path | str) -> bytes:
    with open(path, "rb", 0) as file:
        return file.read()


def of_python() -> str:
    """The fingerprint of this Python and the versions of its packages."""
    packages = {
        name
        for folder in sys.path
        if os.path.isdir(folder)
        for name in os.listdir(folder)
        if name.endswith((".dist-info", ".egg-info"))  # the name holds the version
    }
    return of(sys.version, platform.platform(), sorted(packages))
