"""A run on the terminal: short where all is well, whole where it is not, safe in any case."""

from io import StringIO

import pandas as pd
import pytest
from rich.console import Console

from src.stress.report import print_run
from tests.made_run import case_of, result_of, run_of

FINE = result_of("row_order", case_of(0.0))
LOW = result_of("null", case_of(0.15, "speed"))
SEVERE = result_of(
    "unseen_category",
    case_of(0.0, "depth"),
    case_of(0.6, "hitpoint", features=("hitpoint",), rows=(1, 9), figures={"changed": 0.6}),
    case_of(0.3, "rally", told="Rally was seen as well"),
)
MEDIUM = result_of("psi", case_of(0.3, "depth"), category="drift")
UNJUDGED = result_of("auc", skipped="there are no labels", category="model_performance")


@pytest.fixture
def printed():
    def printed_run(*results, width=100, evaluation=None, everything=False, **facts):
        console = Console(file=StringIO(), width=width)
        print_run(console, run_of(*results, **facts), evaluation, everything)
        return console.file.getvalue()

    return printed_run


@pytest.mark.parametrize(
    ("results", "line"),
    [
        ([FINE], "✔ nightly  Nothing of medium or high severity in 1 test.\n"),
        ([FINE, LOW], "○ nightly  Nothing of medium or high severity in 2 tests (1 of low).\n"),
        ([], "· nightly  Nothing could be judged.\n"),
        ([UNJUDGED], "· nightly  Nothing could be judged. 1 test could not be judged.\n"),
    ],
)
def test_a_run_that_found_nothing_says_so_in_one_line(printed, results, line):
    assert printed(*results) == line


def test_a_run_that_was_cut_off_is_never_called_well(printed):
    assert printed(FINE, status="cancelled") == (
        "✔ nightly  Nothing of medium or high severity in 1 test. "
        "The run is cancelled: this is how far it \ngot.\n"
    )


def test_the_verdict_counts_what_was_found(printed):
    first_line = printed(FINE, MEDIUM, SEVERE, UNJUDGED).splitlines()[0]

    assert first_line == (
        "✘ nightly  Of 3 tests: 1 of high and 1 of medium severity. 1 test could not be judged."
    )


def test_tests_that_found_something_are_listed_by_category_with_their_thresholds(printed):
    text = printed(MEDIUM, FINE, LOW, SEVERE)

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "○ low null speed 0.15 0.1, 0.2, 0.5" in lines
    assert "✘ high unseen_category hitpoint 0.6 0.1, 0.2, 0.5" in lines
    assert lines.index("Transformations 1 none") < lines.index("Drift")


def test_a_test_that_found_nothing_is_listed_where_everything_is_asked_for(printed):
    assert "row_order" not in printed(FINE, SEVERE)
    assert "row_order" in printed(FINE, everything=True)


def test_the_worst_finding_is_told_first_and_whole(printed):
    text = printed(MEDIUM, SEVERE)

    story = text[text.index("✘ high  unseen_category") :]
    for part in (
        "unseen_category may go wrong.",
        "- hitpoint was seen",
        "changed 0.6; rows 1, 9",
        "- Rally was seen as well",
        "share of predictions that change: low from 0.1, medium from 0.2, high from 0.5",
        "What to do: Look at unseen_category.",
        "◐ medium  psi  Drift",
    ):
        _, found, story = story.partition(part)
        assert found, part
    assert "depth was seen" not in text[: text.index("◐ medium  psi")]


def test_many_subjects_are_named_and_not_told(printed):
    columns = [case_of(0.9 - place / 100, f"pixel_{place}") for place in range(64)]

    text = printed(result_of("null", *columns))

    assert "and 61 more: pixel_3, pixel_4" in text
    assert len(text.splitlines()) < 30


def test_rows_are_shown_with_their_values_where_the_data_is_at_hand(printed):
    evaluation = pd.DataFrame({"speed": [1.0, 2.0], "hitpoint": ["F", "B"]})

    text = printed(SEVERE, evaluation=evaluation)

    assert "row 1, hitpoint B\n" in text
    assert "row 9" not in text  # another frame than the one that was tested


def test_a_model_that_raised_is_no_number(printed):
    text = printed(result_of("null", case_of(None, "speed", error="KeyError: 'speed'")))

    assert "error" in [word for line in text.splitlines() for word in line.split()]


@pytest.mark.parametrize("width", [20, 40, 79, 80, 200])
def test_it_fits_terminals_of_any_width(printed, width):
    text = printed(MEDIUM, SEVERE, LOW, width=width)

    assert max(map(len, text.splitlines())) <= width
    assert "unseen_" in text


def test_nothing_that_a_model_says_is_a_command_to_the_terminal(printed):
    nasty = "\x1b[2J[bold]\u202e\a" + "x" * 10_000_000
    case = case_of(None, nasty, told=nasty, features=(nasty,), error=nasty)

    text = printed(result_of(nasty, case, category=nasty), name=nasty, status=nasty)

    assert not set("\x1b\u202e\a") & set(text)
    assert "[bold]" in text
    assert len(text) < 10_000


def test_colours_are_only_used_where_the_terminal_has_them():
    console = Console(file=StringIO(), force_terminal=True, color_system="standard")

    print_run(console, run_of(SEVERE))

    assert "\x1b[1;31m✘ high" in console.file.getvalue()
