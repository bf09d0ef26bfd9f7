"""Better, worse or not yet: what follows from the counts of a canary."""

from dataclasses import replace

import pytest

from benchmarks.canary import PROMISED, SOON, Setting, simulate
from src.release.decision import ALPHA, AT_LEAST, AT_LEAST_REQUESTS, SCALE, decide, interval
from src.release.records import Tally

GOOD = Tally(requests=2_000, labels=2_000, mistakes=200)
BAD = Tally(requests=2_000, labels=2_000, mistakes=300)


def test_fewer_mistakes_are_better():
    assert decide(GOOD, BAD).verdict == "better"


def test_more_mistakes_are_worse():
    assert decide(BAD, GOOD).verdict == "worse"


def test_as_many_mistakes_are_neither():
    assert decide(GOOD, GOOD).verdict == "not yet"


def test_without_labels_nothing_is_known():
    decision = decide(Tally(), Tally())

    assert decision.verdict == "not yet"
    assert (decision.difference, decision.low, decision.high) == (0, -1, 1)


@pytest.mark.parametrize("swapped", [False, True])
def test_labels_of_one_version_alone_prove_nothing(swapped):
    pair = (GOOD, Tally(requests=2_000))

    decision = decide(*reversed(pair) if swapped else pair)

    assert (decision.verdict, decision.difference) == ("not yet", 0)


def test_a_handful_of_labels_proves_nothing_however_they_differ():
    few = AT_LEAST - 1
    decision = decide(Tally(few, 0, few, 0), Tally(few, 0, few, few))

    assert decision.verdict == "not yet"
    assert (decision.low, decision.high) == (-1, 1)
    assert f"{few} of the candidate's answers" in decision.why


def test_enough_labels_prove_what_is_plain():
    assert decide(Tally(100, 0, AT_LEAST, 0), Tally(100, 0, AT_LEAST, AT_LEAST)).verdict == "better"


@pytest.mark.parametrize(
    ("mistakes", "others"), [(0, 0), (5, 40), (40, 5), (150, 200), (200, 150), (400, 400)]
)
@pytest.mark.parametrize(("labels", "of_others"), [(100, 900), (400, 400), (900, 4_000)])
def test_swapped_versions_get_the_mirrored_verdict(labels, of_others, mistakes, others):
    mirrored = {"better": "worse", "worse": "better", "not yet": "not yet"}
    first = Tally(labels=labels, mistakes=min(mistakes, labels))
    second = Tally(labels=of_others, mistakes=others)

    one, other = decide(first, second), decide(second, first)

    assert other.verdict == mirrored[one.verdict]
    assert (other.difference, other.low, other.high) == pytest.approx(
        (-one.difference, -one.high, -one.low)
    )


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9])
def test_more_of_the_same_evidence_keeps_the_verdict(share):
    verdicts = []
    for labels in range(400, 40_000, 400):
        of = round(labels * share)
        candidate = Tally(labels=of, mistakes=round(of * 0.15))
        production = Tally(labels=labels - of, mistakes=round((labels - of) * 0.20))
        verdicts.append(decide(candidate, production).verdict)

    settled = verdicts.index("better")
    assert verdicts == ["not yet"] * settled + ["better"] * (len(verdicts) - settled)


def test_the_interval_holds_the_difference():
    decision = decide(Tally(labels=1_000, mistakes=150), Tally(labels=1_000, mistakes=200))

    assert decision.difference == pytest.approx(-0.05)
    assert decision.low < -0.05 < decision.high


def test_the_interval_is_the_formula_of_the_docstring():
    """By hand: 20 of 100 against 20 of 100, one hit and one miss more for the variance."""
    parts = 1 / 100 + 1 / 100
    variance = 21 / 102 * 81 / 102 * parts
    shrunk = SCALE**2 / parts
    width = (1 + 1 / shrunk) * (0.405465 + 2 * 2.995732)  # log(1.5), log(20)

    _, low, high = interval(20, 100, 20, 100, 0.05, 1)

    assert shrunk == pytest.approx(0.5)
    assert (low, high) == pytest.approx((-((variance * width) ** 0.5), (variance * width) ** 0.5))


