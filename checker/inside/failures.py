"""What a failing test says, in a line or two that an attendee can use."""

import re
import traceback
from pathlib import Path

MESSAGE_LENGTH, LINE_LENGTH, LINES = 600, 200, 2
WHERE = re.compile(r"\+ +where ")  # pytest's aside on a value: whole tables, as often as not


def of(error, report, exercise: Path) -> dict[str, str]:
    """How a test ended that raised, and what it says.

    Args:
        error: pytest's `ExceptionInfo`; None where nothing was raised.
        report: pytest's report of the phase.
        exercise: The attendee's file: what is not implemented in it is still to be written.
    """
    if error is None:  # no exception, such as a strict xfail that passed
        return {"outcome": "failed", "message": str(report.longrepr).strip()}
    raised_in = Path(error.traceback[-1].path).resolve()
    if error.errisinstance(NotImplementedError) and raised_in == exercise:
        outcome = "todo"
    elif error.errisinstance(MemoryError):
        outcome = "out_of_memory"
    else:
        outcome = "failed"
    return {"outcome": outcome, "message": _message(error, exercise)}


def shown(message: str, workspace: str) -> str:
    """A message as it is reported: not too long, and with paths as the attendee knows them."""
    for prefix in (f"{workspace}/exercises/../", f"{workspace}/"):
        message = message.replace(prefix, "")  # the workspace is elsewhere in each run
    return _cut(message, MESSAGE_LENGTH).encode(errors="backslashreplace").decode()


def last_line(error: BaseException) -> str:
    """An exception as the last line of its traceback tells it."""
    return "".join(traceback.format_exception_only(error)).strip()


def _message(error, exercise: Path) -> str:
    said = [line.strip() for line in error.exconly(tryshort=True).splitlines()]
    lines = [line for line in said if line and not WHERE.match(line)][:LINES]
    message = "\n".join(_cut(line, LINE_LENGTH) for line in lines)
    named = [entry for entry in error.traceback if Path(entry.path).name == exercise.name]
    here = [entry for entry in named if Path(entry.path).resolve() == exercise]
    where = f" ({exercise.name}:{here[-1].lineno + 1})" if here else ""
    return _cut(message, MESSAGE_LENGTH - len(where)) + where


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
