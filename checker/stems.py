"""The stems that are there: in a workspace of which the tests were collected, runs begin sooner."""

import threading
from collections.abc import Callable
from pathlib import Path

from checker.forks import Stem

IDLE = 2  # that no run needs now: each takes memory, and one exercise comes after the other


class Stems:
    """Keeps a stem for each workspace, and none where one has shown to be of no use."""

    def __init__(self):
        self._stems: dict[Path, Stem | None] = {}  # the one that was used last comes last
        self._in_use: set[Path] = set()
        self._lock = threading.Lock()

    def ensure(self, workspace: Path, make: Callable[[], Stem], within: float) -> bool:
        """Have a stem for this workspace, where there can be one; False where it has spoilt it."""
        with self._lock:
            self._in_use.add(workspace)
            if workspace in self._stems:
                stem = self._stems[workspace] = self._stems.pop(workspace)
                if stem is None or stem.is_ready(0):
                    return True
            self._stems[workspace] = None
        self.tidy()
        stem = make()
        if not stem.is_ready(within):
            stem.close()
            return False
        with self._lock:
            self._stems[workspace] = stem
        return True

    def of(self, workspace: Path) -> Stem | None:
        """The stem of a workspace."""
        with self._lock:
            return self._stems.get(workspace)

    def release(self, workspace: Path) -> None:
        """Note that the run there is over."""
        with self._lock:
            self._in_use.discard(workspace)

    def tidy(self) -> None:
        """End the stems of workspaces that are gone, and those that nobody has used for long."""
        with self._lock:
            gone = [one for one in self._stems if not one.exists()]
            kept = self._stems.keys() - self._in_use - set(gone)
            idle = [one for one, stem in self._stems.items() if stem and one in kept]
            old = [self._stems.pop(one) for one in (*gone, *idle[:-IDLE])]
        for stem in filter(None, old):
            stem.close()

    def end(self) -> None:
        """End them all."""
        with self._lock:
            stems, self._stems = self._stems, {}
        for stem in filter(None, stems.values()):
            stem.close()
