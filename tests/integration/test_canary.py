"""A canary as an operator sees it: started, judged by what all servers saw, ended, rolled back."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from src import aws
from src.__main__ import cli
from src.config import DEFAULT_MODEL, Settings
from src.release.canary import Judgement, judge
from src.release.canary_console import promote_and_show
from src.release.canary_status import sentences, verdict
from src.release.decision import Decision
from src.release.records import Record, Tally, write_record
from src.release.registry import Registry
from src.release.release import Refused, Release
from src.release.state import Candidate
from src.train.train import train
from src.utils import sha256
from tests.small_dataset import NAME, write_small_dataset

AT = "2026-01-01T12:00:00+00:00"
GOOD = Tally(1_000, 2, 1_000, 100, {"5": 900, "30": 100})
BAD = Tally(1_000, 1, 1_000, 200, {"2": 1_000})


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Ids of three training runs, on a machine with the small dataset."""
    house = tmp_path_factory.mktemp("house")
    write_small_dataset(house / "data")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("DATA_DIR", str(house / "data"))
        patch.setenv("OUTPUT_DIR", str(house / "output"))
        yield [train(NAME, parameters={"n_estimators": n}).model_id for n in (2, 3, 4)]


@pytest.fixture
def ids(trained, monkeypatch, tmp_path):
    """The three ids; the first is in production, in a bucket of the test's own."""
    bucket = f"shelf-{sha256(bytes(tmp_path))[:20]}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    monkeypatch.setenv("S3_BUCKET", bucket)
    Registry().deploy(Settings.from_env().output_dir / trained[0])
    return trained


@pytest.fixture
def canary(ids):
    """The second version, as it answers a tenth of the requests."""
    operate("canary", "start", ids[1])
    return Release(NAME, DEFAULT_MODEL).state().candidate


def operate(*arguments):
    return CliRunner().invoke(cli, ["release", *arguments, "--dataset", NAME])


def state():
    return Release(NAME, DEFAULT_MODEL).state()


def saw(canary, server, candidate, production, **more):
    record = Record(server, AT, candidate, production, **more)
    write_record(aws, NAME, DEFAULT_MODEL, canary, record)


def test_what_all_servers_saw_is_judged_together(canary):
    half_good, half_bad = Tally(500, 1, 500, 50), Tally(500, 0, 500, 100)
    saw(canary, "one", half_good, half_bad)
    saw(canary, "two", half_good, half_bad, orphans=3)

    judgement = judge(Release(NAME, DEFAULT_MODEL))

    assert judgement.candidate == canary
    assert judgement.candidate_tally == Tally(1_000, 2, 1_000, 100)
    assert judgement.production_tally == Tally(1_000, 0, 1_000, 200)
    assert judgement.decision.verdict == "better"
    assert [one.server for one in judgement.servers] == ["one", "two"]
    assert judgement.orphans == 3


def test_a_damaged_record_costs_only_what_it_told(canary):
    saw(canary, "sound", GOOD, BAD)
    saw(canary, "torn", GOOD, BAD)
    [key] = [key for key in aws.list_keys("") if key.endswith("torn.json")]
    aws.upload(key, b'{"server": "to')

    judgement = judge(Release(NAME, DEFAULT_MODEL))

    assert judgement.candidate_tally == GOOD
    assert judgement.damaged == (key,)
    assert f"{key} is damaged and was left out" in operate("canary", "status").stdout


def test_a_canary_that_starts_again_starts_from_nothing(canary, ids):
    saw(canary, "one", GOOD, BAD)
    operate("canary", "abort")
    operate("canary", "start", ids[1])

    assert judge(Release(NAME, DEFAULT_MODEL)).candidate_tally == Tally()


def test_without_a_canary_there_is_nothing_to_judge(ids):
    with pytest.raises(Refused, match="python -m src release canary start"):
        judge(Release(NAME, DEFAULT_MODEL))


def test_a_run_that_is_not_on_s3_yet_is_published_as_the_canary_starts(ids):
    result = operate("canary", "start", ids[1][:20].upper(), "--share", "0.25")

    assert result.exit_code == 0
    assert f"{ids[1]} answers 25 % of the requests, {ids[0]} the others" in result.stdout
    assert f"canary status --dataset {NAME}" in result.stdout
    assert state().candidate.share == 0.25
    assert Registry().report(NAME, DEFAULT_MODEL, ids[1]).model_id == ids[1]


def test_a_version_that_is_only_on_s3_can_be_a_canary(ids, monkeypatch, tmp_path):
    Registry().publish(Settings.from_env().output_dir / ids[1])
    monkeypatch.setenv("OUTPUT_DIR", str(tmp_path))

    assert operate("canary", "start", ids[1][:20].upper()).exit_code == 0
    assert state().candidate.model_id == ids[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("12345",), "at least 6 digits"),
        (("0" * 40,), "No version"),
        (("SECOND", "--share", "0"), "A share of 0 is none"),
        (("FIRST",), "is in production: a canary needs another version"),
        (("SECOND", "--model", "logistic_regression"), "give --dataset shots --model random_f"),
    ],
)
def test_what_can_be_no_canary_is_told(ids, arguments, told):
    named = {"FIRST": ids[0], "SECOND": ids[1]}
    result = operate("canary", "start", *(named.get(one, one) for one in arguments))

    assert result.exit_code == 2
    assert told in result.stderr
    assert state().candidate is None


def test_a_run_that_fails_its_smoke_test_is_not_even_published(ids, monkeypatch):
    monkeypatch.setattr("src.release.smoke.API_VERSION", "9.0.0")

    result = operate("canary", "start", ids[1])

    assert result.exit_code == 2
    assert "fails its smoke test" in result.stderr
    assert Registry().versions(NAME, DEFAULT_MODEL) == [ids[0]]


def test_the_share_changes_while_it_runs(canary):
    result = operate("canary", "share", "0.5")

    assert result.stdout == f"{canary.model_id} answers 50 % of the requests now.\n"
    assert state().candidate == Candidate(canary.model_id, 0.5, canary.since)


def test_the_status_tells_who_answered_how_and_what_follows(canary, ids):
    saw(canary, "one", GOOD, BAD)

    told = operate("canary", "status").stdout

    rows = [line.split() for line in told.splitlines()]
    counted = "1,000 2 (0.2 %) ≤ 5 ms ≤ 30 ms 1,000 100 (10.0 %)"
    assert ["candidate", f"{ids[1][:10]}…", *counted.split()] in rows
    counted = "1,000 1 (0.1 %) ≤ 2 ms ≤ 2 ms 1,000 200 (20.0 %)"
    assert ["production", f"{ids[0][:10]}…", *counted.split()] in rows
    assert "Better: it makes fewer mistakes: 0.100 a label against 0.200 a label." in told
    assert told.endswith(f"Next: python -m src release canary promote --dataset {NAME}\n")


def test_the_status_of_a_canary_that_no_server_saw_yet(canary):
    result = operate("canary", "status")

    assert result.exit_code == 0
    assert "Not yet: there are too few labels" in result.stdout
    assert "No server was heard of yet" in result.stdout


def test_a_candidate_that_is_better_is_promoted_and_the_history_says_why(canary, ids):
    saw(canary, "one", GOOD, BAD)

    result = operate("canary", "promote")

    assert result.exit_code == 0
    assert f"In production: {ids[1]}" in result.stdout
    assert f"It replaces {ids[0]}" in result.stdout
    assert (state().model_id, state().previous, state().candidate) == (ids[1], ids[0], None)
    assert state().history[-1].why.startswith("better: it makes fewer mistakes")


@pytest.mark.parametrize(
    ("candidate", "verdict"), [(Tally(), "Not yet"), (BAD, "Not yet"), (GOOD, "Worse")]
)
def test_a_candidate_that_is_not_proven_to_be_better_is_not_promoted(
    canary, ids, candidate, verdict
):
    better = Tally(1_000, 0, 1_000, 20)
    saw(canary, "one", candidate, better if candidate == GOOD else BAD)

    result = operate("canary", "promote", "--why", "I like it")

    assert result.exit_code == 2
    assert f"{ids[1]} is not proven to be better. {verdict}: " in result.stderr
    assert (state().model_id, state().candidate) == (ids[0], canary)


def test_it_is_promoted_anyway_with_a_reason(canary, ids):
    result = operate("canary", "promote", "--anyway", "--why", "labels take a month")

    assert result.exit_code == 0
    assert state().model_id == ids[1]
    assert state().history[-1].why == "labels take a month (not yet)"


def test_it_is_not_promoted_anyway_without_a_reason(canary, ids):
    result = operate("canary", "promote", "--anyway")

    assert result.exit_code == 2
    assert "--why" in result.stderr
    assert state().model_id == ids[0]


