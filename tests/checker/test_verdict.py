"""From what the runs showed to what the tests are worth. Nothing runs here."""

import pytest

from checker.course import Exercise
from checker.outcome import Outcome, TestResult
from checker.verdict import Runs, decide, is_fine, judge

EXERCISE = Exercise(
    path="day1/test_sums.py",
    number=1,
    title="Testing sums",
    minutes=5,
    at_least=2,
    chaff=[
        {
            "name": name,
            "story": f"The story of {name}.",
            "hint": f"The hint at {name}.",
            "file": "src/sums.py",
            "was": "+",
            "now": name,
        }
        for name in ("minus", "times")
    ],
    wheat=[
        {
            "name": "other-words",
            "promise": "The wording is free.",
            "file": "src/sums.py",
            "was": "word",
            "now": "other",
        }
    ],
)
HUNG = Outcome("timeout", detail="more than 5 seconds")


def ran(**tests: str) -> Outcome:
    """A run that finished, by each test's outcome."""
    results = {
        f"day1/test_sums.py::{test}": TestResult(outcome, f"{test} {outcome} (test_sums.py:1)")
        for test, outcome in tests.items()
    }
    return Outcome("finished", results, seconds=1.0)


PASS_BOTH = {"test_adds": "passed", "test_carries": "passed"}
GOOD = ran(**PASS_BOTH)
FIRST_FAILS = ran(test_adds="failed", test_carries="passed")
SECOND_FAILS = ran(test_adds="passed", test_carries="failed")


def runs(reference: Outcome = GOOD, **others) -> Runs:
    """Runs of tests that are done, but for what is given."""
    usual = {
        "backwards": GOOD,
        "wheats": {"other-words": GOOD},
        "chaffs": {"minus": FIRST_FAILS, "times": SECOND_FAILS},
    }
    return Runs(reference, **usual | others)


def only(reference: Outcome) -> Runs:
    """Runs that ended with the reference."""
    return Runs(reference)


def status_and_messages(seen: Runs, **how) -> tuple[str, tuple[str, ...]]:
    verdict = judge(EXERCISE, seen, **how)
    return verdict.status, verdict.messages


def test_tests_that_pass_where_they_must_and_catch_every_bug_are_done():
    verdict = judge(EXERCISE, runs())

    assert (verdict.status, verdict.cases, verdict.messages, verdict.idle) == ("done", 2, (), ())
    assert [(chaff.name, chaff.by) for chaff in verdict.caught] == [
        ("minus", ("test_adds",)),
        ("times", ("test_carries",)),
    ]
    assert verdict.got_away == []
    assert [(wheat.name, wheat.passed) for wheat in verdict.wheats] == [("other-words", True)]


def test_the_seconds_of_all_runs_add_up():
    assert judge(EXERCISE, runs()).seconds == 5.0


# Todo


def test_an_untouched_scaffold_is_todo():
    assert status_and_messages(only(ran(test_adds="todo", test_carries="todo"))) == ("todo", ())


def test_nothing_is_said_of_bugs_and_wheats_that_were_not_tried():
    verdict = judge(EXERCISE, only(ran(test_adds="todo")))

    assert [chaff.caught for chaff in verdict.chaffs] == [None, None]
    assert [wheat.passed for wheat in verdict.wheats] == [None]
    assert verdict.got_away == []
    assert verdict.idle == ()


# Invalid


def test_a_test_that_fails_on_the_reference_makes_all_invalid():
    assert status_and_messages(only(FIRST_FAILS)) == (
        "invalid",
        ("test_adds fails on the reference: test_adds failed (test_sums.py:1).",),
    )


def test_a_failing_test_beside_one_still_to_be_written_is_told_first():
    assert status_and_messages(only(ran(test_adds="failed", test_carries="todo"))) == (
        "invalid",
        (
            "test_adds fails on the reference: test_adds failed (test_sums.py:1).",
            "Still to be written: test_carries.",
        ),
    )


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (HUNG, "the run took longer than its time limit and was ended: more than 5 seconds."),
        (
            Outcome("crashed", GOOD.tests, "the process ended with status 0"),
            "the run ended before its tests did: the process ended with status 0.",
        ),
        (Outcome("skipped", detail="later"), "the whole file is skipped: later."),
    ],
)
def test_a_run_on_the_reference_that_does_not_finish_is_invalid_and_counts_no_case(
    outcome, message
):
    verdict = judge(EXERCISE, only(outcome))

    assert (verdict.status, verdict.cases) == ("invalid", 0)
    assert verdict.messages == (f"On the reference, {message}",)


