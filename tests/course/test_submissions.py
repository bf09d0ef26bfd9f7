"""What the board says of typical submissions: hurried ones, and ones that ask for too much."""

from pathlib import Path

import pytest

from checker.check import check
from checker.course import Course, Exercise, pick
from checker.runner import Runner

ROOT = Path(__file__).parents[2]
SUBMISSIONS = Path(__file__).parent / "submissions"
COURSE = Course(ROOT)
FEW = 6  # chaffs are tried, to be quick


@pytest.fixture(scope="module")
def runner():
    with Runner(COURSE) as runner:
        yield runner


@pytest.fixture
def judged(runner):
    """The verdict on a submission, with some of an exercise's chaffs and wheats only."""

    def judged(kind: str, exercise: Exercise, **some):
        (verdict,) = check(
            COURSE, [exercise.model_copy(update=some)], SUBMISSIONS / kind, runner=runner
        )
        return verdict

    return judged


def submitted(kind: str) -> list[Exercise]:
    return [
        exercise
        for day in COURSE.days()
        for exercise in COURSE.day(day)
        if (SUBMISSIONS / kind / exercise.path).exists()
    ]


@pytest.mark.parametrize("exercise", submitted("weak"), ids=lambda exercise: exercise.path)
def test_a_hurried_submission_is_partial(judged, exercise):
    verdict = judged("weak", exercise, chaffs=exercise.chaffs[:FEW])

    assert verdict.status == "partial"


@pytest.mark.parametrize("exercise", submitted("overspecified"), ids=lambda exercise: exercise.path)
def test_a_submission_that_asks_for_more_than_was_promised_is_told_the_promise(judged, exercise):
    verdict = judged("overspecified", exercise, chaffs=())

    broken = [wheat.promise for wheat in verdict.wheats if not wheat.passed]
    assert verdict.status == "invalid"
    assert broken
    assert all(any(promise in message for message in verdict.messages) for promise in broken)


# End to end


SERVING = pick(COURSE.day("day1"), "test_serve")
NO_SERVER = tuple(one for one in SERVING.chaffs if one.name == "serve-ends-at-once")
ANY_DELAY = tuple(one for one in SERVING.wheats if one.name == "ready-when-health-says-so")


def test_a_suite_that_would_pass_without_a_server_is_told_so(judged):
    verdict = judged("no-server", SERVING, chaffs=NO_SERVER, wheats=())

    assert [chaff.name for chaff in verdict.got_away] == ["serve-ends-at-once"]
    assert "no server was running" in " ".join(verdict.got_away[0].story.split())


def test_a_suite_that_sleeps_instead_of_waiting_is_told_so(judged):
    verdict = judged("sleeps", SERVING, chaffs=(), wheats=ANY_DELAY)

    assert verdict.status == "invalid"
    assert "ask until it does" in verdict.messages[0]
