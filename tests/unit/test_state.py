"""The content of a production.json: written, read, and refused where it is none."""

import json
from dataclasses import asdict, replace

import pytest

from src.release.state import LONGEST_HISTORY, Candidate, Event, State, longer

FIRST, SECOND, THIRD = "1" * 40, "2" * 40, "3" * 40
THEN, LATER = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"
STATE = State(
    model_id=SECOND,
    previous=FIRST,
    deployed_at=THEN,
    candidate=Candidate(THIRD, 0.1, LATER),
    history=(
        Event("deploy", SECOND, THEN, "ada@laptop", instead_of=FIRST),
        Event("canary", THIRD, LATER, "bob@laptop", "is said to be better", SECOND),
    ),
)


def read(**changes):
    return State.from_json(json.dumps(asdict(STATE) | changes).encode())


def events(number):
    return tuple(Event("share", THIRD, THEN, "ada", f"share {n}") for n in range(number))


def test_a_state_survives_its_json():
    assert State.from_json(STATE.to_json()) == STATE


def test_a_pointer_of_before_canaries_can_still_be_read():
    pointer = {"model_id": SECOND, "previous": FIRST, "deployed_at": THEN}

    assert State.from_json(json.dumps(pointer).encode()) == State(SECOND, FIRST, THEN)


def test_a_first_deploy_has_no_previous():
    assert read(previous=None).previous is None


def test_what_a_later_version_may_write_besides_is_passed_over():
    assert read(format=3) == STATE


@pytest.mark.parametrize(
    "changes",
    [
        {"model_id": None},
        {"model_id": 7},
        {"deployed_at": None},
        {"candidate": {"model_id": THIRD}},
        {"candidate": asdict(STATE.candidate) | {"share": "some"}},
        {"history": None},
        {"history": [{"action": "deploy"}]},
        {"history": [asdict(STATE.history[0]) | {"action": "vanish"}]},
    ],
)
def test_a_damaged_state_is_refused(changes):
    with pytest.raises(ValueError, match=next(iter(changes))):
        read(**changes)


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b"\xff", STATE.to_json()[:-2]])
def test_what_is_no_state_is_refused(data):
    with pytest.raises(ValueError, match="validation error"):
        State.from_json(data)


def test_a_history_grows_at_its_end():
    event = Event("abort", THIRD, LATER, "ada")

    assert longer(STATE.history, event) == (*STATE.history, event)


def test_a_long_history_loses_its_oldest_event_only():
    event = Event("abort", THIRD, LATER, "ada")
    full = events(LONGEST_HISTORY)

    assert longer(full, event) == (*full[1:], event)


def test_a_full_history_is_small_enough_to_be_read_each_second():
    state = replace(STATE, history=events(LONGEST_HISTORY))

    assert len(state.to_json()) < 100_000
