"""A run of stress tests as a file: whole again when it is read, and refused where it is damaged."""

import json

import numpy as np
import pytest

from src.errors import UserError
from src.stress.run import LONGEST_TEXT, Run, result_from_json, result_to_json
from src.stress.severity import Severity, Thresholds
from tests.made_run import case_of, result_of, run_of

RESULT = result_of(
    "null",
    case_of(0.3, "speed", features=("speed",), figures={"changed": 0.3}, rows=(4, 7)),
    case_of(None, "depth", error="KeyError: 'depth'"),
    case_of(None, "rally"),
)
SKIPPED = result_of("capitalisation", skipped="there is no text")


def test_a_run_is_the_same_after_it_was_written_and_read():
    run = run_of(RESULT, SKIPPED)

    assert Run.from_json(run.to_json()) == run


def test_a_result_is_the_same_after_it_became_plain_values():
    assert result_from_json(result_to_json(RESULT)) == RESULT


def test_severities_are_words():
    told = json.loads(run_of(RESULT).to_json())

    cases = told["results"][0]["cases"]
    assert [case["severity"] for case in cases] == ["medium", "high", None]
    assert (told["severity"], told["results"][0]["severity"]) == ("high", "high")


def test_numbers_that_json_does_not_have_are_words_and_numbers_again():
    endless = Thresholds(0.1, 0.2, float("inf"))
    case = case_of(float("inf"), figures={"loss": float("-inf")})
    result = result_of("log_loss", case, thresholds=endless)

    text = json.dumps(result_to_json(result), allow_nan=False)

    assert result_from_json(json.loads(text)) == result


def test_numbers_of_numpy_are_numbers():
    case = case_of(np.float32(0.25), rows=(np.int64(3),), figures={"rows": np.int64(12)})

    told = result_to_json(result_of("null", case))["cases"][0]["observation"]

    assert json.dumps([told["value"], told["rows"], told["figures"]]) == '[0.25, [3], {"rows": 12}]'


def test_what_a_model_says_without_end_is_cut():
    case = case_of(None, "speed", error="x" * 10_000_000)

    data = run_of(result_of("null", case)).to_json()

    assert len(data) < 2 * LONGEST_TEXT
    error = Run.from_json(data).results[0].cases[0].observation.error
    assert error.endswith("x… (10,000,000 characters)")
    assert Run.from_json(data).to_json() == data


def test_half_a_character_does_not_spoil_the_file():
    run = run_of(result_of("null", case_of(0.3, "a\ud800b")))

    assert Run.from_json(run.to_json()).results[0].cases[0].observation.subject == "a?b"


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (b"{", b"", "no file of a stress test's results"),
        (b'"version": 1', b'"version": 2', "of version 1: run the stress test again"),
        (
            b'"severity": "medium"',
            b'"severity": "awful"',
            r"damaged at results\.0\.cases\.0\.severity",
        ),
        (b'"value": 0.3', b'"value": "much"', r"damaged at results\.0\.cases\.0\.observation"),
        (b'"seed": 0,', b"", "damaged at seed"),
        (b'"low": 0.1', b'"low": 0.9', "low must be at most medium"),
        (b'"results": [', b'"results": [3, ', r"damaged at results\.0 "),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(was, now, told):
    data = run_of(result_of("null", case_of(0.3, "speed"))).to_json()
    assert was in data

    with pytest.raises(UserError, match=told):
        Run.from_json(data.replace(was, now))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"version": 1}'])
def test_what_is_no_such_file_is_refused(data):
    with pytest.raises(UserError):
        Run.from_json(data)


def test_a_severity_is_found_by_its_word():
    assert [Severity(str(each)) for each in Severity] == list(Severity)
    with pytest.raises(ValueError, match="HIGH"):
        Severity("HIGH")
