"""Where a test got worse or better, in words."""

from src.pages.text import label
from src.stress.report.comparison import Change

SUBJECTS = 6  # that are named


def told_places(change: Change) -> list[str]:
    """Answer where it is severe now and was not, and where it is so no more."""
    told = (("now at", change.appeared), ("no more at", change.cleared))
    places = [f"{words} {_named(subjects)}" for words, subjects in told if subjects]
    return [*places, *(["graded by other thresholds"] if change.is_graded_otherwise else [])]


def _named(subjects: list[str]) -> str:
    more = f" and {len(subjects) - SUBJECTS} more" if len(subjects) > SUBJECTS else ""
    return ", ".join(label(subject, 60) for subject in subjects[:SUBJECTS]) + more
