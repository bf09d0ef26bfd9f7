"""While versions come and go, servers die and S3 hangs, no request notices."""

import pytest

from benchmarks.under_load import prove

SECONDS = 9


@pytest.fixture(scope="module")
def seen():
    """What clients of two real server processes saw while everything happened to these."""
    return prove(SECONDS)


def test_no_request_fails(seen):
    assert seen.failed == []


def test_the_clients_have_asked_all_the_time(seen):
    answered = [answers for _, _, answers in seen.events]

    assert answered == sorted(set(answered)), "between two events nothing was answered"


def test_each_version_has_answered(seen):
    """Had only one of them, the others' requests would have proven nothing."""
    assert len(seen.answers) == 3


def test_the_servers_abort_and_roll_back_by_themselves(seen):
    by_servers = [event.action for event in seen.history if event.by.startswith("server")]

    assert by_servers == ["abort", "rollback"]
