"""The report on mutants: what people and programs read of it."""

import io
import json
from collections import Counter

import pytest
from rich.console import Console

from checker.course import Exercise
from checker.mutants import report
from checker.mutants.mutant import mutants
from checker.mutants.report import Trials
from checker.mutants.run import MutantResult

EXERCISE = Exercise(path="day1/test_sums.py", number=1, title="Testing sums", minutes=5)
TEXT = """\
def add(a, b):
    return a + b


def ask():
    return input(
        'How many?'
    )
"""
OTHERS = [
    TEXT.replace("a + b", "a - b"),
    TEXT.replace("a + b", "a * b"),
    TEXT.replace("'How many?'", "None"),
    TEXT.replace("input(\n        'How many?'\n    )", "None"),
]
MINUS, TIMES, NONE, SILENT = mutants("src/sums.py", TEXT, OTHERS, Counter())


def trials(*results: MutantResult, generated: int | None = None) -> Trials:
    count = len(results) if generated is None else generated
    return Trials(EXERCISE, [MINUS] * count, [*results])


def shown(*all_trials: Trials, **how) -> str:
    console = Console(file=io.StringIO(), width=80, highlight=False, **how)
    report.show(all_trials, console)
    return "".join(line.rstrip() + "\n" for line in console.file.getvalue().splitlines())


def test_a_module_is_a_line_and_its_survivors_are_small_diffs():
    text = shown(
        trials(
            MutantResult(SILENT, "survived"),
            MutantResult(TIMES, "survived"),
            MutantResult(MINUS, "survived"),
            MutantResult(NONE, "killed", by=("test_asks",)),
        )
    )

    assert (
        text
        == """\
1. Testing sums   4 mutants

module       mutants  killed  survived
src/sums.py        4       1         3

src/sums.py:2 in add  sums-add-1, -2
 def add(a, b):
-    return a + b
+    return a - b
+    return a * b


src/sums.py:6 in ask  sums-ask-2
 def ask():
-    return input(
-        'How many?'
-    )
+    return None

A survivor is a bug that no test notices, or none: some mutants are equivalent,
that is, they break no promise. Could a user tell? If so, plant it as a chaff,
and let the solution catch it. If not, as with the wording of a message, leave
it.
"""
    )


def test_changes_of_several_lines_are_shown_each_on_its_own():
    also = TEXT.replace("input(\n        'How many?'\n    )", "input")
    [other] = mutants("src/sums.py", TEXT, [also], Counter())

    text = shown(trials(MutantResult(SILENT, "survived"), MutantResult(other, "survived")))

    assert text.count("src/sums.py:6 in ask") == 2
    assert text.count("-        'How many?'") == 2


def test_what_is_unusual_has_a_column_where_there_is_any():
    text = shown(trials(MutantResult(MINUS, "killed"), MutantResult(NONE, "not importable")))

    assert "module       mutants  killed  survived  not importable\n" in text
    assert "src/sums.py        2       1         0               1\n" in text


@pytest.mark.parametrize(("ended", "named"), [("timeout", 1), ("crashed", 1), ("killed", 0)])
def test_a_run_that_did_not_end_as_it_should_is_named_with_its_reason(ended, named):
    text = shown(trials(MutantResult(MINUS, ended, detail="something stopped pytest.")))

    assert text.count("src/sums.py:2 in add  sums-add-1\nsomething stopped pytest.") == named


def test_when_none_survives_there_is_nothing_to_ask():
    text = shown(trials(MutantResult(MINUS, "killed")))

    assert "survivor" not in text


def test_what_was_stopped_says_how_far_it_came():
    text = shown(trials(MutantResult(MINUS, "killed"), generated=3))

    assert text.startswith("1. Testing sums   1 of 3 mutants decided\n")


def test_a_diff_has_colours_on_a_terminal():
    text = shown(
        trials(MutantResult(MINUS, "survived")), force_terminal=True, color_system="standard"
    )

    assert "\x1b[31m-    return a + b" in text
    assert "\x1b[32m+    return a - b" in text


def test_programs_read_all_results_in_the_order_of_the_text():
    data = json.loads(
        report.as_json(
            "day1",
            [
                trials(
                    MutantResult(NONE, "timeout", detail="too long."),
                    MutantResult(MINUS, "killed", by=("test_adds",)),
                    generated=3,
                )
            ],
        )
    )

    assert data == {
        "day": "day1",
        "exercises": [
            {
                "path": "day1/test_sums.py",
                "generated": 3,
                "mutants": [
                    {
                        "name": "sums-add-1",
                        "file": "src/sums.py",
                        "line": 2,
                        "function": "add",
                        "diff": MINUS.diff,
                        "ended": "killed",
                        "by": ["test_adds"],
                        "detail": "",
                    },
                    {
                        "name": "sums-ask-1",
                        "file": "src/sums.py",
                        "line": 7,
                        "function": "ask",
                        "diff": NONE.diff,
                        "ended": "timeout",
                        "by": [],
                        "detail": "too long.",
                    },
                ],
            }
        ],
    }
