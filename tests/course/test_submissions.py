"""What the board says of typical submissions: hurried ones, and ones that ask for too much."""

from pathlib import Path

import pytest

from checker.check import check
from checker.course import Course, Exercise, pick

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
        exercise
        for day in COURSE.days()
        for exercise in COURSE.day(day)
        if (SUBMISSIONS / kind / exercise.path).exists()
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


# End to end


@pytest.fixture(scope="module")
def serving() -> Exercise:
    """The exercise on the server: with the bug that there is none, and a server that takes time."""
    exercise = pick(COURSE.day("day1"), "test_serve")
    chaffs = [chaff for chaff in exercise.chaffs if chaff.name == "serve-ends-at-once"]
    wheats = [wheat for wheat in exercise.wheats if wheat.name == "ready-when-health-says-so"]
    return exercise.model_copy(update={"chaffs": tuple(chaffs), "wheats": tuple(wheats)})


def test_a_suite_that_would_pass_without_a_server_is_told_so(serving):
    (verdict,) = check(COURSE, [serving], SUBMISSIONS / "no-server")

    assert [chaff.name for chaff in verdict.got_away] == ["serve-ends-at-once"]
    assert "no server was running" in " ".join(verdict.got_away[0].story.split())


def test_a_suite_that_sleeps_instead_of_waiting_is_told_so(serving):
    (verdict,) = check(COURSE, [serving], SUBMISSIONS / "sleeps")

    assert verdict.status == "invalid"
    assert "ask until it does" in verdict.messages[0]
