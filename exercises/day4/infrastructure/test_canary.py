"""Test the canary: a few requests try a version before all of them get it.

No test set tells how good a version is for the people of today. So a candidate answers a share of
the real requests, production the others, and what comes of both is counted. `Release` starts a
canary, changes its share and ends it; `Traffic` of src/serve/traffic.py decides on each server who
answers, and counts; `judge()` of src/release/canary.py adds up what all servers counted, and
`decide()` of src/release/decision.py says whether the candidate is better, worse, or not yet
either. docs/api.md promises what callers see of it.

Test whom the candidate answers, that its faults harm nobody, that each number is counted for the
version that it belongs to, and that nothing is decided before it is known.

Servers, versions and a store in memory are given. A `Server` sees what is in production when it is
first asked; from then on it does its duty when a test says so: to see what has changed, to write
down what it counted, to bring labels to other servers, and to act on red flags. A version can be
made with a fault. It has it with fast points only (FAST), so that its smoke test does not see it.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from src import aws
from src.config import API_VERSION
from src.release.canary import judge
from src.release.canary_console import promote_and_show
from src.release.decision import decide
from src.release.records import Record, Tally, write_record
from src.release.registry import Registry
from src.release.release import Refused, Release
from src.schema import load_schema
from src.serve.app import create_app
from src.serve.openapi import example
from src.serve.request_id import RequestId
from src.serve.traffic import Traffic
from src.train.report import Report
from src.train.specification import Serving, columns_of
from src.utils import serialise

DATASET, MODEL = "tennis_points", "random_forest"
SCHEMA = load_schema(DATASET, Path(__file__).parents[3] / "data")
OUTCOMES = sorted(SCHEMA.classes)  # FE, UE, W
POINT = example(SCHEMA)
FAST = {**POINT, "speed": 66.0}  # a version with a fault has it with this point
SLOWLY = 0.25  # seconds that a slow version takes for it
OLD, NEW, NEWER = "0" * 40, "1" * 40, "2" * 40  # ids of versions
KEYS = [f"player {number}" for number in range(100)]
NIGHT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Clock:
    """Seconds, which pass when somebody lets them pass."""

    seconds = 0.0

    def __call__(self):
        return self.seconds

    def now(self):
        """The time of day."""
        return NIGHT + timedelta(seconds=self.seconds)


CLOCK = Clock()


class Says:
    """A model that gives every point the same outcome; a fault spoils its answers to FAST."""

    def __init__(self, outcome, fault=None):
        self.classes_ = np.array(OUTCOMES)
        self.outcome, self.fault = outcome, fault

    def predict(self, points):
        """An outcome for each point."""
        return self._spoilt(points, np.array([self.outcome] * len(points)))

    def predict_proba(self, points):
        """The probabilities of all outcomes for each point."""
        return self._spoilt(points, np.array([self.classes_ == self.outcome] * len(points), float))

    def _spoilt(self, points, answers):
        is_fast = (points["speed"] == FAST["speed"]).any()
        return self.fault(answers) if self.fault and is_fast else answers


def raises(answers):
    """A fault: no answer."""
    raise ValueError("the forest is on fire")


def one_too_few(answers):
    """A fault: an answer is missing."""
    return answers[1:]


def no_outcome(answers):
    """A fault: answers that are none of the classes, or no probabilities."""
    return np.full_like(answers, "?" if answers.dtype.kind == "U" else np.nan)


def slow(answers):
    """A fault: it takes its time."""
    CLOCK.seconds += SLOWLY
    return answers


class Shelf:
    """A store in memory: a dictionary of objects, with S3's conditions on writing."""

    def __init__(self):
        self.objects = {}
        self.writes = 0

    def upload(self, key, body, *, if_match=None, if_none_match=None):
        """Write an object if the conditions hold, and answer its tag."""
        there = self.objects.get(key)
        if (if_match and (there is None or there.etag != if_match)) or (if_none_match and there):
            raise aws.Conflict(key)
        self.writes += 1
        self.objects[key] = aws.Object(body, f"tag {self.writes}")
        return self.objects[key].etag

    def download(self, key):
        """Answer an object."""
        if key not in self.objects:
            raise aws.NotFound(key)
        return self.objects[key]

    def list_keys(self, prefix):
        """Answer the keys that start like this."""
        return sorted(key for key in self.objects if key.startswith(prefix))


