"""Changing what is in production: each operation, each refusal, and each race."""

from datetime import UTC, datetime, timedelta

import pytest

from src.aws import Conflict, NotFound, Object
from src.errors import UserError
from src.release.operator import operator as whoever_runs_this
from src.release.registry import NotInProduction, Registry, StaleRelease
from src.release.release import Refused, Release
from src.release.smoke import Unfit
from src.release.state import LONGEST_HISTORY, Candidate

DATASET, MODEL = "tennis_points", "random_forest"
POINTER = f"models/{DATASET}/{MODEL}/production.json"
A, B, C, D = (letter * 40 for letter in "abcd")
SHARES = [(10 + step) / 1000 for step in range(LONGEST_HISTORY)]


class Store:
    """S3 as a dictionary; each content that is written has a tag of its own."""

    def __init__(self):
        self.objects = {}
        self.writes = 0

    def upload(self, key, body, *, if_match=None, if_none_match=None):
        there = self.objects.get(key)
        if if_none_match and there:
            raise Conflict(f"{key} is there.")
        if if_match and (there is None or there.etag != if_match):
            raise Conflict(f"{key} was changed.")
        self.writes += 1
        self.objects[key] = Object(body, f'"{self.writes}"')
        return self.objects[key].etag

    def download(self, key):
        if key not in self.objects:
            raise NotFound(f"There is no {key}.")
        return self.objects[key]


class Overtaken:
    """A store where something else happens just before the nth upload."""

    def __init__(self, store, nth, happening):
        self.store = store
        self.uploads_until = nth
        self.happening = happening

    def upload(self, key, body, **conditions):
        self.uploads_until -= 1
        if self.uploads_until == 0:
            self.happening()
        return self.store.upload(key, body, **conditions)

    def __getattr__(self, name):
        return getattr(self.store, name)


class Forgetful(Overtaken):
    """A store whose answer is lost, so that the client sends each upload again."""

    def upload(self, key, body, **conditions):
        self.store.upload(key, body, **conditions)
        return self.store.upload(key, body, **conditions)


class Clock:
    """A minute passes each time it is looked at."""

    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


class Inspector:
    """A smoke test that remembers what it was asked, and finds some versions unfit."""

    def __init__(self):
        self.unfit = set()
        self.seen = []

    def __call__(self, registry, dataset, model, model_id):
        self.seen.append((dataset, model, model_id))
        if model_id in self.unfit:
            raise Unfit(f"{model_id} is unfit.")


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def inspector():
    return Inspector()


@pytest.fixture
def operator(store, inspector):
    """Makes an operator's view of the release; by default on the store that all share."""
    clock = Clock()

    def make(by="ada", store=store):
        return Release(DATASET, MODEL, Registry(store), by, inspector, clock)

    return make


@pytest.fixture
def release(operator):
    return operator()


@pytest.fixture
def deploy(store):
    """Put versions in production, one after the other, as `python -m src deploy` does."""

    def one_after_the_other(*model_ids):
        registry = Registry(store)
        for model_id in model_ids:
            current = registry.production(DATASET, MODEL) if POINTER in store.objects else None
            registry.promote(DATASET, MODEL, model_id, current)

    return one_after_the_other


def told(state):
    """The history without times: what was done with which version, by whom, why, instead of."""
    return [
        (event.action, event.model_id, event.by, event.why, event.instead_of)
        for event in state.history
    ]


# What is in production


def test_a_release_tells_what_is_in_production(release, deploy):
    deploy(A, B)

    assert (release.state().model_id, release.state().previous) == (B, A)


