"""Files below .cache: written whole or not at all, and of each kind only the newest are kept."""

import os
import tempfile
from pathlib import Path


def write(file: Path, content: bytes) -> None:
    """Write a file that others may read meanwhile.

    Raises:
        OSError: it cannot be written; it is as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
        stream.write(content)
    os.replace(stream.name, file)


def keep_newest(count: int, folder: Path) -> None:
    """Remove all files of a folder but those that were used last.

    Raises:
        OSError: that cannot be.
    """
    by_age = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in by_age[:-count]:
        old.unlink(missing_ok=True)
