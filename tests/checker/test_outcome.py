"""Reading the report that a run leaves: only a whole one is believed."""

import json

import pytest

from checker.outcome import Outcome, Reach, TestResult, read

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


@pytest.mark.parametrize(
    "ended", ["misfit", "import_error", "collection_error", "skipped", "forked"]
)
def test_a_file_that_gives_no_tests_is_told_with_the_reason(ended):
    outcome = read(report({"event": ended, "message": "why"}, FINISHED), 0, seconds=1)

    assert outcome == Outcome(ended, detail="why", seconds=1)


# A run that is over early


ENOUGH = {"event": "enough"}
INTERRUPTED = {"event": "finished", "status": 2}  # pytest's own status where it was told to stop


def test_a_run_that_is_over_when_one_failure_is_enough_has_finished():
    outcome = read(report(COLLECTED, FAILED, ENOUGH, INTERRUPTED), 0, seconds=1)

    assert (outcome.ended, outcome.passed, outcome.failed) == ("finished", [], ["t.py::test_b"])


def test_a_run_that_is_over_early_for_no_reason_is_a_crash():
    assert read(report(COLLECTED, FAILED, INTERRUPTED), 0, seconds=1).ended == "crashed"


def test_a_test_that_was_not_collected_is_a_crash_also_where_one_failure_is_enough():
    unknown = {**FAILED, "id": "t.py::test_of_nobody"}

    outcome = read(report(COLLECTED, unknown, ENOUGH, INTERRUPTED), 0, seconds=1)

    assert outcome.ended == "crashed"


# What else a run can tell


def test_a_traced_run_tells_what_each_test_reaches():
    lines = {"t.py::test_a": {"src/sums.py": [2, 3]}, "t.py::test_b": {}}
    reach = {"event": "reach", "lines": lines, "unseen": ["t.py::test_b"]}

    outcome = read(report(*WHOLE[:3], reach, FINISHED), 0, seconds=1)

    assert outcome.reach == Reach(lines, frozenset({"t.py::test_b"}))


def test_a_first_run_tells_which_libraries_it_imported():
    libraries = {"event": "libraries", "modules": ["sqlite3", "sqlite3.dbapi2"]}

    outcome = read(report(*WHOLE[:3], libraries, FINISHED), 0, seconds=1)

    assert outcome.libraries == ("sqlite3", "sqlite3.dbapi2")


def test_another_run_tells_neither():
    outcome = read(report(*WHOLE), 0, seconds=1)

    assert (outcome.reach, outcome.libraries) == (None, ())


def test_each_test_tells_its_seconds():
    timed = [{**PASSED, "seconds": 0.25}, {**FAILED, "seconds": 0.5}]

    outcome = read(report(COLLECTED, *timed, FINISHED), 0, seconds=1)

    assert [result.seconds for result in outcome.tests.values()] == [0.25, 0.5]


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
