"""Checks the attendee's countdown."""

from exercises.day1.countdown import countdown


def test_counts_down_to_one():
    assert countdown(3) == [3, 2, 1]


def test_there_is_nothing_to_count_from_zero():
    assert countdown(0) == []