@pytest.mark.parametrize(
    "reference",
    [
        ran(test_adds="skipped", test_carries="skipped"),
        ran(test_adds="xfailed", test_carries="xfailed"),
        ran(test_adds="skipped", test_carries="xfailed"),
    ],
)
def test_skipping_and_expecting_to_fail_check_nothing(reference):
    assert status_and_messages(only(reference)) == (
        "invalid",
        ("Every test is skipped or expected to fail: nothing is checked.",),
    )


def test_a_test_that_fails_on_a_wheat_is_invalid_and_told_the_promise():
    verdict = judge(EXERCISE, runs(wheats={"other-words": FIRST_FAILS}))

    assert verdict.status == "invalid"
    assert verdict.messages == (
        "test_adds fails on another correct version (other-words): "
        "test_adds failed (test_sums.py:1). "
        "That goes beyond what is promised: The wording is free.",
    )
    assert [wheat.passed for wheat in verdict.wheats] == [False]


def test_a_run_on_a_wheat_that_does_not_finish_is_invalid():
    assert status_and_messages(runs(wheats={"other-words": HUNG})) == (
        "invalid",
        (
            "On another correct version (other-words), the run took longer than its time limit "
            "and was ended: more than 5 seconds.",
        ),
    )


# Partial


def test_a_bug_that_gets_away_leaves_them_partial():
    verdict = judge(EXERCISE, runs(chaffs={"minus": FIRST_FAILS, "times": GOOD}))

    assert verdict.status == "partial"
    assert [chaff.story for chaff in verdict.got_away] == ["The story of times."]


def test_too_few_cases_leave_them_partial():
    one = ran(test_adds="passed")
    fails = ran(test_adds="failed")

    verdict = judge(
        EXERCISE,
        Runs(one, one, {"other-words": one}, {"minus": fails, "times": fails}),
    )

    assert (verdict.status, verdict.cases, verdict.got_away) == ("partial", 1, [])


def test_each_set_of_parameters_is_a_case():
    verdict = judge(EXERCISE, only(ran(**{"test_adds[1]": "passed", "test_adds[2]": "passed"})))

    assert verdict.cases == 2


def test_a_test_still_to_be_written_leaves_them_partial():
    assert status_and_messages(runs(ran(**PASS_BOTH, test_borrows="todo"))) == (
        "partial",
        ("Still to be written: test_borrows.",),
    )


def test_a_skipped_test_beside_enough_others_is_no_obstacle():
    assert judge(EXERCISE, runs(ran(**PASS_BOTH, test_borrows="skipped"))).status == "done"


# What counts as a catch


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (HUNG, "the run took longer than its time limit and was ended: more than 5 seconds."),
        (
            Outcome("crashed", FIRST_FAILS.tests, "the process was killed by signal 11"),
            "the run ended before its tests did: the process was killed by signal 11.",
        ),
    ],
)
def test_a_run_on_a_bug_that_does_not_finish_is_no_catch_and_is_named(outcome, told):
    verdict = judge(EXERCISE, runs(chaffs={"minus": outcome, "times": SECOND_FAILS}))

    assert verdict.status == "partial"
    assert [chaff.name for chaff in verdict.got_away] == ["minus"]
    assert verdict.messages == (f"On the bug 'minus', {told} That is no catch.",)


@pytest.mark.parametrize("before", ["skipped", "xfailed", "todo"])
def test_a_failing_test_that_had_not_passed_on_the_reference_proves_nothing(before):
    reference = ran(**PASS_BOTH, test_borrows=before)
    fails = ran(**PASS_BOTH, test_borrows="failed")

    verdict = judge(EXERCISE, runs(reference, chaffs={"minus": fails, "times": SECOND_FAILS}))

    assert [chaff.name for chaff in verdict.got_away] == ["minus"]


@pytest.mark.parametrize("now", ["skipped", "xfailed", "todo"])
def test_a_test_that_does_not_fail_on_a_bug_catches_nothing(now):
    gives_up = ran(test_adds=now, test_carries="passed")

    verdict = judge(EXERCISE, runs(chaffs={"minus": gives_up, "times": SECOND_FAILS}))

    assert [chaff.name for chaff in verdict.got_away] == ["minus"]


# What is told beside the status


def test_a_test_that_fails_in_another_order_is_named():
    assert status_and_messages(runs(backwards=SECOND_FAILS)) == (
        "done",
        ("test_carries passes only together with others: in another order it fails.",),
    )


def test_a_run_in_another_order_that_does_not_finish_is_told():
    assert status_and_messages(runs(backwards=HUNG)) == (
        "done",
        (
            "In another order, the run took longer than its time limit and was ended: "
            "more than 5 seconds.",
        ),
    )


def test_tests_that_catch_nothing_are_named_once_whatever_their_parameters():
    idle = {"test_is_there": "passed", "test_is[1]": "passed", "test_is[2]": "passed"}

    assert judge(EXERCISE, runs(ran(**PASS_BOTH, **idle))).idle == ("test_is_there", "test_is")


