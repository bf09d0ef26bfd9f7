"""The news of what is saved below some folders."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from queue import Queue

import watchfiles

from checker.watch.events import Broken, Noted, Saved
from checker.watch.files import is_noise

SECONDS = 0.3  # from look to look, where the system does not tell


class Changes:
    """Puts what is saved below the folders into a queue, from the begin to the end of a `with`."""

    def __init__(
        self,
        folders: Iterable[Path],
        events: Queue,
        *,
        poll: str | None = None,
        watch: Callable[..., Iterator] = watchfiles.watch,
    ):
        self._folders, self._events, self._watch = tuple(folders), events, watch
        self._poll = poll  # why to look ourselves; None: the system tells
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._poll is None and not self._stop.is_set():
                self._listen()
            if self._poll is not None:
                self._look()
        except BaseException as error:
            self._events.put(Broken(error))

    def _listen(self) -> None:
        """Hear of changes, until a folder is another than before or the system does not tell."""
        begun = {folder: _identity(folder) for folder in self._folders}
        there = [folder for folder, identity in begun.items() if identity]
        how = {"watch_filter": None, "debounce": 300, "step": 50}  # milliseconds
        patience = {"rust_timeout": 1000, "yield_on_timeout": True, "stop_event": self._stop}
        try:
            for changes in self._watch(*there, force_polling=False, **how, **patience):
                self._tell({Path(path) for _, path in changes})
                others = [one for one, identity in begun.items() if identity != _identity(one)]
                if others:
                    self._tell(others)
                    return
        except FileNotFoundError:  # gone in this moment
            self._tell(self._folders)
        except (OSError, RuntimeError) as error:  # such as the limit of inotify
            self._poll = f"the system does not tell of changes here, {error}"

    def _look(self) -> None:
        """Look for changes every now and then.

        watchfiles can do this too, but compares times in whole seconds: where a formatter saves a
        file again within the second, it sees the first save only.
        """
        before = _state(self._folders)
        text = f"Looking for changes every {SECONDS:g} seconds: {self._poll}."
        self._events.put(Noted(text))
        while not self._stop.wait(SECONDS):
            now = _state(self._folders)
            self._tell(path for path in before | now if before.get(path) != now.get(path))
            before = now

    def _tell(self, paths: Iterable[Path]) -> None:
        told = frozenset(path for path in paths if not self._is_noise(path))
        if told:
            self._events.put(Saved(told))

    def _is_noise(self, path: Path) -> bool:
        return any(is_noise(path, root) for root in self._folders if path.is_relative_to(root))


def _state(folders: Iterable[Path]) -> dict[Path, tuple[int, ...]]:
    state = {}
    for root in folders:
        for folder, _, names in os.walk(root):
            for path in (Path(folder, name) for name in names):
                try:
                    seen = path.stat()
                except OSError:  # gone in this moment
                    continue
                state[path] = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
    return state


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        seen = folder.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino
