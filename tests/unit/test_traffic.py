"""Who answers a request: the same one for the same key, and always a whole, known version."""

import threading

import pytest

from src.errors import UserError
from src.serve.canary import bucket_of
from src.serve.memory import Memory, UnknownRequest
from src.serve.payload import BadPayload
from src.serve.request_id import NO_CANARY, RequestId
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

KEYS = [f"player {number}" for number in range(200)]


@pytest.fixture
def house():
    """A house whose first version, which says W, is in production."""
    house = House()
    house.deploy(FIRST, "W")
    return house


@pytest.fixture
def traffic(house):
    return house.server()


def challengers(traffic):
    """Those of the keys whom the candidate answers."""
    return {key for key in KEYS if who(traffic, key=key) == SECOND}


def tallies(house):
    """Requests, errors, labels and mistakes on S3: of the candidate, of production."""
    counts = ("requests", "errors", "labels", "mistakes")
    return [
        tuple(sum(record[arm][count] for record in house.records()) for count in counts)
        for arm in ("candidate", "production")
    ]


# Production


def test_each_file_of_a_version_is_fetched_once(house, traffic):
    house.store.downloads.clear()

    ask(traffic)

    version = f"{FOLDER}/{FIRST}"
    assert sorted(house.store.downloads) == [
        f"{version}/model.pkl",
        f"{version}/report.json",
        f"{FOLDER}/production.json",
    ]


def test_without_a_canary_production_answers(traffic):
    answer = ask(traffic)

    assert (answer.predictions, answer.model_id) == (["W"], FIRST)


def test_where_nothing_is_in_production_the_caller_is_told():
    with pytest.raises(UserError, match="is in production: train one"):
        ask(House().server())


def test_a_deploy_is_seen_by_a_request_when_the_last_look_is_too_old(house, traffic):
    before = who(traffic)
    house.deploy(SECOND)
    house.clock.pass_by(0.5)
    meanwhile = who(traffic)
    house.clock.pass_by(0.5)

    assert (before, meanwhile, who(traffic)) == (FIRST, FIRST, SECOND)


def test_a_deploy_is_seen_by_the_duty(house, traffic):
    ask(traffic)
    house.deploy(SECOND)
    traffic.duty()

    assert who(traffic) == SECOND


def test_a_version_from_before_there_were_smoke_tests_is_believed(house):
    house.deploy(SECOND, serving=False)

    assert who(house.server()) == SECOND


def test_a_request_of_no_points_is_productions_and_counts_nothing(house, traffic):
    house.challenge(SECOND)
    health = traffic.answer([], "predict", DATASET, MODEL)
    traffic.duty()

    assert health.model_id == FIRST
    assert tallies(house) == [(0, 0, 0, 0), (0, 0, 0, 0)]


@pytest.mark.parametrize("fault", ["smoke", "model"])
def test_a_new_version_that_is_unfit_leaves_the_old_one_answering(house, traffic, fault):
    ask(traffic)
    house.deploy(SECOND, "FE", expected="UE" if fault == "smoke" else None)
    if fault == "model":
        house.store.upload(f"{FOLDER}/{SECOND}/model.pkl", b"no model")
    house.clock.pass_by(1)

    assert ask(traffic).predictions == ["W"]
    assert f"{SECOND} is not fit to answer" in traffic.warning(DATASET, MODEL)


def test_a_server_that_starts_with_an_unfit_version_answers_with_the_one_before(house):
    house.deploy(SECOND, "FE", expected="UE")

    assert who(house.server()) == FIRST


# A production that fails


def test_what_production_fails_the_version_before_it_answers(house):
    house.deploy(SECOND, "FE", "fails")
    traffic = house.server()

    assert (who(traffic, POINT), who(traffic, TRICKY)) == (SECOND, FIRST)


def test_what_production_fails_is_an_error_where_there_is_no_version_before_it():
    house = House()
    house.deploy(FIRST, "W", "fails")

    with pytest.raises(ValueError, match="secret"):
        ask(house.server(), TRICKY)


def test_an_unfit_version_never_steps_in(house):
    house.deploy(SECOND, "UE", expected="FE")
    house.deploy(THIRD, "FE", "fails")

    assert who(house.server(), TRICKY) == FIRST


# Whom the candidate answers


def test_a_key_is_always_answered_by_the_same_version_on_every_server(house, traffic):
    house.challenge(SECOND, share=0.3)
    first_time = challengers(traffic)

    assert challengers(traffic) == challengers(house.server()) == first_time
    assert 0 < len(first_time) < len(KEYS)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_share_is_that_of_the_keys(share):
    buckets = [bucket_of(SECOND, f"{number}".encode()) for number in range(10_000)]

    assert 0 <= min(buckets) < max(buckets) < 1
    assert sum(bucket < share for bucket in buckets) / 10_000 == pytest.approx(share, abs=0.02)


def test_a_share_of_1_is_everybody(house, traffic):
    house.challenge(SECOND, share=1.0)

    assert challengers(traffic) == set(KEYS)


def test_a_growing_share_keeps_those_who_had_the_candidate(house, traffic):
    house.challenge(SECOND, share=0.2)
    before = challengers(traffic)
    house.release.change_share(0.6)
    traffic.duty()

    assert before < challengers(traffic)


def test_another_candidate_gets_other_keys(house, traffic):
    house.challenge(SECOND, share=0.5)
    those_of_the_second = challengers(traffic)

    house.release.abort_canary()
    house.challenge(THIRD, share=0.5)
    traffic.duty()

    assert {key for key in KEYS if who(traffic, key=key) == THIRD} != those_of_the_second


@pytest.mark.parametrize("how", ["abort_canary", "promote_canary"])
def test_when_a_canary_ends_one_version_answers_everybody(house, traffic, how):
    house.challenge(SECOND, share=0.5)
    ask(traffic)
    getattr(house.release, how)()
    traffic.duty()

    assert {who(traffic, key=key) for key in KEYS} == {house.state.model_id}


def test_the_key_is_not_asked_for_without_a_canary(traffic):
    def never():
        pytest.fail("the key was asked for")

    assert traffic.answer([POINT], "predict", DATASET, MODEL, never).model_id == FIRST


# A canary at fault


@pytest.mark.parametrize("fault", ["fails", "short"])
@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_a_canary_at_fault_never_fails_the_request(house, traffic, fault, method):
    house.challenge(SECOND, "FE", fault)
    good, bad = ask(traffic, POINT, method=method), ask(traffic, TRICKY, method=method)
    traffic.duty()

    assert (good.model_id, bad.model_id) == (SECOND, FIRST)
    assert len(bad.predictions) == 1
    assert tallies(house) == [(2, 1, 0, 0), (0, 0, 0, 0)]


def test_a_candidate_that_fails_its_smoke_test_answers_nobody(house, traffic):
    house.challenge(SECOND, "FE", expected="UE")

    assert challengers(traffic) == set()


def test_a_candidate_that_does_not_load_answers_nobody_and_is_counted(house, traffic):
    house.challenge(SECOND)
    house.store.upload(f"{FOLDER}/{SECOND}/model.pkl", b"no model")
    answers = [who(traffic) for _ in range(2)]
    traffic.duty()

    assert answers == [FIRST, FIRST]
    assert tallies(house)[0] == (2, 2, 0, 0)


def test_a_production_that_fails_is_counted_while_a_canary_runs(house):
    house.deploy(SECOND, "W", "fails")
    house.challenge(THIRD, share=1e-9)
    traffic = house.server()
    ask(traffic, POINT)
    ask(traffic, TRICKY)
    traffic.duty()

    assert tallies(house) == [(0, 0, 0, 0), (2, 1, 0, 0)]


# Records


def test_a_server_makes_itself_known_before_the_candidate_answers(house, traffic):
    house.challenge(SECOND)
    answer = ask(traffic)

    assert [record["server"] for record in house.records()] == [answer.request_id.server]


def test_the_record_has_the_latencies(house, traffic):
    house.challenge(SECOND, "FE", "slow")
    ask(traffic, POINT)
    ask(traffic, TRICKY)
    traffic.duty()

    (record,) = house.records()
    assert record["candidate"]["latencies"] == {"1": 1, "2000": 1}


def test_a_record_is_written_only_where_there_is_something_new(house, traffic):
    house.challenge(SECOND)
    ask(traffic)
    traffic.duty()
    before = dict(house.store.objects)
    traffic.duty()

    assert house.store.objects == before


def test_the_last_requests_of_a_canary_are_in_its_record(house, traffic):
    house.challenge(SECOND)
    ask(traffic)
    house.release.abort_canary()
    traffic.duty()

    assert tallies(house)[0] == (1, 0, 0, 0)


