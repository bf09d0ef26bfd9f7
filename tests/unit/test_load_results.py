"""What comes of a run of load: budgets, status, and what people are shown."""

import json
from types import SimpleNamespace

import pytest

from src.load.budgets import Budgets, missed
from src.load.configuration import Configuration
from src.load.figures import Figures
from src.load.outcome import judge
from src.load.run import Run, read_run
from src.load.selection import Combination
from src.load.session import Session, open_session
from src.load.summary import keep, to_page

WELL = Figures(1000, 0, 10.0, 20.0, 30.0, 40.0, 500.0)
ASKED = Combination("digits", "random_forest")
RESULT = {
    "figures": {"requests": 9},
    "missed": [],
    "interrupted": False,
    "users": 3,
    "errors": [],
    "versions": {},
    "is_generator_busy": False,
    "curve": [],
}


RATE = "500.0 requests per second were answered rightly, fewer than 501"


def run(status, **fields):
    return Run("digits", "random_forest", 1, status, WELL, **fields)


@pytest.fixture
def session(tmp_path):
    """A session with two runs planned, of which some are made."""

    def make(*runs):
        planned = [ASKED, Combination("digits", "logistic_regression")]
        return Session(Configuration(), planned, tmp_path, "2026-01-02T03:04:05+00:00", list(runs))

    return make


@pytest.mark.parametrize(
    "budgets",
    [
        Budgets(),
        Budgets(p50_ms=10, p95_ms=20, p99_ms=30, requests_per_second=500),
    ],
)
def test_budgets_that_are_just_held_are_held(budgets):
    assert missed(WELL, budgets) == []


@pytest.mark.parametrize(
    ("budgets", "sentence"),
    [
        (Budgets(p50_ms=9.5), "p50 was 10 ms, more than 9.5 ms"),
        (Budgets(p95_ms=19), "p95 was 20 ms, more than 19 ms"),
        (Budgets(p99_ms=29), "p99 was 30 ms, more than 29 ms"),
        (Budgets(requests_per_second=501), RATE),
    ],
)
def test_each_budget_can_be_missed(budgets, sentence):
    assert missed(WELL, budgets) == [sentence]


def test_one_failure_misses_where_no_share_is_allowed():
    figures = Figures(requests=1000, failures=1)

    assert missed(figures, Budgets()) == ["1 of 1,000 requests failed (0.1 %), more than 0 %"]


def test_failures_within_their_share_are_no_miss():
    assert missed(Figures(requests=1000, failures=10), Budgets(error_share=0.01)) == []


def test_requests_that_failed_do_not_count_as_a_rate():
    figures = Figures(requests=1000, failures=500, requests_per_second=1000.0)

    assert missed(figures, Budgets(error_share=1, requests_per_second=500.5)) == [
        "500.0 requests per second were answered rightly, fewer than 500.5"
    ]


def test_no_request_at_all_is_a_miss_whatever_the_budgets():
    assert missed(Figures(), Budgets()) == ["no request was made"]


@pytest.fixture
def environment(tmp_path):
    """Locust's environment at the end of a run in which a number of requests were answered."""

    def make(requests, exceptions=None):
        total = SimpleNamespace(
            num_requests=requests,
            num_failures=0,
            get_response_time_percentile=lambda part: 7,
            max_response_time=8,
            total_rps=9,
        )
        budgets = Budgets(p50_ms=7)
        return SimpleNamespace(
            runner=SimpleNamespace(state="stopped", exceptions=exceptions or {}),
            stats=SimpleNamespace(total=total),
            load=SimpleNamespace(plan=SimpleNamespace(limits=lambda: budgets)),
            parsed_options=SimpleNamespace(result=""),
            process_exit_code=None,
        )

    return make


@pytest.mark.parametrize(("requests", "status"), [(1, 0), (0, 1)])
def test_locust_ends_with_a_status_by_the_budgets(environment, requests, status):
    ended = environment(requests)

    judge(ended)

    assert ended.process_exit_code == status


def test_an_exception_of_the_locustfile_is_a_failure(environment):
    ended = environment(1, {"one": {"count": 2}})

    judge(ended)

    assert ended.process_exit_code == 1


@pytest.mark.parametrize(
    ("changes", "end", "status"),
    [
        ({}, "ended", "passed"),
        ({"missed": ["p50"]}, "ended", "missed"),
        ({"interrupted": True}, "stopped", "interrupted"),
        ({"interrupted": True}, "late", "broken"),
    ],
)
def test_a_result_tells_the_status(tmp_path, changes, end, status):
    (tmp_path / "result.json").write_text(json.dumps(RESULT | changes))

    read = read_run(tmp_path, ASKED, end, "")

    assert (read.status, read.figures.requests) == (status, 9)


@pytest.mark.parametrize(("end", "status"), [("ended", "broken"), ("stopped", "interrupted")])
def test_without_a_result_nothing_is_passed(tmp_path, end, status):
    assert read_run(tmp_path, ASKED, end, "no port").status == status


def test_why_there_is_no_result_is_told(tmp_path):
    (why,) = read_run(tmp_path, ASKED, "ended", "no port is free").missed

    assert why.endswith("no port is free")


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "missed"], "missed"),
        (["broken", "missed"], "broken"),
        (["missed", "interrupted"], "interrupted"),
        (["passed"], "interrupted"),
        ([], "interrupted"),
    ],
)
def test_a_session_is_as_good_as_its_worst_run(session, statuses, status):
    assert session(*map(run, statuses)).status == status


def test_two_sessions_of_one_second_have_folders_of_their_own(tmp_path):
    sessions = [open_session(Configuration(), [ASKED], tmp_path) for _ in range(3)]

    assert len({session.folder for session in sessions if session.folder.is_dir()}) == 3


def test_what_is_kept_has_every_figure(session):
    made = session(run("passed"), run("missed", missed=("p95 was 20 ms",)))

    page = keep(made)

    summary = json.loads((page.parent / "summary.json").read_text())
    assert summary["status"] == "missed"
    assert summary["runs"][1]["missed"] == ["p95 was 20 ms"]
    assert summary["runs"][0]["figures"]["requests"] == 1000


def test_the_page_says_what_was_missed(session):
    page = to_page(session(run("passed"), run("missed", missed=("p95 was <20> ms",))))

    assert "1 of 2 runs did not pass" in page
    assert "p95 was &lt;20&gt; ms" in page


@pytest.mark.parametrize("runs", [[], [run("interrupted")]])
def test_a_page_of_an_interrupted_session_says_so(session, runs):
    assert f"Interrupted: {len(runs)} of 2 runs were begun" in to_page(session(*runs))
