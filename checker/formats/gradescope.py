"""The results.json of a Gradescope autograder: a test an exercise, a point a bug.

How points are given:

- An exercise is worth as many points as it has bugs, and earns one for each that is caught. A
  program that the attendee writes is worth the cases asked for, and earns one for each that passes.
- What is invalid or still to be written earns nothing: tests that fail on a correct application
  fail on every bug too.
- Full marks are for what is done. Where every bug is caught and something else is left (too few
  cases, a part still to be written), one point is held back.
- A bonus exercise is extra credit: it earns points, and is worth none.

So the points to set for the assignment are the sum of `max_score`.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
"""

import json
from collections.abc import Sequence

from checker.verdict import Verdict
from checker.visible import visible


def text(day: str, title: str, verdicts: Sequence[Verdict]) -> str:
    """The day's results for Gradescope."""
    done = sum(verdict.status == "done" for verdict in verdicts)
    data = {
        "score": sum(map(_score, verdicts)),
        "execution_time": round(sum(verdict.seconds for verdict in verdicts)),
        "output": f"{title}: {done} of {len(verdicts)} done",
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",  # what the autograder prints is for its instructors
        "tests": [_test(verdict) for verdict in verdicts],
    }
    return json.dumps(data, indent=2) + "\n"


def _test(verdict: Verdict) -> dict:
    exercise = verdict.exercise
    return {
        "score": _score(verdict),
        "max_score": 0 if exercise.bonus else _worth(verdict),
        "status": "passed" if verdict.status == "done" else "failed",
        "name": f"{exercise.title} (bonus)" if exercise.bonus else exercise.title,
        "number": str(exercise.number),
        "output": visible("\n".join(_output(verdict))),
        "output_format": "text",
        "tags": ["bonus"] if exercise.bonus else [],
        "visibility": "visible",
        "extra_data": {"path": exercise.path, "status": verdict.status},
    }


def _score(verdict: Verdict) -> int:
    if verdict.status in ("invalid", "todo"):
        return 0
    worth = _worth(verdict)
    earned = len(verdict.caught) if verdict.chaffs else verdict.cases
    return worth if verdict.status == "done" else min(earned, worth - 1)


def _worth(verdict: Verdict) -> int:
    return len(verdict.chaffs) or verdict.exercise.at_least


def _output(verdict: Verdict) -> list[str]:
    lines = [f"{verdict.status}: {verdict.cases} of {verdict.exercise.at_least} cases"]
    if verdict.chaffs:
        lines[0] += f", {len(verdict.caught)} of {len(verdict.chaffs)} bugs caught"
    lines += verdict.messages
    lines += [f"Would have slipped through: {chaff.story}" for chaff in verdict.got_away]
    if verdict.idle:
        lines.append(f"Catch none of the bugs: {', '.join(verdict.idle)}.")
    return lines