@pytest.mark.parametrize(("labels", "mistakes"), [(300, 0), (100, 8)], ids=["none", "many"])
def test_rare_mistakes_in_a_small_share_prove_little(labels, mistakes):
    """2 of 100 are usual. With one of two estimates of the variance each would be a verdict."""
    production = Tally(labels=49 * labels, mistakes=49 * labels // 50)

    assert decide(Tally(labels=labels, mistakes=mistakes), production).verdict == "not yet"


def test_a_version_without_mistakes_yet_is_not_taken_for_perfect():
    candidate, production = Tally(labels=1_000, mistakes=6), Tally(labels=AT_LEAST)

    assert decide(candidate, production).verdict == "not yet"


def test_a_candidate_that_fails_more_requests_is_worse_without_any_label():
    decision = decide(Tally(requests=100, errors=20), Tally(requests=900))

    assert decision.verdict == "worse"
    assert "20 of 100 against 0 of 900" in decision.why


def test_a_candidate_that_fails_more_requests_is_worse_though_it_makes_fewer_mistakes():
    assert decide(replace(GOOD, errors=100), BAD).verdict == "worse"


def test_a_candidate_that_fails_fewer_requests_is_not_better_for_that():
    assert decide(GOOD, replace(GOOD, errors=500)).verdict == "not yet"


def test_a_few_requests_do_not_condemn():
    few = AT_LEAST_REQUESTS - 1

    assert decide(Tally(requests=few, errors=few), Tally(requests=900)).verdict == "not yet"


def test_as_many_labels_as_are_said_to_be_needed_suffice():
    candidate, production = Tally(labels=400, mistakes=60), Tally(labels=3_600, mistakes=700)
    times = 1 + decide(candidate, production).needed / candidate.labels

    def after(share_of_them):
        factor = 1 + (times - 1) * share_of_them
        more = [
            Tally(labels=round(one.labels * factor), mistakes=round(one.mistakes * factor))
            for one in (candidate, production)
        ]
        return decide(*more).verdict

    assert (after(0.9), after(1.1)) == ("not yet", "better")


@pytest.mark.parametrize("decided", [(GOOD, GOOD), (GOOD, BAD), (Tally(), Tally())])
def test_nothing_is_foreseen_without_a_difference_or_after_a_verdict(decided):
    assert decide(*decided).needed is None


@pytest.mark.parametrize(
    ("share", "rate"),
    [(0.1, 0.02), (0.1, 0.15), (0.1, 0.5), (0.5, 0.02), (0.5, 0.15), (0.5, 0.5), (0.02, 0.001)],
)
def test_false_alarms_are_within_the_bound_however_often_one_looks(share, rate):
    measured = simulate(Setting("mistakes", share, rate, rate), simulations=500, seed=1)

    standard_error = (ALPHA * (1 - ALPHA) / measured.simulations) ** 0.5
    assert measured.alarms <= ALPHA + 3 * standard_error


def test_a_test_that_is_not_made_for_looking_often_has_more_false_alarms():
    """So that the simulation is known to find what it looks for."""

    def fixed(hits, of, others, of_others, alpha, at_least):
        difference = hits / of - others / of_others
        together = (hits + others) / (of + of_others)
        half = 2.05 * (together * (1 - together) * (1 / of + 1 / of_others)) ** 0.5
        return difference, difference - half, difference + half

    measured = simulate(Setting("mistakes", 0.5, 0.15, 0.15), simulations=500, seed=1, limits=fixed)

    assert measured.alarms > 0.2


def test_a_difference_is_mostly_found_by_the_promised_labels():
    measured = simulate(PROMISED, simulations=500, seed=1)

    assert PROMISED.production - PROMISED.candidate == pytest.approx(0.05)
    assert SOON == 2_000
    assert measured.soon > 0.8
    assert measured.worse < ALPHA
