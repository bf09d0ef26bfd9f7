"""A version at fault is taken out of the traffic, and nothing else is."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest

from src.errors import UserError
from src.release.state import Event, State
from src.serve.red_flags import (
    DOES_NOT_LOAD,
    ERRORS,
    LAST,
    MARK,
    SLOW,
    WRONG,
    Budget,
    RedFlag,
    Window,
    is_the_machine,
    ways_back,
)
from tests.small_versions import (
    DATASET,
    FIRST,
    FOLDER,
    MODEL,
    POINT,
    SECOND,
    THIRD,
    TRICKY,
    House,
    ask,
    who,
)

AT = datetime(2026, 1, 1, tzinfo=UTC).isoformat()


@pytest.fixture
def house():
    """A house whose first version, which says W, is in production."""
    house = House()
    house.deploy(FIRST, "W")
    return house


def kind_of(window):
    flag = window.red_flag(FIRST)
    return flag and flag.kind


def requests(*, failed=0, slow=0, fast=0, budget=None, points=1):
    """The window of a version that failed some requests, and answered some, then others fast."""
    window = Window(budget or Budget(errors=0.02, milliseconds=100.0))
    for _ in range(failed):
        window.failed()
    for milliseconds in [101.0] * slow + [100.0] * fast:
        window.answered(points, milliseconds)
    return window


def state(current, previous, *events):
    return State(current, previous, AT, None, tuple(events))


def event(action, model_id, instead_of, why=""):
    return Event(action, model_id, AT, "ada", why, instead_of)


def served(traffic, times, point=TRICKY):
    """Ask so many times, whether or not anyone can answer, and do the duty once."""
    for _ in range(times):
        with suppress(ValueError):
            ask(traffic, point)
    traffic.duty()


# Budgets


@pytest.mark.parametrize(("failed", "flag"), [(0, None), (2, None), (3, ERRORS), (100, ERRORS)])
@pytest.mark.parametrize("fast", [0, 97])
def test_more_errors_than_the_budget_are_a_red_flag_however_few_the_requests(failed, flag, fast):
    assert kind_of(requests(failed=failed, fast=fast if failed <= 3 else 0)) == flag


def test_errors_of_long_ago_are_forgotten():
    assert kind_of(requests(failed=3, fast=LAST - 3)) == ERRORS
    assert kind_of(requests(failed=3, fast=LAST - 2)) is None


@pytest.mark.parametrize(("slow", "flag"), [(0, None), (5, None), (6, SLOW), (100, SLOW)])
def test_more_slow_requests_than_one_in_twenty_are_a_red_flag(slow, flag):
    assert kind_of(requests(slow=slow, fast=LAST - slow)) == flag


def test_few_slow_requests_are_no_evidence():
    assert kind_of(requests(slow=LAST - 1)) is None


@pytest.mark.parametrize(("points", "flag"), [(10, SLOW), (11, None)])
def test_the_latency_of_large_requests_says_nothing_of_the_version(points, flag):
    assert kind_of(requests(slow=LAST, points=points)) == flag


def test_a_budget_that_is_off_allows_everything():
    budget = Budget(None, None)

    assert kind_of(requests(failed=LAST, budget=budget)) is None
    assert kind_of(requests(slow=LAST, budget=budget)) is None


def test_a_budget_of_0_allows_no_error():
    assert kind_of(requests(failed=1, fast=50, budget=Budget(0.0, None))) == ERRORS


# Where to go back to


def test_the_way_back_leads_from_version_to_version():
    history = (event("deploy", "a", None), event("deploy", "b", "a"), event("promote", "c", "b"))

    assert list(ways_back(state("c", "b", *history))) == ["b", "a"]


def test_no_way_leads_back_to_a_version_that_had_a_red_flag():
    history = (
        event("deploy", "a", None),
        event("deploy", "b", "a"),
        event("deploy", "c", "b"),
        event("rollback", "b", "c", MARK + ERRORS),
        event("deploy", "d", "b"),
        event("deploy", "c", "d"),
        event("deploy", "e", "c"),
    )

    assert list(ways_back(state("e", "c", *history))) == ["d", "b", "a"]


def test_a_version_that_an_operator_rolled_back_was_not_at_fault_for_that():
    history = (
        event("deploy", "a", None),
        event("deploy", "b", "a"),
        event("rollback", "a", "b", "lunch"),
    )

    assert list(ways_back(state("c", "b", *history))) == ["b", "a"]


def test_a_way_back_that_goes_round_ends():
    history = (
        event("deploy", "a", None),
        event("deploy", "b", "a"),
        event("deploy", "a", "b"),
        event("deploy", "c", "a"),
    )

    assert list(ways_back(state("c", "a", *history))) == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "action", "why", "machine"),
    [
        (SLOW, "rollback", MARK + SLOW, True),
        (ERRORS, "rollback", MARK + SLOW, False),
        (SLOW, "rollback", MARK + ERRORS, False),
        (SLOW, "rollback", "lunch", False),
        (SLOW, "deploy", "", False),
    ],
)
def test_two_slow_versions_one_after_the_other_are_a_slow_machine(kind, action, why, machine):
    history = (event("deploy", "b", "a"), event(action, "a", "b", why), event("canary", "x", "a"))

    assert is_the_machine(RedFlag("a", kind), state("a", None, *history)) is machine


# A canary


@pytest.mark.parametrize(("fault", "times", "kind"), [("fails", 3, ERRORS), ("slow", LAST, SLOW)])
def test_a_canary_over_budget_is_aborted_and_the_history_says_why(house, fault, times, kind):
    house.challenge(SECOND, "FE", fault)
    traffic = house.server(server="5e7e")
    served(traffic, times)

    last = house.state.history[-1]
    assert house.state.candidate is None
    assert (last.action, last.model_id) == ("abort", SECOND)
    assert last.why.startswith(MARK + kind)
    assert last.by.startswith("server 5e7e (")
    assert who(traffic) == FIRST


def test_a_canary_within_budget_goes_on(house):
    house.challenge(SECOND, "FE", "fails")
    served(house.server(), 2)

    assert house.state.candidate.model_id == SECOND


@pytest.mark.parametrize("fault", [WRONG, DOES_NOT_LOAD])
def test_an_unfit_canary_is_aborted(house, fault):
    house.challenge(SECOND, "FE", expected="UE" if fault is WRONG else None)
    if fault is DOES_NOT_LOAD:
        house.store.upload(f"{FOLDER}/{SECOND}/model.pkl", b"no model")
    served(house.server(), 1)

    assert house.state.candidate is None
    assert house.state.history[-1].why.startswith(MARK + fault)


def test_a_canary_that_another_server_aborted_is_nothing_to_do(house):
    house.challenge(SECOND, "FE", "fails")
    first, second = house.server(), house.server()
    for server in (first, second):
        ask(server, POINT)
    served(first, 3)
    served(second, 3)

    assert [each.action for each in house.state.history].count("abort") == 1
    assert who(second) == FIRST


# Production


def test_production_over_its_error_budget_is_rolled_back_and_no_request_is_lost(house):
    house.deploy(SECOND, "FE", "fails")
    traffic = house.server(server="5e7e")
    meanwhile = [who(traffic, TRICKY) for _ in range(3)]
    traffic.duty()

    last = house.state.history[-1]
    assert meanwhile == [FIRST] * 3
    assert (last.action, last.model_id, last.instead_of) == ("rollback", FIRST, SECOND)
    assert last.why.startswith(MARK + ERRORS)
    assert last.by.startswith("server 5e7e (")
    assert who(traffic) == FIRST


def test_production_that_is_too_slow_is_rolled_back(house):
    house.deploy(SECOND, "FE", "slow")
    served(house.server(), LAST)

    assert house.state.model_id == FIRST


def test_production_within_its_budget_stays(house):
    house.deploy(SECOND, "FE", "fails")
    served(house.server(), 2)

    assert house.state.model_id == SECOND


def test_a_new_version_that_is_unfit_is_rolled_back_before_it_answers_anyone(house):
    traffic = house.server()
    ask(traffic)
    house.deploy(SECOND, "FE", expected="UE")
    traffic.duty()

    assert house.state.model_id == FIRST
    assert house.state.history[-1].why.startswith(MARK + WRONG)
    assert traffic.warning(DATASET, MODEL) is None


def test_production_is_smoke_tested_again_while_it_runs(house, monkeypatch):
    house.deploy(SECOND, "FE")
    traffic = house.server()
    ask(traffic)
    monkeypatch.setattr(traffic._lane(DATASET, MODEL).answering.model, "label", "UE")
    house.clock.pass_by(59)
    traffic.duty()
    before = house.state.model_id
    house.clock.pass_by(1)
    traffic.duty()

    assert (before, house.state.model_id) == (SECOND, FIRST)


def test_a_second_red_flag_goes_one_further_back_and_never_to_the_first(house):
    house.deploy(SECOND, "FE", "fails")
    house.deploy(THIRD, "UE", "fails")
    traffic = house.server()
    ids = []
    for _ in range(3):
        served(traffic, 3)
        ids.append(house.state.model_id)

    assert ids == [SECOND, FIRST, FIRST]


def test_a_roll_back_passes_over_a_version_that_is_unfit(house):
    house.deploy(SECOND, "FE")
    house.deploy(THIRD, "UE", "fails")
    house.store.upload(f"{FOLDER}/{SECOND}/model.pkl", b"no model")
    served(house.server(), 3)

    assert house.state.model_id == FIRST


def test_of_two_servers_that_see_a_red_flag_one_rolls_back(house):
    house.deploy(SECOND, "FE", "fails")
    house.deploy(THIRD, "UE", "fails")
    first, second = house.server(), house.server()
    for server in (first, second):
        ask(server, POINT)
    house.clock.pass_by(0.5)  # the second server does not see what the first one does
    served(first, 3)
    served(second, 3)

    assert house.state.model_id == SECOND
    assert [each.action for each in house.state.history].count("rollback") == 1


def test_a_slow_machine_is_no_reason_to_go_back_for_ever(house):
    house.deploy(SECOND, "FE", "slow")
    house.deploy(THIRD, "UE", "slow")
    traffic = house.server()
    served(traffic, LAST)
    served(traffic, LAST)

    assert house.state.model_id == SECOND
    assert "no version to roll back to" in traffic.warning(DATASET, MODEL)


def test_where_there_is_nothing_to_go_back_to_the_server_goes_on_and_says_so(caplog):
    house = House()
    house.deploy(FIRST, "W", "slow")
    traffic = house.server()
    served(traffic, LAST)
    served(traffic, 1)

    assert who(traffic) == FIRST
    assert traffic.warning(DATASET, MODEL) == (
        f"{FIRST} should not answer: {SLOW}, and there is no version to roll back to"
    )
    assert caplog.text.count("for want of another version") == 1


def test_a_warning_ends_with_the_red_flag():
    house = House()
    house.deploy(FIRST, "W", "slow")
    traffic = house.server()
    served(traffic, LAST)
    served(traffic, LAST, POINT)

    assert traffic.warning(DATASET, MODEL) is None


def test_a_roll_back_that_s3_does_not_take_is_made_when_it_is_back(house):
    house.deploy(SECOND, "FE", "fails")
    traffic = house.server()
    upload, house.store.upload = house.store.upload, _away
    answers = [who(traffic, TRICKY) for _ in range(3)]
    traffic.duty()
    before = house.state.model_id
    house.store.upload = upload
    traffic.duty()

    assert answers == [FIRST] * 3
    assert (before, house.state.model_id) == (SECOND, FIRST)


def _away(*_, **__):
    raise UserError("S3 is away")
