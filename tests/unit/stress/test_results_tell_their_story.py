"""A result explains itself, so that a failing assertion is worth reading."""

from src.stress.case import Observation, Skipped, StressTest
from src.stress.running import run_test
from src.stress.severity import Thresholds

NIGHT = Observation(
    0.25, "A quarter changes at night.", "night", ("hour",), {"changed": 0.25, "p": 0.001}, (3, 17)
)


def owls(*observations, skip=""):
    def observe(context, options):
        if skip:
            raise Skipped(skip)
        return observations

    return StressTest(
        name="owls",
        category="custom",
        vulnerability="Few rows are of the night.",
        does="Asks about them.",
        measure="share of predictions that change",
        advice="Collect more.",
        thresholds=Thresholds(0.1, 0.2, 0.3),
        observe=observe,
        needs_model=False,
    )


def test_the_story_has_what_was_seen_the_limits_the_figures_the_rows_and_the_advice():
    result = run_test(owls(Observation(0.0, "All is well.", "day"), NIGHT), context=None)

    assert str(result).splitlines() == [
        "owls: medium. A quarter changes at night.",
        "  What may go wrong: Few rows are of the night.",
        "  share of predictions that change: 0.25 (low from 0.1, medium from 0.2, high from 0.3)",
        "  changed: 0.25, p: 0.001",
        "  rows of the evaluation data: 3, 17",
        "  What to do: Collect more.",
    ]


def test_an_assertion_shows_the_gist_in_a_line():
    result = run_test(owls(NIGHT), context=None)

    assert repr(result) == "<owls: medium, A quarter changes at night.>"


def test_what_the_model_raised_is_told_without_figures():
    result = run_test(owls(Observation(None, "It raised.", error="ValueError")), context=None)

    assert "owls: high. It raised." in str(result)
    assert "low from" not in str(result)


def test_a_test_that_was_skipped_says_why():
    result = run_test(owls(skip="no column is protected"), context=None)

    assert result.skipped == "no column is protected"
    assert str(result) == "owls: none. Skipped: no column is protected."


def test_what_could_not_be_judged_is_told_all_the_same():
    result = run_test(owls(Observation(None, "Too few rows.")), context=None)

    assert str(result) == "owls: none. Too few rows."


def test_the_id_of_a_parametrised_test_is_its_name():
    assert str(owls()) == "owls"