def test_the_last_record_is_written_as_soon_as_s3_takes_it(house, traffic):
    house.challenge(SECOND)
    ask(traffic)
    house.release.abort_canary()
    upload = house.store.upload

    def refuse(*_, **__):
        raise UserError("S3 is away")

    house.store.upload = refuse
    traffic.duty()
    house.store.upload = upload
    traffic.duty()

    assert tallies(house)[0] == (1, 0, 0, 0)


def test_a_version_that_is_tried_again_starts_from_nothing(house, traffic):
    house.challenge(SECOND)
    ask(traffic)
    traffic.duty()
    house.release.abort_canary()
    house.clock.pass_by(60)
    house.release.start_canary(SECOND, 1.0)
    traffic.duty()

    assert [record["candidate"]["requests"] for record in house.records()] == [1, 0]


# Labels


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_labels_count_for_the_version_that_answered(house, traffic, method):
    house.challenge(SECOND, "FE", share=0.5)
    for key in KEYS[:20]:
        traffic.label(ask(traffic, key=key, method=method).request_id, ["FE"])
    traffic.duty()

    candidate, production = tallies(house)
    assert candidate[2] + production[2] == 20
    assert (candidate[3], production[3]) == (0, production[2])
    assert min(candidate[2], production[2]) > 0


def test_each_point_has_its_label(house, traffic):
    house.challenge(SECOND, "FE")
    answer = traffic.answer([POINT] * 3, "predict", DATASET, MODEL)
    traffic.label(answer.request_id, ["FE", "W", "FE"])
    traffic.duty()

    assert tallies(house)[0] == (1, 0, 3, 1)


def test_the_labels_of_a_request_count_once(house, traffic):
    house.challenge(SECOND)
    request_id = ask(traffic).request_id
    for _ in range(3):
        traffic.label(request_id, ["FE"])
    traffic.duty()

    assert tallies(house)[0] == (1, 0, 1, 0)


def test_labels_of_a_request_that_the_candidate_failed_count_for_nobody(house, traffic):
    house.challenge(SECOND, "FE", "fails")
    traffic.label(ask(traffic, TRICKY).request_id, ["FE"])
    traffic.duty()

    assert tallies(house) == [(1, 1, 0, 0), (0, 0, 0, 0)]


def test_another_number_of_labels_than_points_is_the_callers_fault(house, traffic):
    house.challenge(SECOND)

    with pytest.raises(BadPayload, match=r"one label for each of the 1 points .* has 2"):
        traffic.label(ask(traffic).request_id, ["FE", "FE"])


def test_labels_without_a_canary_are_taken_and_count_nothing(house, traffic):
    before = ask(traffic).request_id
    traffic.label(before, ["W"])
    house.challenge(SECOND)
    traffic.duty()
    traffic.label(before, ["W"])
    traffic.duty()

    assert tallies(house) == [(0, 0, 0, 0), (0, 0, 0, 0)]


def test_a_number_that_this_server_never_gave_is_unknown(house, traffic):
    house.challenge(SECOND)
    given = ask(traffic).request_id
    forged = RequestId(given.server, given.canary, "0" * 16, DATASET, MODEL)

    with pytest.raises(UnknownRequest):
        traffic.label(forged, ["FE"])


def test_labels_find_the_server_that_answered(house, traffic):
    house.challenge(SECOND)
    other = house.server()
    ask(other)
    for _ in range(2):
        other.label(ask(traffic).request_id, ["W"])
        other.duty()
        house.clock.pass_by(10)
        traffic.duty()

    assert tallies(house)[0] == (3, 0, 2, 2)


def test_labels_for_another_server_count_once(house, traffic):
    house.challenge(SECOND)
    request_id, other = ask(traffic).request_id, house.server()
    ask(other)
    for server in (other, traffic, other):
        server.label(request_id, ["FE"])
        other.duty()
        house.clock.pass_by(10)
        traffic.duty()

    assert tallies(house)[0] == (2, 0, 1, 0)


def test_labels_that_another_server_cannot_join_are_orphans(house, traffic):
    house.challenge(SECOND)
    given, other = ask(traffic).request_id, house.server()
    ask(other)
    other.label(RequestId(given.server, given.canary, "0" * 16, DATASET, MODEL), ["FE"])
    other.duty()
    house.clock.pass_by(10)
    traffic.duty()

    assert sum(record["orphans"] for record in house.records()) == 1