def test_a_test_of_which_one_case_catches_a_bug_is_not_idle():
    reference = ran(**{"test_adds[1]": "passed", "test_adds[2]": "passed"})
    fails = ran(**{"test_adds[1]": "passed", "test_adds[2]": "failed"})

    assert judge(EXERCISE, runs(reference, chaffs={"minus": fails, "times": fails})).idle == ()


def test_notes_of_the_runs_are_passed_on():
    assert judge(EXERCISE, runs(notes=("A note.",))).messages == ("A note.",)


# Programs: the attendee writes no tests, ours run on what the attendee wrote


def test_a_program_that_our_tests_pass_on_is_done_without_any_bug_tried():
    verdict = judge(EXERCISE, runs(chaffs={}), program=True)

    assert (verdict.status, verdict.chaffs, verdict.idle) == ("done", (), ())


def test_a_program_that_fails_a_test_of_ours_is_work_left_not_invalid():
    assert status_and_messages(only(FIRST_FAILS), program=True) == (
        "partial",
        ("test_adds: test_adds failed (test_sums.py:1)",),
    )


def test_a_program_that_is_not_begun_is_todo():
    todo = ran(test_adds="todo", test_carries="todo")

    assert status_and_messages(only(todo), program=True) == ("todo", ())


def test_a_program_that_is_half_written_is_told_which_test_of_ours_waits():
    half = ran(test_adds="passed", test_carries="todo")

    assert status_and_messages(only(half), program=True) == (
        "partial",
        ("Meet a part that is still to be written: test_carries.",),
    )


def test_a_program_that_cannot_be_tried_is_invalid():
    assert status_and_messages(only(HUNG), program=True) == (
        "invalid",
        (
            "The program could not be tried: the run took longer than its time limit "
            "and was ended: more than 5 seconds.",
        ),
    )


def test_equal_messages_of_a_program_are_told_once():
    crash = "ZeroDivisionError: division by zero"
    crashed = Outcome(
        "finished", {f"check.py::test_{letter}": TestResult("failed", crash) for letter in "abcde"}
    )

    assert status_and_messages(only(crashed), program=True) == (
        "partial",
        (f"test_a, test_b, test_c and 2 more: {crash}",),
    )


def test_tests_that_fail_on_the_same_wheat_are_told_together():
    both_fail = ran(test_adds="failed", test_carries="failed")

    verdict = judge(EXERCISE, runs(wheats={"other-words": both_fail}))

    (message,) = verdict.messages
    assert message.startswith("test_adds, test_carries fail on another correct version")


# What is known before all is known


@pytest.mark.parametrize(
    ("reference", "fine"),
    [
        pytest.param(GOOD, True, id="all pass"),
        pytest.param(ran(test_adds="passed", test_carries="todo"), True, id="one is unwritten"),
        pytest.param(FIRST_FAILS, False, id="one fails"),
        pytest.param(ran(test_adds="skipped"), False, id="none passes"),
        pytest.param(Outcome("crashed", GOOD.tests), False, id="the run did not finish"),
    ],
)
def test_chaffs_are_run_where_a_test_passes_and_none_fails(reference, fine):
    assert is_fine(reference) is fine


@pytest.mark.parametrize(
    ("outcome", "caught", "by"),
    [
        pytest.param(FIRST_FAILS, True, ("test_adds",), id="caught"),
        pytest.param(GOOD, False, (), id="got away"),
        pytest.param(HUNG, False, (), id="not finished"),
        pytest.param(None, None, (), id="not tried"),
    ],
)
def test_a_bug_is_decided_without_the_others(outcome, caught, by):
    decided = decide(EXERCISE.chaffs[0], outcome, GOOD)

    assert (decided.name, decided.caught, decided.by) == ("minus", caught, by)


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        pytest.param(runs(), True, id="all finished"),
        pytest.param(only(FIRST_FAILS), True, id="a failing reference"),
        pytest.param(only(Outcome("collection_error")), True, id="a file without tests"),
        pytest.param(
            runs(chaffs={"minus": Outcome("import_error"), "times": GOOD}), True, id="import error"
        ),
        pytest.param(only(HUNG), False, id="a reference that hangs"),
        pytest.param(runs(backwards=HUNG), False, id="another order that hangs"),
        pytest.param(runs(wheats={"other-words": HUNG}), False, id="a wheat that hangs"),
        pytest.param(runs(chaffs={"minus": HUNG, "times": GOOD}), False, id="a bug that hangs"),
        *(
            pytest.param(only(Outcome(ended)), False, id=ended)
            for ended in ("crashed", "flooded", "out_of_memory", "overfilled", "overcrowded")
        ),
    ],
)
def test_a_verdict_can_be_kept_where_no_run_met_a_limit(seen, kept):
    assert seen.can_be_kept is kept
