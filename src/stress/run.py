"""One run of stress tests: of what, and what came out."""

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from numbers import Integral, Real
from typing import Any

from src.errors import UserError
from src.stress.case import About, Result
from src.stress.severity import Severity

VERSION = 1  # of the shape that `Run.to_json` writes
LONGEST_TEXT = 2000  # characters that are kept of what a model or a test said


@dataclass(frozen=True)
class Run:
    """A run, whole or as far as it got.

    Attributes:
        run_id: by which the store knows it.
        name: as the configuration calls it.
        project, model, reference, evaluation: names of what was registered.
        task: as MODEL_TASK_BINARY_CLASSIFICATION.
        seed: that decided all chances.
        status: of the job; see ``src.stress.job``.
        started_at, finished_at: UTC times in ISO format, "" where not yet.
        results: one a test, in the order of the catalogue.
    """

    run_id: str
    name: str
    project: str
    model: str
    reference: str
    evaluation: str
    task: str
    seed: int
    status: str
    started_at: str
    finished_at: str
    results: tuple[Result, ...] = ()

    @property
    def severity(self) -> Severity:
        """The worst of the results."""
        return max((result.severity for result in self.results), default=Severity.NONE)

    def to_json(self) -> bytes:
        """Bytes of a file: the attributes by their names, of results what `result_to_json` says.

        Beside them stand the version of this shape, and the severity of the run and of each
        result, as words.
        """
        told = {"version": VERSION, "severity": self.severity}
        told |= {each.name: getattr(self, each.name) for each in fields(self)}
        told["results"] = [result_to_json(result) for result in self.results]
        return json.dumps(_plain(told), indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes) -> "Run":
        """Read the bytes of a file.

        Raises:
            UserError: they are no such file, or of another version.
        """
        import pydantic_core

        try:
            told = pydantic_core.from_json(data)
        except ValueError as error:
            raise UserError(f"This is no file of a stress test's results: {error}.") from error
        if not isinstance(told, dict) or told.get("version") != VERSION:
            raise UserError(
                f"This is no file of a stress test's results of version {VERSION}: "
                "run the stress test again to have one."
            )
        return _read(cls, told)


def result_to_json(result: Result) -> dict[str, Any]:
    """Answer a result as plain values of JSON.

    Names are those of the attributes of `Result`, `About`, `Thresholds`, `Case` and `Observation`.
    A severity is a word, or null where it could not be judged; a number that JSON does not have
    is one of the words "inf", "-inf" and "nan". Texts have at most LONGEST_TEXT characters.
    """
    about = About(*(getattr(result.test, each.name) for each in fields(About)))
    told = asdict(replace(result, test=about))
    return {"severity": str(result.severity)} | _plain(told)


def result_from_json(told: dict[str, Any]) -> Result:
    """Answer the result that became these values.

    Raises:
        UserError: they are damaged.
    """
    return _read(Result, told)


def _plain(value: Any) -> Any:
    """The value as JSON has it; NumPy's numbers become Python's."""
    if isinstance(value, dict):
        return {_cut(str(name)): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Severity):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else str(float(value))
    return None if value is None else _cut(str(value))


def _cut(text: str) -> str:
    start = text[:LONGEST_TEXT].encode(errors="replace").decode()  # without halves of characters
    if len(text) <= LONGEST_TEXT:
        return start
    end = f"… ({len(text):,} characters)"
    return start[: LONGEST_TEXT - len(end)] + end


def _read(kind: type, told: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(told)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "its start"
        raise UserError(
            f"The stress test's results are damaged at {where} ({first['msg']}): run it again."
        ) from error


@cache
def _adapter(kind: type) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