class Server:
    """A server of the API, which nobody looks after but the test."""

    def __init__(self, shelf):
        self.traffic = Traffic(store=shelf, refresh_seconds=60, clock=CLOCK, now=CLOCK.now)
        self.client = create_app(traffic=self.traffic).test_client()

    def ask(self, point=POINT, key="anybody", method="predict"):
        """Ask by HTTP for a point, or a list of them; answers the response."""
        headers = {"X-Request-Key": key} if key else {}
        return self.client.post(f"/invocation?method={method}", json=point, headers=headers)

    def tell(self, request_id, *labels):
        """Tell by HTTP what was right for the points of a request; answers the status."""
        feedback = {"request_id": request_id, "labels": labels}
        return self.client.post("/feedback", json=feedback).status_code

    def whose(self, keys=KEYS, model_id=NEW):
        """Those of the keys that a version answers; this is quicker than to ask by HTTP."""
        answers = {
            key: self.traffic.answer([POINT], "predict", DATASET, MODEL, key.encode) for key in keys
        }
        return {key for key, answer in answers.items() if answer.model_id == model_id}

    def duty(self):
        """See what is in production, write down what was counted, exchange labels, raise alarms."""
        self.traffic.duty()


@pytest.fixture
def shelf():
    """A store of the test's own."""
    return Shelf()


@pytest.fixture
def publish(shelf):
    """Publishes a version that always says one outcome, perhaps with a fault."""

    def publish_version(model_id, outcome, fault=None):
        model = serialise(Says(outcome, fault))
        report = Report(
            model_id=model_id,
            test_log_loss=1.0,
            mean_cv_log_loss=1.0,
            std_cv_log_loss=0.0,
            cv_log_losses=[1.0],
            dataset=DATASET,
            model=MODEL,
            parameters={},
            seed=42,
            data_hash="",
            code_hash="",
            packages={},
            artifacts={"model.pkl": sha256(model).hexdigest()},
            trained_at=NIGHT.isoformat(),
            serving=Serving(
                api_version=API_VERSION,
                columns=columns_of(SCHEMA),
                classes=OUTCOMES,
                sample=[POINT],
                answers={
                    "predict": [outcome],
                    "predict_proba": [{name: float(name == outcome) for name in OUTCOMES}],
                },
            ),
        )
        shelf.upload(f"models/{DATASET}/{MODEL}/{model_id}/model.pkl", model)
        shelf.upload(f"models/{DATASET}/{MODEL}/{model_id}/report.json", report.to_json())
        return model_id

    return publish_version


@pytest.fixture
def release(shelf, publish):
    """The release that Ada changes. The version OLD, which says W, is in production."""
    registry = Registry(shelf)
    registry.promote(DATASET, MODEL, publish(OLD, "W"), expected=None)
    unchecked = {"check": lambda *version: None}  # servers smoke-test what they load all the same
    return Release(DATASET, MODEL, registry, by="ada@console", clock=CLOCK.now, **unchecked)


@pytest.fixture
def deploy(release, publish):
    """Publishes a version, and puts it in production."""

    def put_in_production(model_id, outcome, fault=None):
        before = release.registry.production(DATASET, MODEL)
        release.registry.promote(DATASET, MODEL, publish(model_id, outcome, fault), before)

    return put_in_production


@pytest.fixture
def try_out(release, publish):
    """Publishes the version NEW, which says FE, perhaps with a fault, and starts its canary."""

    def start(share=1.0, fault=None):
        release.start_canary(publish(NEW, "FE", fault), share)

    return start


@pytest.fixture
def server(shelf, release):
    """A server."""
    return Server(shelf)


def rewrite(shelf, name, was, now):
    """Change a file of NEW behind the registry's back."""
    key = f"models/{DATASET}/{MODEL}/{NEW}/{name}"
    body = shelf.download(key).body
    assert was in body
    shelf.upload(key, body.replace(was, now))


def damage_the_model(shelf):
    """NEW does not load any more."""
    rewrite(shelf, "model.pkl", b"Says", b"Sais")


def expect_another_outcome(shelf):
    """NEW loads, and does not say what it said when it was new."""
    rewrite(shelf, "report.json", b'"predict": [\n        "FE"', b'"predict": [\n        "UE"')


def name_of(answer):
    """The id by which an answer of the API gets its labels."""
    return answer.headers["X-Request-Id"]


@pytest.fixture
def counted(shelf, release):
    """Has servers do their duty, and answers the sums: of the candidate, of production."""

    def count(*servers):
        for each in servers:
            each.duty()
        judgement = judge(release, shelf)
        return judgement.candidate_tally, judgement.production_tally

    return count


def test_the_candidate_answers_its_share_of_the_keys(release, server, try_out):
    """About as many as it should of KEYS; none before its start, and none after its end."""
    raise NotImplementedError


def test_a_key_keeps_its_version_on_every_server_and_after_a_restart(shelf, server, try_out):
    """The same keys, in another order, on another server that has started later, and again."""
    raise NotImplementedError


def test_a_request_is_known_by_its_header_or_else_by_its_body(server, try_out):
    """With an X-Request-Key only that decides; without one, the point does."""
    raise NotImplementedError


def test_a_share_changes_while_the_servers_run(release, server, try_out, counted):
    """Without a restart. Where it grows, nobody loses the candidate; what was counted stays."""
    raise NotImplementedError


def test_another_candidate_is_tried_by_others(release, server, publish, try_out):
    """Nobody has to try each candidate: of NEWER's share, only a part was NEW's as well."""
    raise NotImplementedError


def test_a_canary_at_fault_never_fails_the_request(server, try_out, counted):
    """Production answers instead, and is named; the error is the candidate's, and counted once.

    The candidate cannot answer, or what it answers is none: one too few, no outcome, no
    probability. Labels that come in later count for nobody.
    """
    raise NotImplementedError


def test_a_candidate_that_is_not_fit_here_answers_nobody(release, shelf, server, try_out):
    """It was fit when its canary started, but it is not on this server.

    Its requests are production's, and the server ends the canary: the history says why.
    """
    raise NotImplementedError


def test_requests_errors_and_latencies_count_for_who_answered(server, deploy, try_out, counted):
    """Each request once, those that production fails too; a slow version makes only itself slow."""
    raise NotImplementedError


def test_labels_count_for_the_version_that_answered(server, try_out, counted):
    """One for each point, in any order of requests, and once: what is told again counts nothing.

    OLD says W, NEW says FE, and of three points two were W: NEW makes two mistakes, OLD makes one.
    """
    raise NotImplementedError


def test_several_servers_count_as_one(shelf, server, try_out, counted):
    """Each answers some requests, and is told what was right for those of the other one.

    After a few duties, which bring the labels to where they belong, nothing is lost.
    """
    raise NotImplementedError


def test_feedback_that_fits_no_answer_is_refused(server, try_out, counted):
    """Another number of labels than points is a 400, an id that nobody gave a 404: none counts."""
    raise NotImplementedError


def test_a_verdict_takes_evidence():
    """Better or worse where it is plain, by the rates; worse for errors too; else not yet.

    Few labels prove nothing, however they differ, and neither does a small difference.
    """
    raise NotImplementedError


def test_who_looks_often_finds_no_difference_where_there_is_none():
    """Of 20 canaries as good as production, looked at 100 times each, at most 2 get a verdict.

    The promise is 5 %, which is one on average. Draw the mistakes with a seed.
    """
    raise NotImplementedError


def test_only_a_better_candidate_is_promoted(shelf, release, try_out):
    """`promote_and_show` refuses all others, but for `anyway` with a reason.

    A promotion ends the canary, and a roll-back goes to what it replaced. A refusal changes
    nothing.
    """
    raise NotImplementedError