def test_only_the_candidate_that_was_judged_is_promoted(canary, ids, monkeypatch):
    """While the records are read, somebody puts another candidate in its place."""
    saw(canary, "one", GOOD, BAD)

    def judge_slowly(release, store):
        judgement = judge(release, store)
        operate("canary", "abort")
        operate("canary", "start", ids[2])
        return judgement

    monkeypatch.setattr("src.release.canary_console.judge", judge_slowly)

    with pytest.raises(Refused, match=f"{ids[1]} is not the canary any more: {ids[2]} is"):
        promote_and_show(NAME, DEFAULT_MODEL, anyway=False, why="")
    assert state().model_id == ids[0]


def test_after_an_abort_production_answers_everything(canary, ids):
    result = operate("canary", "abort", "--why", "no time")

    assert result.stdout.splitlines() == [
        f"{ids[1]} is no canary any more.",
        f"In production: {ids[0]} ({DEFAULT_MODEL} on {NAME})",
    ]
    assert (state().candidate, state().history[-1].why) == (None, "no time")


@pytest.mark.parametrize(
    "command", ["status", "promote", "abort", ("share", "0.5")], ids=lambda command: command[0]
)
def test_without_a_canary_its_commands_say_so(ids, command):
    result = operate("canary", *([command] if isinstance(command, str) else command))

    assert result.exit_code == 2
    assert f"There is no canary of {DEFAULT_MODEL} on {NAME}" in result.stderr


def test_a_roll_back_tells_what_answers_now_and_what_it_replaced(canary, ids):
    operate("canary", "promote", "--anyway", "--why", "a test")

    result = operate("rollback", "--why", "complaints")

    assert result.stdout.splitlines() == [
        f"In production: {ids[0]} ({DEFAULT_MODEL} on {NAME})",
        f"It replaces {ids[1]}.",
        "There is nothing before it: a further roll-back needs an ID.",
    ]
    assert state().history[-1].why == "complaints"


def test_a_roll_back_to_a_given_version_tells_where_the_next_one_goes(ids):
    for model_id in ids[1:]:
        Registry().deploy(Settings.from_env().output_dir / model_id)

    result = operate("rollback", ids[1][:6])

    assert f"In production: {ids[1]}" in result.stdout
    assert f"It replaces {ids[2]}." in result.stdout
    assert f"A further roll-back goes to {ids[0]}." in result.stdout


@pytest.mark.parametrize(
    ("which", "told"),
    [
        ((), "There is no previous version"),
        (("FIRST",), "is in production already"),
        (("SECOND",), "was never on S3"),
    ],
    ids=["no previous", "to itself", "not published"],
)
def test_a_roll_back_to_nowhere_is_told(ids, which, told):
    named = {"FIRST": ids[0], "SECOND": ids[1]}
    result = operate("rollback", *(named[one] for one in which))

    assert result.exit_code == 2
    assert told in result.stderr
    assert state().model_id == ids[0]


@pytest.mark.parametrize(
    ("seconds", "ago"),
    [(-5, "0 s ago"), (59, "59 s ago"), (60, "1 min ago"), (7_300, "2 h ago"), (2e5, "2 d ago")],
)
def test_it_is_told_when_a_server_was_heard_of(seconds, ago):
    now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(seconds=seconds)
    servers = (Record("one", AT, Tally(), Tally()),)

    told = list(sentences(judged(Decision("not yet", 0, -1, 1, "early"), servers), now))

    assert told == ["Not yet: early.", f"Heard of: one ({ago})."]


def test_labels_that_are_of_no_answer_are_told():
    servers = (Record("one", AT, Tally(), Tally(), orphans=1_200),)

    told = list(sentences(judged(Decision("not yet", 0, -1, 1, ""), servers), datetime.now(UTC)))

    assert told[-1].startswith("1,200 labels are of no answer")


@pytest.mark.parametrize(("needed", "shown"), [(7, "7"), (123, "130"), (12_345, "13,000")])
def test_a_forecast_does_not_pretend_to_be_exact(needed, shown):
    decision = Decision("not yet", -0.02, -0.05, 0.01, "nothing is proven", needed)

    told = verdict(decision)

    assert "lies between -0.050 and +0.010 (at 96 %)" in told
    assert f"a verdict takes about {shown} more labels" in told


def judged(decision, servers):
    canary = Candidate("2" * 40, 0.1, AT)
    return Judgement(canary, "1" * 40, Tally(), Tally(), decision, servers)
