"""What is asked of a server: rows in the form that it takes, and the class that each must get."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Plan:
    """A path to post bodies to, and the classes to expect of them, in their order."""

    path: str
    bodies: list[str]
    classes: list[str]

    @classmethod
    def of(
        cls, path: str, wrap: Callable[[dict], Any], rows: list[dict], classes: list[str]
    ) -> "Plan":
        """Plan to send each row by itself, wrapped as a server wishes."""
        return cls(path, [json.dumps(wrap(row)) for row in rows], classes)

    @classmethod
    def read(cls, file: Path) -> "Plan":
        """Read a plan that was written."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))

    def write(self, file: Path) -> None:
        """Write it, for a process of its own."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")

    def problem(self, index: int, status: int, body: bytes) -> str | None:
        """Tell what is wrong with the answer to one of the bodies, or None."""
        if status != 200:
            return f"status {status}"
        try:
            answer = json.loads(body)
        except ValueError:
            return "no JSON"
        predictions = answer.get("predictions") if isinstance(answer, dict) else answer
        return None if predictions == [self.classes[index]] else "a wrong class"
