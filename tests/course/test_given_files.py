"""What exercises give to attendees beside their scaffolds: they have what they are judged by."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("given", ["day5/load/server.py", "day5/resilience/card_model.py"])
def test_what_attendees_are_given_is_what_the_checker_takes(given):
    theirs, ours = (ROOT / folder / given for folder in ("exercises", "solutions"))

    assert theirs.read_text(encoding="utf-8") == ours.read_text(encoding="utf-8")
