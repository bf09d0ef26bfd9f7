"""The matrix: which test caught which bug."""

import io

from rich.console import Console

from checker.course import Exercise
from checker.matrix import WHY_IT_MATTERS, matrix
from checker.verdict import ChaffVerdict, Verdict

EXERCISE = Exercise(path="day1/test_1.py", number=1, title="Testing sums", minutes=5)


def chaff(name: str, *by: str, tried: bool = True) -> ChaffVerdict:
    caught = bool(by) if tried else None
    return ChaffVerdict(name, f"The story of {name}.", f"The hint at {name}.", caught, by)


def shown(*chaffs: ChaffVerdict, idle: tuple[str, ...] = (), width: int = 80) -> list[str]:
    verdict = Verdict(EXERCISE, "partial", 2, chaffs, (), (), idle, 1.0)
    console = Console(file=io.StringIO(), width=width)
    console.print(matrix(verdict))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_row_is_a_test_and_a_column_a_bug():
    lines = shown(
        chaff("minus", "test_adds", "test_is_fair[1]", "test_is_fair[2]"),
        chaff("times", "test_adds"),
        chaff("power"),
    )

    assert lines == [
        "1. Testing sums",
        "  123   caught by",
        "  ██·   2 test_adds",
        "  █··   1 test_is_fair",
        "    1  minus",
        "    2  times",
        "    3  power  got away",
        "",
    ]


def test_a_test_that_catches_nothing_is_named_and_told_why_that_matters():
    lines = shown(chaff("minus", "test_adds"), idle=("test_is",))

    assert "  ·   0 test_is catches nothing" in lines
    assert WHY_IT_MATTERS.split(",")[0] in " ".join(line.strip() for line in lines)


def test_where_every_test_catches_something_nothing_is_said_of_the_others():
    assert WHY_IT_MATTERS[:20] not in " ".join(shown(chaff("minus", "test_adds")))


def test_bugs_that_were_not_tried_have_no_column():
    lines = shown(chaff("minus", "test_adds"), chaff("times", tried=False))

    assert "  1   caught by" in lines
    assert not [line for line in lines if "times" in line]


def test_without_a_bug_that_was_tried_there_is_no_matrix():
    lines = shown(chaff("minus", tried=False))

    assert lines == [
        "1. Testing sums",
        "  No bug was tried: the tests have to be valid first.",
        "",
    ]


def test_a_long_name_does_not_break_the_rows():
    lines = shown(chaff("minus", "test_" + "very_" * 20 + "long"), width=40)

    assert len(lines[2]) <= 40
    assert lines[2].endswith("…")
