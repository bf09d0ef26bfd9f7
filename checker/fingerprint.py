"""Fingerprints of what goes into a run: equal content, equal fingerprint."""

import hashlib
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

LENGTH = 32


def of(*parts: object) -> str:
    """The fingerprint of what these print."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:LENGTH]


def of_files(files: Iterable[tuple[Path, str]]) -> str:
    """The fingerprint of files: the content of each, and its place."""
    return of(*((place, hashlib.sha256(path.read_bytes()).digest()) for path, place in files))


def of_folders(root: Path, *names: str) -> str:
    """The fingerprint of all that lies in these folders below root, bytecode aside."""
    return of_files(
        (path, path.relative_to(root).as_posix())
        for name in names
        for path in sorted((root / name).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    )


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
