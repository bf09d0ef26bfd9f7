"""Which test caught each chaff last: it is the first to run on it the next time."""

import contextlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path

from checker import kept


class Killers:
    """Which test caught each chaff last, kept below .cache from one check to the next."""

    def __init__(self, root: Path):
        self._file = root / ".cache" / "killers.json"
        self._lock = threading.Lock()
        self._known = {}
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):  # or not ours
            known = json.loads(self._file.read_text(encoding="utf-8"))
            self._known = {exercise: dict(caught) for exercise, caught in known.items()}

    def of(self, exercise: str) -> Mapping[str, str]:
        """Chaff -> test."""
        return self._known.get(exercise, {})

    def remember(self, exercise: str, caught: Mapping[str, str]) -> None:
        """Keep who caught what, beside what is known of others; only for now where it cannot be."""
        with self._lock, contextlib.suppress(OSError):
            self._known[exercise] = {**self.of(exercise), **caught}
            kept.write(self._file, json.dumps(self._known).encode())
