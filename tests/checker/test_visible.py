"""What attendees' messages may not do: order a terminal about."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from checker import board
from checker.course import Exercise
from checker.verdict import ChaffVerdict, Verdict
from checker.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m", id="colours"),
        pytest.param("\x1b]0;title\x07", r"\x1b]0;title\x07", id="title-of-the-window"),
        pytest.param("\x9b2J", r"\x9b2J", id="escapes-of-one-character"),
        pytest.param("100 %\rdone", r"100 %\rdone", id="writing-over-the-line"),
        pytest.param("a\u202eb", r"a\u202eb", id="right-to-left"),
        pytest.param("a\u2028b", r"a\u2028b", id="another-end-of-line"),
        pytest.param("\ud800", r"\ud800", id="half-a-character"),
        pytest.param("null \x00", r"null \x00", id="null"),
    ],
)
def test_what_would_be_obeyed_is_written_out(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["1 == 2\n\tnext", "naïve 日本語 👩‍🔬 ≈ 0.5", r"\x1b", ""])
def test_what_is_only_read_stays_as_it_is(text):
    assert visible(text) == text


@given(st.text(st.characters()))
def test_nothing_is_left_that_a_terminal_obeys_or_a_file_cannot_hold(text):
    shown = visible(text)

    assert {unicodedata.category(char) for char in shown if char not in "\n\t"}.isdisjoint(
        {"Cc", "Cs", "Zl", "Zp"}
    )
    assert shown.encode("utf-8").decode("utf-8") == visible(shown)


@pytest.mark.parametrize("place", ["messages", "idle"])
def test_the_board_obeys_no_message_and_no_name_of_a_test(place):
    exercise = Exercise(path="day1/test_x.py", number=1, title="Testing sums", minutes=5)
    chaff = ChaffVerdict("minus", "The story.", "The hint.", caught=False)
    texts = {"messages": (), "idle": (), place: ("test_adds[\x1b[2J]\x07",)}
    verdict = Verdict(exercise, "partial", 1, (chaff,), (), seconds=1.0, **texts)
    console = Console(file=io.StringIO(), width=100)

    board.show([verdict], "Day 1: sums", console)

    assert r"test_adds[\x1b[2J]\x07" in console.file.getvalue()
    assert "\x1b" not in console.file.getvalue()
