"""Reading the report that a run leaves: only a whole one is believed."""

import json

import pytest

from checker.outcome import Outcome, TestResult, read

COLLECTED = {"event": "collected", "tests": ["t.py::test_a", "t.py::test_b"]}
PASSED = {"event": "test", "id": "t.py::test_a", "outcome": "passed", "message": ""}
FAILED = {"event": "test", "id": "t.py::test_b", "outcome": "failed", "message": "1 == 2 (t.py:3)"}
FINISHED = {"event": "finished", "status": 1}
WHOLE = [COLLECTED, PASSED, FAILED, FINISHED]


def report(*events: dict) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def test_a_whole_report_tells_how_each_test_ended():
    outcome = read(report(*WHOLE), status=0, seconds=1.5)

    assert outcome == Outcome(
        "finished",
        {
            "t.py::test_a": TestResult("passed"),
            "t.py::test_b": TestResult("failed", "1 == 2 (t.py:3)"),
        },
        seconds=1.5,
    )
    assert (outcome.passed, outcome.failed) == (["t.py::test_a"], ["t.py::test_b"])


@pytest.mark.parametrize(
    ("text", "status", "detail"),
    [
        pytest.param("", 0, "the process ended with status 0", id="empty"),
        pytest.param(report(*WHOLE[:3]), 0, "the process ended with status 0", id="no-last-line"),
        pytest.param(
            report(*WHOLE)[:-9], -9, "the process was killed by signal 9", id="broken-line"
        ),
        pytest.param(report(*WHOLE), 3, "the process ended with status 3", id="status-disagrees"),
        pytest.param(report(*WHOLE), -11, "the process was killed by signal 11", id="killed-late"),
        pytest.param(
            report(COLLECTED, PASSED, FINISHED), 0, "something stopped pytest", id="a-test-less"
        ),
        pytest.param(
            report({**COLLECTED, "tests": ["t.py::test_a"]}, PASSED, FAILED, FINISHED),
            0,
            "something stopped pytest",
            id="a-test-more",
        ),
        pytest.param(
            report({**FINISHED, "status": 3}), 0, "something stopped pytest", id="internal-error"
        ),
    ],
)
def test_a_report_that_is_not_whole_is_a_crash(text, status, detail):
    outcome = read(text, status, seconds=1)

    assert (outcome.ended, outcome.finished, outcome.detail) == ("crashed", False, detail)


def test_a_run_that_collects_nothing_is_empty():
    collected = {**COLLECTED, "tests": []}

    assert read(report(collected, {**FINISHED, "status": 5}), 0, seconds=1).ended == "empty"


@pytest.mark.parametrize("ended", ["import_error", "collection_error", "skipped"])
def test_a_file_that_gives_no_tests_is_told_with_the_reason(ended):
    outcome = read(report({"event": ended, "message": "why"}, FINISHED), 0, seconds=1)

    assert outcome == Outcome(ended, detail="why", seconds=1)


def test_one_test_out_of_memory_spoils_the_run():
    starved = {**FAILED, "outcome": "out_of_memory"}

    assert read(report(COLLECTED, PASSED, starved, FINISHED), 0, seconds=1).ended == "out_of_memory"


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (
            Outcome("empty"),
            "no test was collected: pytest looks for functions called test_something.",
        ),
        (
            Outcome("crashed", detail="something stopped pytest"),
            "the run ended before its tests did: something stopped pytest.",
        ),
        (
            Outcome("collection_error", detail="No module named 'x'."),
            "the file cannot be imported: No module named 'x'.",
        ),
    ],
)
def test_an_explanation_is_one_sentence(outcome, sentence):
    assert outcome.explanation == sentence