OPERATIONS = {
    "state": lambda release: release.state(),
    "start": lambda release: release.start_canary(C, 0.1),
    "share": lambda release: release.change_share(0.2),
    "abort": lambda release: release.abort_canary(),
    "promote": lambda release: release.promote_canary(),
    "rollback": lambda release: release.rollback(),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_where_nothing_is_in_production_nothing_can_be_changed(release, store, operation):
    with pytest.raises(NotInProduction):
        operation(release)
    assert store.objects == {}


# The canary


def test_a_canary_answers_a_share_while_production_stays(release, deploy):
    deploy(A)

    state = release.start_canary(B, 0.1)

    assert state.candidate == Candidate(B, 0.1, since="2026-01-01T00:01:00+00:00")
    assert (state.model_id, state.previous) == (A, None)
    assert release.state() == state


def test_the_share_changes_while_the_canary_runs(release, deploy):
    deploy(A)
    started = release.start_canary(B, 0.1).candidate

    assert release.change_share(0.5).candidate == Candidate(B, 0.5, started.since)


def test_an_aborted_canary_leaves_production_alone(release, deploy):
    deploy(A, B)
    before = release.state()
    release.start_canary(C, 0.1)

    after = release.abort_canary("too slow")

    assert after.candidate is None
    assert (after.model_id, after.previous) == (B, A)
    assert after.deployed_at == before.deployed_at


def test_a_promoted_canary_replaces_production(release, deploy):
    deploy(A)
    before = release.state()
    release.start_canary(B, 0.1)

    after = release.promote_canary()

    assert (after.model_id, after.previous, after.candidate) == (B, A, None)
    assert after.deployed_at != before.deployed_at


def test_a_canary_may_start_after_another_has_ended(release, deploy):
    deploy(A)
    release.start_canary(B, 0.1)
    release.abort_canary()

    assert release.start_canary(C, 1).candidate.model_id == C


def test_a_deploy_ends_a_canary(release, deploy):
    """It was measured against what is not in production any more."""
    deploy(A)
    release.start_canary(B, 0.1)

    deploy(C)

    assert release.state().candidate is None


# Roll-back


def test_a_roll_back_goes_to_the_previous_version(release, deploy):
    deploy(A, B)

    after = release.rollback()

    assert (after.model_id, after.previous) == (A, None)


def test_roll_backs_go_down_the_chain_and_not_to_and_fro(release, deploy):
    deploy(A, B, C)

    chain = [release.rollback() for _ in range(2)]

    assert [(state.model_id, state.previous) for state in chain] == [(B, A), (A, None)]


def test_a_roll_back_after_a_promotion_goes_to_what_it_replaced(release, deploy):
    deploy(A, B)
    release.start_canary(C, 0.1)
    release.promote_canary()

    chain = [release.rollback() for _ in range(2)]

    assert [state.model_id for state in chain] == [B, A]


def test_what_is_deployed_after_a_roll_back_goes_back_to_what_it_replaced(release, deploy):
    deploy(A, B)
    release.rollback()
    deploy(C)

    assert release.rollback().model_id == A


def test_a_second_roll_back_to_a_version_goes_on_to_what_it_replaced_when_it_was_new(
    release, deploy
):
    """Not to the faulty one that the first roll-back had replaced by it."""
    deploy(A, B, C)
    release.rollback()
    deploy(D)

    chain = [release.rollback() for _ in range(2)]

    assert [state.model_id for state in chain] == [B, A]


def test_a_roll_back_may_name_any_version(release, deploy):
    deploy(A, B, C)

    after = release.rollback(A)

    assert (after.model_id, after.previous) == (A, None)


def test_a_roll_back_may_be_undone_by_name(release, deploy):
    deploy(A, B)
    release.rollback()

    after = release.rollback(B)

    assert (after.model_id, after.previous) == (B, A)


def test_a_version_that_never_was_in_production_has_no_previous(release, deploy):
    deploy(A, B)

    after = release.rollback(D)

    assert (after.model_id, after.previous) == (D, None)


def test_a_roll_back_ends_a_canary(release, deploy):
    deploy(A, B)
    release.start_canary(C, 0.1)

    assert release.rollback().candidate is None


def test_an_automatic_roll_back_happens_where_the_faulty_version_is_in_production(release, deploy):
    deploy(A, B)

    assert release.rollback(instead_of=B).model_id == A


def test_an_automatic_roll_back_changes_nothing_after_somebody_was_faster(release, deploy):
    """Several servers see the same red flag; the second must not roll back what is sound."""
    deploy(A, B, C)
    first = release.rollback(instead_of=C)

    with pytest.raises(Refused, match=f"{C} is not in production any more: {B} is"):
        release.rollback(instead_of=C)
    assert release.state() == first


# Refusals


REFUSALS = {
    "a canary of what is in production": (
        lambda release: release.start_canary(B, 0.1),
        f"{B} is in production: a canary needs another version",
    ),
    "a share of nothing": (
        lambda release: release.start_canary(C, 0),
        "A share of 0 is none",
    ),
    "a share below nothing": (
        lambda release: release.start_canary(C, -0.1),
        "A share of -0.1 is none",
    ),
    "a share of more than all": (
        lambda release: release.start_canary(C, 1.01),
        "A share of 1.01 is none",
    ),
    "a share that is no number": (
        lambda release: release.start_canary(C, float("nan")),
        "A share of nan is none",
    ),
    "a share of no canary": (
        lambda release: release.change_share(0.2),
        "There is no canary of random_forest on tennis_points",
    ),
    "an abort of no canary": (
        lambda release: release.abort_canary(),
        "There is no canary of random_forest on tennis_points",
    ),
    "a promotion of no canary": (
        lambda release: release.promote_canary(),
        "There is no canary of random_forest on tennis_points",
    ),
    "a roll-back to itself": (
        lambda release: release.rollback(B),
        f"{B} is in production already",
    ),
    "an automatic roll-back of another version": (
        lambda release: release.rollback(instead_of=A),
        f"{A} is not in production any more: {B} is",
    ),
}


@pytest.mark.parametrize(("operation", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    release, deploy, inspector, operation, sentence
):
    deploy(A, B)
    before = release.state()

    with pytest.raises(Refused, match=sentence):
        operation(release)
    assert release.state() == before
    assert inspector.seen == []


def test_a_second_canary_is_refused(release, deploy):
    deploy(A)
    before = release.start_canary(B, 0.1)

    with pytest.raises(Refused, match=f"{B} is the canary now: promote or abort it first"):
        release.start_canary(C, 0.1)
    assert release.state() == before


def test_a_share_of_nothing_is_refused_while_a_canary_runs(release, deploy):
    deploy(A)
    before = release.start_canary(B, 0.1)

    with pytest.raises(Refused, match="A share of 0 is none"):
        release.change_share(0)
    assert release.state() == before


def test_an_abort_of_another_canary_is_refused(release, deploy):
    """A server saw the fault of a canary that was replaced meanwhile."""
    deploy(A)
    before = release.start_canary(B, 0.1)

    with pytest.raises(Refused, match=f"{C} is not the canary any more: {B} is"):
        release.abort_canary(model_id=C)
    assert release.state() == before


def test_an_abort_of_the_very_canary_is_done(release, deploy):
    deploy(A)
    release.start_canary(B, 0.1)

    assert release.abort_canary(model_id=B).candidate is None


def test_a_roll_back_from_the_first_version_is_refused(release, deploy):
    deploy(A)

    with pytest.raises(Refused, match="no previous version to roll back to: give an id"):
        release.rollback()


# The smoke test


CHECKED = {
    "start": (OPERATIONS["start"], C),
    "promote": (OPERATIONS["promote"], D),
    "rollback": (OPERATIONS["rollback"], A),
}


@pytest.fixture
def under_way(release, deploy):
    """Prepare an operation: B is in production instead of A, and D the canary for a promotion."""

    def prepare(name):
        deploy(A, B)
        if name == "promote":
            release.start_canary(D, 0.1)
        return release.state()

    return prepare


@pytest.mark.parametrize("name", CHECKED)
def test_what_is_to_answer_is_tested_first(release, under_way, inspector, name):
    operation, model_id = CHECKED[name]
    under_way(name)

    operation(release)

    assert inspector.seen[-1] == (DATASET, MODEL, model_id)


@pytest.mark.parametrize("name", CHECKED)
def test_what_is_unfit_answers_nobody(release, under_way, inspector, name):
    operation, model_id = CHECKED[name]
    before = under_way(name)
    inspector.unfit.add(model_id)

    with pytest.raises(UserError, match=f"{model_id} is unfit"):
        operation(release)
    assert release.state() == before


@pytest.mark.parametrize("operation", ["share", "abort"])
def test_a_canary_that_became_unfit_can_still_be_reined_in(release, deploy, inspector, operation):
    deploy(A)
    release.start_canary(B, 0.1)
    inspector.unfit.add(B)

    OPERATIONS[operation](release)

    assert told(release.state())[-1][0] == operation


# The history


def test_the_history_tells_who_did_what_and_why(operator, deploy):
    deploy(A)
    ada, bob = operator("ada"), operator("bob")
    ada.start_canary(B, 0.1, "fewer mistakes on clay")
    bob.change_share(0.25)
    bob.promote_canary("better")
    ada.start_canary(C, 0.1)
    ada.abort_canary("slow")
    bob.rollback(why="errors")

    assert told(ada.state())[1:] == [
        ("canary", B, "ada", "fewer mistakes on clay", A),
        ("share", B, "bob", "share 0.25", A),
        ("promote", B, "bob", "better", A),
        ("canary", C, "ada", "share 0.1", B),
        ("abort", C, "ada", "slow", B),
        ("rollback", A, "bob", "errors", B),
    ]


def test_the_history_tells_when(release, deploy):
    deploy(A)
    release.start_canary(B, 0.1)
    release.change_share(0.2)

    times = [datetime.fromisoformat(event.at) for event in release.state().history[1:]]

    assert all(time.utcoffset() == timedelta(0) for time in times)
    assert times == sorted(set(times))


def test_the_history_is_bounded_and_loses_the_oldest_first(release, deploy):
    deploy(A)
    release.start_canary(B, 0.5)
    for share in SHARES:
        release.change_share(share)

    history = release.state().history

    assert [event.why for event in history] == [f"share {share:g}" for share in SHARES]


def test_a_deploy_keeps_the_history(release, deploy):
    deploy(A)
    release.start_canary(B, 0.1)

    deploy(C)

    assert [event.action for event in release.state().history] == ["deploy", "canary", "deploy"]


# Races


WINNERS = {
    "a deploy": lambda bob, deploy: deploy(D),
    "a share": lambda bob, deploy: bob.change_share(0.9, "bob's"),
    "an abort": lambda bob, deploy: bob.abort_canary("bob's"),
    "a promotion": lambda bob, deploy: bob.promote_canary("bob's"),
    "a roll-back": lambda bob, deploy: bob.rollback(why="bob's"),
}
LOSERS = {
    "share": lambda ada: ada.change_share(0.2),
    "abort": lambda ada: ada.abort_canary(),
    "promote": lambda ada: ada.promote_canary(),
    "rollback": lambda ada: ada.rollback(),
}


@pytest.mark.parametrize("win", WINNERS.values(), ids=WINNERS)
@pytest.mark.parametrize("lose", LOSERS.values(), ids=LOSERS)
def test_of_two_operators_at_once_one_wins_and_the_other_is_told(
    operator, deploy, store, win, lose
):
    deploy(A, B)
    operator().start_canary(C, 0.1)
    won = []

    def overtake():
        win(operator("bob"), deploy)
        won.append(operator().state())

    with pytest.raises(StaleRelease, match="somebody else changed what is in production"):
        lose(operator("ada", Overtaken(store, 1, overtake)))

    assert [operator().state()] == won


def test_of_two_canaries_at_once_one_wins(operator, deploy, store):
    deploy(A)
    late = operator("ada", Overtaken(store, 1, lambda: operator("bob").start_canary(B, 0.1)))

    with pytest.raises(StaleRelease):
        late.start_canary(C, 0.1)

    assert operator().state().candidate.model_id == B


def test_of_two_servers_that_see_the_same_red_flag_one_rolls_back(operator, deploy, store):
    """Were the second to roll back too, it would roll back a version that is sound."""
    deploy(A, B, C)
    late = operator("two", Overtaken(store, 1, lambda: operator("one").rollback(instead_of=C)))

    with pytest.raises(StaleRelease):
        late.rollback(instead_of=C)

    assert operator().state().model_id == B


def test_the_loser_may_try_again_and_the_history_keeps_both(operator, deploy, store):
    deploy(A)
    operator().start_canary(B, 0.1)
    ada = operator("ada", Overtaken(store, 1, lambda: operator("bob").change_share(0.5)))
    with pytest.raises(StaleRelease):
        ada.promote_canary("better")

    ada.promote_canary("better")

    assert told(ada.state())[-2:] == [
        ("share", B, "bob", "share 0.5", A),
        ("promote", B, "ada", "better", A),
    ]


@pytest.mark.parametrize("change", LOSERS.values(), ids=LOSERS)
def test_a_change_whose_answer_was_lost_is_no_conflict_with_itself(operator, deploy, store, change):
    """Clients of S3 send a request again when no answer came, and the first may have arrived."""
    deploy(A, B)
    operator().start_canary(C, 0.1)
    before = operator().state()

    after = change(operator("ada", Forgetful(store, 0, None)))

    assert operator().state() == after
    assert len(after.history) == len(before.history) + 1


def test_production_that_is_gone_is_a_stale_release(operator, deploy, store):
    deploy(A, B)
    late = operator("ada", Overtaken(store, 1, lambda: store.objects.pop(POINTER)))

    with pytest.raises(StaleRelease):
        late.rollback()
    assert store.objects == {}


def test_who_runs_the_process_makes_the_changes(store, deploy, inspector):
    deploy(A, B)
    state = Release(DATASET, MODEL, Registry(store), check=inspector).rollback()

    assert state.history[-1].by == whoever_runs_this()
