"""What servers write of a canary, and how it is read and added up."""

import json
import math
from itertools import pairwise

import pytest

from src import aws
from src.errors import UserError
from src.release.records import BOUNDS, Record, Tally, bound_of, read_records, write_record
from src.release.state import Candidate

DATASET, MODEL = "tennis_points", "random_forest"
CANDIDATE = Candidate("2" * 40, 0.1, "2026-01-01T12:00:00.123456+00:00")
AT = "2026-01-01T12:05:00+00:00"
FOLDER = f"models/{DATASET}/{MODEL}/canary/{'2' * 40}/2026-01-01T12-00-00-123456-00-00/records/"


class Store(dict):
    """Objects by their keys."""

    def upload(self, key, body, **conditions):
        self[key] = body
        return "tag"

    def download(self, key):
        if key not in self:
            raise aws.NotFound(key)
        return aws.Object(self[key], "tag")

    def list_keys(self, prefix):
        return sorted(key for key in self if key.startswith(prefix))


@pytest.fixture
def store():
    return Store()


def record(server="here", **changes):
    seen = {"candidate": Tally(10, 1, 4, 2, {"5": 10}), "production": Tally(90, 0, 40, 8)}
    return Record(server, AT, **seen | changes)


def write(store, *records, candidate=CANDIDATE):
    for one in records:
        write_record(store, DATASET, MODEL, candidate, one)


def read(store, candidate=CANDIDATE, **options):
    return read_records(store, DATASET, MODEL, candidate, **options)


def test_a_record_is_read_as_it_was_written(store):
    write(store, record(orphans=3))

    assert read(store) == [record(orphans=3)]


def test_each_server_has_a_record_of_its_own(store):
    write(store, record("one"), record("two"))

    assert list(store) == [f"{FOLDER}one.json", f"{FOLDER}two.json"]


def test_a_server_overwrites_only_its_own_record(store):
    write(store, record("one"), record("two"), record("two", orphans=1))

    assert read(store) == [record("one"), record("two", orphans=1)]


@pytest.mark.parametrize("server", ["10.0.0.1:8000", "a/b", "../../production", "ä ö?"])
def test_any_name_of_a_server_stays_within_the_folder(store, server):
    write(store, record(server))

    [key] = store
    assert "/" not in key.removeprefix(FOLDER)
    assert read(store) == [record(server)]


@pytest.mark.parametrize(
    "other",
    [
        Candidate("3" * 40, 0.1, CANDIDATE.since),
        Candidate(CANDIDATE.model_id, 0.1, "2026-01-02T12:00:00+00:00"),
    ],
    ids=["another version", "the same version at another time"],
)
def test_records_of_another_canary_are_not_read(store, other):
    write(store, record(), candidate=other)

    assert read(store) == []


def test_a_canary_whose_share_changed_is_the_same_canary(store):
    write(store, record())

    assert read(store, Candidate(CANDIDATE.model_id, 0.5, CANDIDATE.since)) == [record()]


def broken(**changes):
    return json.dumps({"server": "x", "at": AT, "candidate": {}, "production": {}} | changes)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        broken(candidate={"labels": 1, "mistakes": 2}),
        broken(production={"requests": 1, "errors": 2}),
        broken(candidate={"requests": -1}),
        broken(candidate={"requests": 1.5}),
        broken(candidate={"requests": "1"}),
        broken(candidate={"latencies": {"5": -1}}),
        broken(candidate={"latencies": {"4": 1}}),
        broken(orphans=-1),
        broken(server=""),
        broken(at="yesterday"),
        broken(at="2026-01-01T12:00:00"),
    ],
)
def test_a_damaged_record_is_told_by_its_key(store, body):
    store[f"{FOLDER}x.json"] = body.encode()

    with pytest.raises(UserError, match=r"records/x\.json on S3 is damaged"):
        read(store)


def test_the_sample_of_the_test_above_is_damaged_only_by_what_it_changes(store):
    store[f"{FOLDER}x.json"] = broken().encode()

    assert read(store) == [Record("x", AT, Tally(), Tally())]


def test_whoever_wants_to_know_of_damaged_records_gets_the_others(store):
    write(store, record("sound"))
    store[f"{FOLDER}a.json"] = b"cut o"
    damaged = []

    assert read(store, damaged=damaged.append) == [record("sound")]
    assert damaged == [f"{FOLDER}a.json"]


def test_a_record_that_is_removed_meanwhile_is_left_out(store):
    write(store, record("gone"), record("here"))
    store.list_keys = lambda prefix: [f"{FOLDER}gone.json", f"{FOLDER}here.json"]
    del store[f"{FOLDER}gone.json"]

    assert read(store) == [record("here")]


def test_tallies_add_up():
    first = Tally(10, 1, 4, 2, {"1": 3, "5": 7})
    second = Tally(20, 2, 8, 3, {"5": 1, "inf": 19})

    assert first + second == Tally(30, 3, 12, 5, {"1": 3, "5": 8, "inf": 19})


def test_nothing_adds_nothing():
    tally = Tally(10, 1, 4, 2, {"1": 3, "5": 0})

    assert (tally + Tally()).requests == 10
    assert (tally + Tally()).quantile(0.9) == tally.quantile(0.9)


@pytest.mark.parametrize(
    "counts",
    [
        {"requests": -1},
        {"requests": 1, "errors": 2},
        {"labels": 1, "mistakes": 2},
        {"labels": 1, "mistakes": -1},
        {"latencies": {"5": -1}},
        {"latencies": {"5.0": 1}},
    ],
)
def test_what_cannot_have_been_counted_is_no_tally(counts):
    with pytest.raises(ValueError, match=r"below 0|of \d|none of the bounds"):
        Tally(**counts)


@pytest.mark.parametrize(
    ("milliseconds", "bound"),
    [(0, "1"), (1, "1"), (1.01, "1.5"), (4, "5"), (5, "5"), (30_000, "30000"), (30_001, "inf")],
)
def test_a_latency_is_counted_under_the_least_bound_that_is_not_below_it(milliseconds, bound):
    assert bound_of(milliseconds) == bound


def test_bounds_rise_by_two_thirds_at_most():
    bounds = [float(bound) for bound in BOUNDS[:-1]]

    assert all(1 < after / before < 1.67 for before, after in pairwise(bounds))
    assert (bounds[0], bounds[-1], BOUNDS[-1]) == (1, 30_000, "inf")


@pytest.mark.parametrize(
    ("q", "upper"), [(0, 2), (0.5, 2), (0.51, 10), (0.9, 10), (0.91, math.inf), (1, math.inf)]
)
def test_a_quantile_is_the_bound_that_so_many_requests_keep(q, upper):
    assert Tally(10, latencies={"inf": 1, "2": 5, "10": 4}).quantile(q) == upper


def test_without_requests_there_is_no_quantile():
    assert math.isnan(Tally().quantile(0.5))
