"""Imports every module of ROOT/src and prints what they did besides being imported.

Run as ``python -IB watch_imports.py ROOT`` in a fresh interpreter. A line is printed for each
file opened, folder listed, socket made, program started, file looked for and environment
variable read by code of src, or by a library that code of src called. What a library does while
it is itself imported, and the reading of modules by Python, is not of src's doing and not printed.

Seen are Python's audit events, ``os.environ`` and ``os.stat``; not what C code does unasked.
"""

import importlib
import os
import sys
from pathlib import Path

WATCHED = ("open", "os.", "socket.", "subprocess.", "shutil.", "tempfile.", "urllib.", "sqlite3.")

# What libraries read on their own account where src defines an application or a command:
# Flask whether to debug, click in which language to speak.
FORGIVEN = {
    f"environ['{name}']" for name in ("FLASK_DEBUG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
}

root = Path(sys.argv[1]).resolve()
src = f"{root / 'src'}{os.sep}"


def main() -> None:
    """Import all modules under watch."""
    names = sorted((module_name(path) for path in (root / "src").rglob("*.py")), key=in_order)
    sys.path.insert(0, str(root))
    watch_events()
    watch_environment()
    watch_stat()
    for name in names:
        importlib.import_module(name)


def module_name(path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def in_order(name: str) -> tuple[bool, str]:
    """Locust's file first: Locust can only be imported before other libraries open sockets."""
    return not name.endswith(".locustfile"), name


def watch_events() -> None:
    def hook(event: str, arguments: tuple) -> None:
        if event.startswith(WATCHED):
            blame(f"{event}{arguments[:1]}")

    sys.addaudithook(hook)


def watch_environment() -> None:
    environ = type(os.environ)
    get, names = environ.__getitem__, environ.__iter__

    def watched_get(self, name):
        blame(f"environ[{name!r}]")
        return get(self, name)

    def watched_names(self):
        blame("environ")
        return names(self)

    environ.__getitem__, environ.__iter__ = watched_get, watched_names


def watch_stat() -> None:
    stat = os.stat

    def watched_stat(path, *arguments, **options):
        blame(f"stat({path!r})")
        return stat(path, *arguments, **options)

    os.stat = watched_stat


def blame(what: str) -> None:
    """Print what was done, unless it belongs to importing something."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return
        if file.startswith(src):
            if what not in FORGIVEN:
                print(f"{file.removeprefix(src)}:{frame.f_lineno}: {what}")
            return
        frame = frame.f_back


if __name__ == "__main__":
    main()