def test_a_server_that_there_never_was_is_unknown(house, traffic):
    house.challenge(SECOND)
    given = ask(traffic).request_id

    with pytest.raises(UnknownRequest):
        traffic.label(RequestId("0" * 8, given.canary, given.number, DATASET, MODEL), ["FE"])


def test_labels_for_another_server_wait_while_s3_is_away(house, traffic):
    house.challenge(SECOND)
    request_id, other = ask(traffic).request_id, house.server()
    ask(other)
    house.store.is_away = True
    other.label(request_id, ["FE"])
    other.duty()
    house.store.is_away = False
    other.duty()
    house.clock.pass_by(10)
    traffic.duty()

    assert tallies(house)[0] == (2, 0, 1, 0)


@pytest.mark.parametrize(("answers", "points"), [(2, 100), (100, 2)])
def test_only_the_newest_answers_are_remembered(answers, points):
    memory = Memory(answers, points)
    for number in "123":
        memory.remember(number, ["W"], None)

    memory.join("3", ["W"])
    memory.join("2", ["W"])
    with pytest.raises(UnknownRequest):
        memory.join("1", ["W"])


# Without S3


def test_requests_flow_while_s3_is_away_and_the_server_says_since_when(house, traffic):
    house.challenge(SECOND, share=0.5)
    before = challengers(traffic)
    house.clock.pass_by(60)
    house.store.is_away = True

    assert challengers(traffic) == before
    assert "since 2026-01-01 00:16:40+00:00" in traffic.warning(DATASET, MODEL)


def test_when_s3_is_back_there_is_nothing_to_warn_of(house, traffic):
    ask(traffic)
    house.store.is_away = True
    traffic.duty()
    house.store.is_away = False
    traffic.duty()

    assert traffic.warning(DATASET, MODEL) is None


def test_a_candidate_that_s3_does_not_give_is_no_fault_of_its_own(house, traffic):
    ask(traffic)
    house.challenge(SECOND)
    download = house.store.download

    def without_models(key):
        if key.endswith("model.pkl"):
            raise UserError("S3 is half away")
        return download(key)

    house.store.download = without_models
    house.clock.pass_by(1)
    answers = [who(traffic)]
    house.store.download = download
    house.clock.pass_by(1)
    answers.append(who(traffic))

    assert answers == [FIRST, SECOND]


def test_a_look_that_hangs_holds_up_one_request_at_most(house, traffic):
    """S3 takes the second look's question and does not answer until the test lets it."""
    ask(traffic)
    reached, opened = threading.Event(), threading.Event()
    download = house.store.download

    def hang(key):
        reached.set()
        assert opened.wait(30)
        return download(key)

    house.store.download = hang
    house.clock.pass_by(1)
    held = threading.Thread(target=who, args=(traffic,))
    held.start()
    assert reached.wait(30)
    answered = who(traffic)
    is_held = held.is_alive()
    opened.set()
    held.join(30)

    assert (answered, is_held) == (FIRST, True)


def test_on_duty_no_request_asks_s3(house, traffic):
    ask(traffic)
    with traffic.on_duty():
        house.store.is_away = True
        house.clock.pass_by(1)
        assert who(traffic) == FIRST


def test_the_duty_ends_with_a_last_record(house, traffic):
    house.challenge(SECOND)
    with traffic.on_duty():
        ask(traffic)

    assert tallies(house)[0] == (1, 0, 0, 0)
    assert "duty" not in {thread.name for thread in threading.enumerate()}


# Names of answers


@pytest.mark.parametrize("dataset", ["tennis_points", "a.b/c d", "größe", "%2E"])
def test_a_request_id_is_read_as_it_was_written(dataset):
    request_id = RequestId("12ab", NO_CANARY, "34cd", dataset, "random_forest")

    assert RequestId.parse(str(request_id)) == request_id
    assert str(request_id).isascii()


@pytest.mark.parametrize(
    "text", ["", "x", "12ab.0.34cd", "../x.0.1.a.b", "1.0.2.a.b.c", "1.0.2.a.b\n"]
)
def test_what_is_no_request_id_is_none(text):
    assert RequestId.parse(text) is None


def test_two_answers_have_two_names(traffic):
    assert ask(traffic).request_id != ask(traffic).request_id
