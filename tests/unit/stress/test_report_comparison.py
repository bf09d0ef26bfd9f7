"""Two runs compared: what got worse, better, new or gone, and never one for the other."""

from io import StringIO

import pytest
from rich.console import Console

from src.stress.report import compare, print_comparison, write_comparison
from src.stress.severity import Thresholds
from tests.made_run import case_of, result_of, run_of
from tests.page_outline import check_soundness


def named(name, *values, **about):
    cases = [case_of(value, subject) for subject, value in zip("abc", values, strict=False)]
    return result_of(name, *cases, **about)


FIRST = run_of(
    named("null", 0.0),
    named("empty_string", 0.6),
    named("type_change", 0.3),
    named("row_order", 0.0),
    named("determinism", 0.6, 0.0),
    named("capitalisation", skipped="there is no text"),
    named("auc", skipped="there are no labels"),
)
SECOND = run_of(
    named("null", 0.3),
    named("empty_string", 0.15),
    named("type_change", skipped="there are no numbers"),
    named("row_order", 0.01),
    named("determinism", 0.0, 0.6),
    named("capitalisation", 0.0),
    named("auc", skipped="there are no labels"),
    run_id="run-2",
    model="boosting",
)


def printed(first, second, width=100):
    console = Console(file=StringIO(), width=width)
    print_comparison(console, first, second)
    return console.file.getvalue()


def kinds(comparison):
    return {change.test.name: change.kind for change in comparison.changes}


def test_each_test_got_worse_or_better_or_is_new_or_gone_or_the_same():
    assert kinds(compare(FIRST, SECOND)) == {
        "null": "worse",
        "empty_string": "better",
        "type_change": "gone",
        "row_order": "same",
        "determinism": "same",
        "capitalisation": "new",
    }


def test_the_other_way_round_it_is_the_other_way_round():
    assert kinds(compare(SECOND, FIRST)) == {
        "null": "better",
        "empty_string": "worse",
        "type_change": "new",
        "row_order": "same",
        "determinism": "same",
        "capitalisation": "gone",
    }


def test_the_verdict_counts_the_kinds():
    assert compare(FIRST, SECOND).verdict == "Of 6 tests: 1 worse, 1 better, 1 new, 1 gone, 2 same."
    assert compare(run_of(), run_of()).verdict == "No test was judged."


def test_what_else_differs_between_the_runs_is_told():
    assert compare(FIRST, SECOND).facts == {"model": ("forest", "boosting")}


def test_a_weakness_that_moved_is_told_though_the_severity_is_the_same():
    (change,) = [each for each in compare(FIRST, SECOND).by_kind["same"] if each.has_moved]

    assert (change.test.name, change.appeared, change.cleared) == ("determinism", ["b"], ["a"])


def test_a_weakness_that_nobody_looked_for_again_is_not_told_to_be_cleared():
    (gone,) = compare(FIRST, SECOND).by_kind["gone"]

    assert gone.was.severity > gone.was.severity.NONE
    assert gone.cleared == []


def test_severities_by_other_thresholds_are_told_to_be_so():
    strict = named("null", 0.0, thresholds=Thresholds(0.01, 0.02, 0.05))

    (change,) = compare(run_of(named("null", 0.0)), run_of(strict)).changes

    assert change.is_graded_otherwise
    assert "graded by other thresholds" in printed(run_of(named("null", 0.0)), run_of(strict))


def test_the_terminal_tells_the_changes_and_not_what_stayed():
    text = printed(FIRST, SECOND)

    assert "null  ✔ none -> ◐ medium  0 -> 0.3\n  now at a\n" in text
    assert "type_change  ◐ medium -> · not judged  0.3 -> -\n" in text
    assert "The same severity, but not in all places\ndeterminism" in text
    assert "model: forest -> boosting" in text
    assert "row_order" not in text


def test_two_runs_that_agree_are_compared_in_a_line():
    assert printed(FIRST, FIRST) == "nightly -> nightly  Of 5 tests: 5 same.\n"


@pytest.mark.parametrize("width", [20, 40, 200])
def test_it_fits_terminals_of_any_width(width):
    assert max(map(len, printed(FIRST, SECOND, width).splitlines())) <= width


def test_the_page_has_a_heading_for_each_kind_of_change(tmp_path):
    path = write_comparison(FIRST, SECOND, tmp_path)

    page = check_soundness(path.read_text())
    assert [text for _, text in page.headings] == [
        "Stress tests compared",
        "Overview",
        "Worse",
        "Better",
        "New: judged in the second run only",
        "Gone: judged in the first run only",
        "The same severity, but not in all places",
        "The same severity",
    ]


def test_whatever_is_compared_it_is_text(tmp_path):
    nasty = "<script>\x1b\u202e\ud800" + "x" * 1_000_000
    first = run_of(result_of(nasty, case_of(0.9, nasty)), name=nasty, model=nasty)
    second = run_of(result_of(nasty, case_of(0.0, nasty)))

    text = write_comparison(first, second, tmp_path).read_text()

    assert len(check_soundness(text).pictures) == 1
    assert len(text) < 30_000
    assert len(printed(first, second)) < 2_000
    assert "\x1b" not in text + printed(first, second)
