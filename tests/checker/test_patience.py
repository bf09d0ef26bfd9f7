"""How long a run may take, and what people are told beforehand."""

import pytest

from checker.course import Chaff, Exercise, Wheat
from checker.outcome import Outcome
from checker.patience import announcement, limits_after

EDIT = {"file": "src/app.py", "was": "1", "now": "2"}
SERVING = Exercise(
    path="day1/test_serve.py",
    number=5,
    title="Serving, end to end",
    minutes=30,
    seconds=60,
    processes=True,
    chaff=[
        Chaff(name=f"chaff-{n}", story="It is broken.", hint="What is broken?", **EDIT)
        for n in range(8)
    ],
    wheat=[Wheat(name="wheat", promise="It may be another.", **EDIT)],
)


def took(seconds: float) -> Outcome:
    return Outcome("finished", seconds=seconds)


@pytest.mark.parametrize(
    ("processes", "reference", "limit"),
    [
        pytest.param(False, 0.1, 10, id="ten seconds at least"),
        pytest.param(True, 0.1, 30, id="more for whom a server may keep waiting"),
        pytest.param(False, 5, 40, id="a multiple of what the reference took"),
        pytest.param(False, 50, 60, id="no more than the exercise allows"),
    ],
)
def test_a_run_may_take_as_long_as_the_reference_lets_expect(processes, reference, limit):
    exercise = SERVING.model_copy(update={"processes": processes})

    assert limits_after(took(reference), exercise).seconds == limit


@pytest.mark.parametrize(
    ("reference", "told"),
    [(1, "5 seconds"), (4, "15 seconds"), (30, "90 seconds"), (60, "3 minutes")],
)
def test_people_are_told_beforehand_how_long_processes_take(reference, told):
    """Six runs of all tests, two at a time: the reference again, a wheat, and half of 8 chaffs."""
    said = announcement(SERVING, took(reference), workers=2)

    assert said == f"5. Serving, end to end starts processes: about {told}."
