"""A user's function becomes a stress test; what is wrong with it is said in a sentence."""

import numpy as np
import pandas as pd
import pytest

from src.errors import UserError
from src.stress import catalogue, custom
from src.stress.case import Observation
from src.stress.context import Context
from src.stress.running import run_test
from src.stress.severity import Severity, Thresholds
from src.stress.table import Table

ABOUT = {
    "vulnerability": "At night there are few rows.",
    "does": "Counts them.",
    "measure": "share of rows at night",
    "advice": "Collect more.",
    "thresholds": (0.1, 0.2, 0.3),
    "needs_model": False,
}

FILE = """
from src.stress.custom import stress_test

ABOUT = dict(vulnerability="v", does="d", measure="m", advice="a", thresholds=(1, 2, 3))

@stress_test(name="owls", **ABOUT)
def owls(context, options):
    return 1

@stress_test(name="larks", **ABOUT)
def larks(context, options):
    return 2
"""


@pytest.fixture(autouse=True)
def nothing_stays_registered(monkeypatch):
    monkeypatch.setattr(custom, "_registered", {})


@pytest.fixture
def context():
    table = Table(pd.DataFrame({"hour": [1, 12, 13, 14]}))
    return Context(table, table)


@pytest.fixture
def file_with(tmp_path):
    def write(text, name="mine.py"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def made(observe, name="owls", **others):
    return custom.stress_test(name=name, **{**ABOUT, **others})(observe)


def test_a_number_is_graded_by_the_thresholds(context):
    test = made(lambda context, options: (context.evaluation.frame.hour < 6).mean())

    result = run_test(test, context)

    assert result.severity == Severity.MEDIUM
    assert result.worst.observation.told == "share of rows at night: 0.25."
    assert test.thresholds == Thresholds(0.1, 0.2, 0.3)


def test_observations_are_taken_as_they_are_one_or_several(context):
    one = Observation(0.3, "Few.", subject="winter")
    several = [one, Observation(None, "None at all.", subject="summer"), 0.1]

    assert run_test(made(lambda *_: one), context).cases[0].observation == one
    assert [
        case.severity for case in run_test(made(lambda *_: iter(several), "more"), context).cases
    ] == [Severity.HIGH, None, Severity.LOW]


@pytest.mark.parametrize("value", [None, float("nan"), np.float64("nan"), Observation(np.nan, "?")])
def test_what_is_no_number_is_not_judged(context, value):
    assert run_test(made(lambda *_: value), context).cases[0].severity is None


@pytest.mark.parametrize("answer", ["a lot", ["a lot"], {"share": 1}, [object()]])
def test_an_answer_of_another_kind_is_refused_by_name(context, answer):
    with pytest.raises(TypeError, match=r"owls answered .* it must answer a number"):
        list(made(lambda *_: answer).observe(context, {}))


def test_options_have_defaults_and_can_be_given(context):
    test = made(lambda context, options: options["until"] / 10, options={"until": 1})

    assert run_test(test, context).severity == Severity.LOW
    assert run_test(test, context, options={"until": 3}).severity == Severity.HIGH


def test_a_test_that_asks_the_model_is_skipped_where_there_is_none(context):
    assert run_test(made(lambda *_: 1, needs_model=True), context).skipped


def test_a_test_is_known_in_this_process_from_then_on():
    test = made(lambda *_: 1)

    assert custom.registered() == {"owls": test}
    assert catalogue.tests_of("custom") == (test,)


def test_the_same_function_again_is_its_new_version():
    """As when a notebook's cell runs twice."""
    made(lambda *_: 1)

    def define(value):
        def observe(context, options):
            return value

        return made(observe, "again")

    define(1)
    newer = define(2)

    assert custom.registered()["again"] is newer


@pytest.mark.parametrize("name", ["null", "owls"])
def test_a_name_that_is_taken_is_refused(name):
    made(lambda *_: 1)

    def another(context, options):
        return 2

    with pytest.raises(UserError, match=f"There is a stress test called {name} already"):
        made(another, name)


@pytest.mark.parametrize("name", ["Night owls", "", "2owls", "night-owls"])
def test_a_name_is_small_letters_and_digits(name):
    with pytest.raises(UserError, match="use small letters"):
        made(lambda *_: 1, name)


@pytest.mark.parametrize("thresholds", [(0.3, 0.2, 0.1), (1, 2), "abc", 5])
def test_thresholds_are_three_numbers_in_order(thresholds):
    with pytest.raises(UserError, match=r"The thresholds of owls are .* three numbers"):
        made(lambda *_: 1, thresholds=thresholds)


def test_a_category_is_one_of_ours_or_custom():
    assert made(lambda *_: 1, category="drift").category == "drift"
    with pytest.raises(UserError, match="did you mean 'drift'"):
        made(lambda *_: 1, "other", category="drifts")


def test_a_file_answers_its_tests_in_order_and_leaves_no_trace(file_with):
    loaded = [custom.load(file_with(FILE)) for _ in range(2)]

    assert [[test.name for test in tests] for tests in loaded] == [["owls", "larks"]] * 2
    assert custom.registered() == {}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1", "makes no stress test"),
        ("def f(:", "SyntaxError"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("raise SystemExit(3)", "SystemExit"),
        (FILE + FILE.replace("owls(", "larks("), "called owls already"),
        (FILE.replace('"owls"', '"null"'), "called null already"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(file_with, text, sentence):
    path = file_with(text)

    with pytest.raises(UserError) as raised:
        custom.load(path)

    assert str(path) in str(raised.value)
    assert sentence in str(raised.value)
    assert custom.registered() == {}


def test_a_file_that_is_not_there_or_is_no_python_is_refused(file_with, tmp_path):
    with pytest.raises(UserError, match=r"There is no file .*none\.py: correct its path\."):
        custom.load(tmp_path / "none.py")
    with pytest.raises(UserError, match=r"must end in \.py"):
        custom.load(file_with(FILE, name="mine.txt"))
