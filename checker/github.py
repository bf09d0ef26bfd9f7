"""What GitHub Actions shows of a check: notes at lines of a file, and a table on the run's page.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath

from checker.board import LOOKS, tally
from checker.verdict import Verdict
from checker.visible import visible

KINDS = ("error", "warning", "notice")
ROW = "| {} | {} | {} | {} | {} | {} |\n"


@contextmanager
def no_commands() -> Iterator[None]:
    """What is printed meanwhile is no workflow command, whatever an attendee's message says."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}")
    try:
        yield
    finally:
        print(f"::{token}::")


def annotations(verdicts: Sequence[Verdict], place: PurePath) -> list[str]:
    """Workflow commands, the most important first: GitHub shows ten of a kind and drops the rest.

    Errors are what makes an exercise invalid, warnings the bugs that got away and what is left to
    do, notices tests that catch nothing. Of each kind come core exercises before bonuses, and the
    first of every exercise before the second of any.

    Args:
        verdicts: Of a day's exercises.
        place: The folder laid out as exercises/ that was judged, as in the repository.
    """
    ranked = [
        ((KINDS.index(kind), verdict.exercise.bonus, nth, verdict.exercise.number), command)
        for verdict in verdicts
        for kind, commands in _by_kind(verdict, place).items()
        for nth, command in enumerate(commands)
    ]
    return [command for _, command in sorted(ranked)]


def summary(verdicts: Sequence[Verdict], title: str) -> str:
    """The board's table in Markdown; nothing of it is by attendees."""
    done = sum(verdict.status == "done" for verdict in verdicts)
    rows = ROW.format("", "exercise", "status", "cases", "bugs caught", "valid on")
    rows += ROW.format(*["---"] * 6)
    return f"## {title}\n\n{done} of {len(verdicts)} done\n\n{rows}{''.join(map(_row, verdicts))}\n"


def _by_kind(verdict: Verdict, place: PurePath) -> dict[str, list[str]]:
    exercise = verdict.exercise
    file = (place / exercise.path).as_posix()

    def all_of(kind: str, what: str, messages: Sequence[str]) -> list[str]:
        title = f"{exercise.title}: {what}"
        return [_command(kind, file, title, message) for message in messages]

    stories = [f"{chaff.story} ({chaff.name})" for chaff in verdict.got_away]
    idle = [f"{', '.join(verdict.idle)}. What would make them fail?"] if verdict.idle else []
    said = list(verdict.messages)
    invalid = verdict.status == "invalid"
    return {
        "error": all_of("error", "invalid", said if invalid else []),
        "warning": all_of("warning", "this bug would have slipped through", stories)
        + all_of("warning", verdict.status, [] if invalid else said),
        "notice": all_of("notice", "tests that catch none of the bugs", idle),
    }


def _command(kind: str, file: str, title: str, message: str) -> str:
    line = _line(message, PurePath(file).name)
    where = f",line={line}" if line else ""
    return f"::{kind} file={_property(file)}{where},title={_property(title)}::{_data(message)}"


def _line(message: str, name: str) -> str | None:
    """The last line that a message names of the file: `test_x.py:12`, or as Python says it."""
    named = re.findall(rf'{re.escape(name)}(?::|", line )(\d+)', message)
    return named[-1] if named else None


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _row(verdict: Verdict) -> str:
    exercise = verdict.exercise
    bonus = " (bonus)" if exercise.bonus else ""
    return ROW.format(
        exercise.number,
        f"{exercise.title}{bonus}".replace("|", r"\|"),
        f"{LOOKS[verdict.status][0]} {verdict.status}",
        f"{verdict.cases} of {exercise.at_least}",
        tally([chaff.caught for chaff in verdict.chaffs]),
        tally([wheat.passed for wheat in verdict.wheats]),
    )
