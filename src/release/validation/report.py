"""What a validation found, kept for those who ask later why a version is in production."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from src.errors import UserError
from src.utils import write_atomically

When = Literal["entry", "run", "exit"]
Verdict = Literal["held", "failed", "not needed"]
Outcome = Literal["passed", "failed", "not needed", "interrupted"]

DIGITS = 10


@dataclass(frozen=True)
class Finding:
    """A condition of a step, whether it held, and what was found where it did not.

    It is not needed where there is nothing to compare with; found says so.
    """

    when: When
    condition: str
    outcome: Verdict
    found: str = ""


@dataclass
class StepResult:
    """How a step went, written down while it goes; found tells why it was left out or cut off.

    figures are what it measured; their names and shapes are the step's.
    """

    step: str
    outcome: Outcome = "interrupted"
    found: str = ""
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def failure(self) -> Finding | None:
        """The condition that did not hold."""
        return next((each for each in self.findings if each.outcome == "failed"), None)


@dataclass(frozen=True)
class ValidationReport:
    """What was validated, and how each step went that was begun.

    asked names the steps that were to be run; seed and parameters are for the training, where that
    is among them. Times are ISO 8601, durations seconds.
    """

    dataset: str
    model: str
    seed: int
    parameters: Mapping[str, Any]
    started_at: str
    asked: tuple[str, ...]
    model_id: str | None
    data_hash: str | None
    steps: tuple[StepResult, ...]

    @property
    def passed(self) -> bool:
        """Whether all went well that was asked for."""
        done = [result.step for result in self.steps if result.outcome in ("passed", "not needed")]
        return done == list(self.asked)

    def to_json(self) -> bytes:
        """Bytes of the file."""
        return json.dumps({"passed": self.passed} | asdict(self), indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes) -> "ValidationReport":
        """Read the bytes of the file.

        Raises:
            UserError: they are no such report.
        """
        try:
            return _reports().validate_json(data)
        except ValidationError as error:
            raise UserError(f"This is no report of a validation: {error.errors()[0]}.") from error


class Keeper:
    """Keeps the report of one validation in a file, which is whole whenever one looks."""

    def __init__(self, folder: Path) -> None:
        """Keep nothing yet."""
        self._folder = folder
        self.path: Path | None = None

    def __call__(self, report: ValidationReport) -> None:
        """Write the report in place of the one before.

        Raises:
            UserError: the folder cannot be written.
        """
        before, self.path = self.path, self._folder / _name_of(report)
        write_atomically(self.path, report.to_json())
        if before not in (None, self.path):  # it was named before there was a model
            before.unlink(missing_ok=True)


def _name_of(report: ValidationReport) -> str:
    time = report.started_at.partition("+")[0].replace(":", "").replace("-", "")
    return f"{time}-{(report.model_id or 'untrained')[:DIGITS]}.json"


@cache
def _reports() -> TypeAdapter[ValidationReport]:
    return TypeAdapter(ValidationReport)
