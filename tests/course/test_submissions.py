"""What the board says of typical submissions: hurried ones, and ones that ask for too much."""

from pathlib import Path

import pytest

from checker.check import check
from checker.course import Course, Exercise

ROOT = Path(__file__).parents[2]
SUBMISSIONS = Path(__file__).parent / "submissions"
COURSE = Course(ROOT)
FEW = 6  # chaffs are tried, to be quick


def judged(kind: str, exercise: Exercise):
    """The verdict on a submission, with its first few chaffs."""
    shorter = exercise.model_copy(update={"chaffs": exercise.chaffs[:FEW]})
    (verdict,) = check(COURSE, [shorter], SUBMISSIONS / kind)
    return verdict


def submitted(kind: str) -> list[Exercise]:
    return [
        exercise for exercise in COURSE.day("day2") if (SUBMISSIONS / kind / exercise.path).exists()
    ]


@pytest.mark.parametrize("exercise", submitted("weak"), ids=lambda exercise: exercise.path)
def test_a_hurried_submission_is_partial(exercise):
    assert judged("weak", exercise).status == "partial"


@pytest.mark.parametrize("exercise", submitted("overspecified"), ids=lambda exercise: exercise.path)
def test_a_submission_that_asks_for_more_than_was_promised_is_told_the_promise(exercise):
    verdict = judged("overspecified", exercise)

    broken = [wheat.promise for wheat in verdict.wheats if not wheat.passed]
    assert verdict.status == "invalid"
    assert broken
    assert all(any(promise in message for message in verdict.messages) for promise in broken)
