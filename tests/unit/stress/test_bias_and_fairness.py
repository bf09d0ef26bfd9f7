"""Groups that are treated otherwise are found; small ones, and chance, are not judged."""

import numpy as np
import pandas as pd
import pytest

from src.stress import catalogue
from src.stress.context import Context
from src.stress.model import Fitted
from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Table

TESTS = {test.name: test for test in catalogue.tests_of("bias_and_fairness")}
BY_ANSWERS = ("demographic_parity", "equalised_odds", "equal_opportunity")


class Parrot:
    """A model that answers what a column of the row says."""

    def __init__(self, classes=("no", "yes")):
        self.classes_ = classes

    def predict_proba(self, frame):
        return np.column_stack([frame["says"] == label for label in self.classes_]).astype(float)


def context(frame, labels, classes=("no", "yes"), protected=("group",)):
    table = Table(frame.reset_index(drop=True), np.asarray(labels))
    return Context(table, table, Fitted(Parrot(classes)), protected=protected)


def loans(found, wrongly, rows=100):
    """As many people of each group are worthy as are not, and so many of each are told yes.

    Args:
        found: how many of the worthy are, by group.
        wrongly: how many of the unworthy are, by group.
        rows: worthy people of a group, and unworthy ones.
    """
    parts = []
    for group in found:
        for label, yes in (("yes", found[group]), ("no", wrongly[group])):
            says = ["yes"] * yes + ["no"] * (rows - yes)
            parts.append(pd.DataFrame({"group": group, "label": label, "says": says}))
    frame = pd.concat(parts)
    return context(frame[["group", "says"]], frame.label)


def severities(given, names=BY_ANSWERS, options=None):
    return [run_test(TESTS[name], given, options=options).severity for name in names]


def test_groups_that_are_treated_alike_raise_no_alarm():
    given = loans(found={"a": 80, "b": 79}, wrongly={"a": 10, "b": 12})

    assert severities(given) == [Severity.NONE] * 3


def test_a_group_whose_worthy_are_missed_is_found_by_all():
    given = loans(found={"a": 90, "b": 50}, wrongly={"a": 10, "b": 5})

    assert severities(given) == [Severity.HIGH] * 3


def test_a_group_that_is_suspected_wrongly_has_its_opportunity():
    given = loans(found={"a": 80, "b": 80}, wrongly={"a": 5, "b": 45})

    assert severities(given) == [Severity.MEDIUM, Severity.HIGH, Severity.NONE]


def test_equal_rates_may_hide_unequal_odds():
    """As many are told yes, but of one group the wrong ones."""
    given = loans(found={"a": 90, "b": 50}, wrongly={"a": 10, "b": 50})

    assert severities(given) == [Severity.NONE, Severity.HIGH, Severity.HIGH]


def test_the_sentence_has_the_rates_and_the_rows_are_those_of_the_group_that_lose():
    given = loans(found={"a": 90, "b": 50}, wrongly={"a": 0, "b": 0})

    result = run_test(TESTS["equal_opportunity"], given)
    seen = next(c.observation for c in result.cases if c.observation.subject == "group: b")

    assert (
        seen.told == "group: b: 50.0% of 100 rows that are yes are found, and 90.0% of 100 others."
    )
    assert seen.value == pytest.approx(0.4)
    assert seen.rows == tuple(range(250, 260))


def test_a_small_group_is_said_to_be_too_small():
    given = loans(found={"a": 90, "b": 2}, wrongly={"a": 0, "b": 0})
    few = given.evaluation.frame.index < 220  # of b, 20 of the worthy
    table = Table(given.evaluation.frame[few], given.evaluation.labels[few])
    small = Context(table, table, given.model, protected=("group",))

    result = run_test(TESTS["equal_opportunity"], small)

    assert [case.severity for case in result.cases] == [None, None]
    assert "too few rows to judge" in str(result)


def test_each_of_several_classes_is_an_answer_to_be_had():
    groups = np.repeat(["a", "b"], 150)
    labels = np.tile(np.repeat(["x", "y", "z"], 50), 2)
    says = np.where((groups == "b") & (labels == "y"), "x", labels)
    frame = pd.DataFrame({"group": groups, "says": says})
    given = context(frame, labels, classes=("x", "y", "z"))

    result = run_test(TESTS["equal_opportunity"], given)

    assert "y are found" in result.worst.observation.told
    assert [case.observation.subject for case in result.cases] == ["group: a", "group: b"]


def test_the_favourable_class_can_be_named():
    given = loans(found={"a": 98, "b": 80}, wrongly={"a": 98, "b": 80})

    assert severities(given, ["demographic_parity"]) == [Severity.LOW]
    told_no = severities(given, ["demographic_parity"], {"favourable": "no"})
    assert told_no == [Severity.HIGH]  # ten times as often


def test_ages_are_judged_in_bands():
    age = np.arange(18, 98).repeat(5)
    frame = pd.DataFrame({"age": age, "says": np.where(age > 77, "no", "yes")})
    given = context(frame, ["yes"] * len(age), protected=("age",))

    result = run_test(TESTS["equal_opportunity"], given)

    assert [case.observation.subject for case in result.cases] == [
        "age: above 77.25",
        "age: from 37.75 to 57.5",
        "age: from 57.5 to 77.25",
        "age: up to 37.75",
    ]
    assert result.worst.observation.subject == "age: above 77.25"


def test_people_whose_group_is_empty_are_a_group():
    given = loans(found={"a": 90, None: 50}, wrongly={"a": 0, None: 0})

    result = run_test(TESTS["equal_opportunity"], given)

    assert {case.observation.subject for case in result.cases} == {"group: a", "group: empty"}


@pytest.mark.parametrize("name", TESTS)
@pytest.mark.parametrize("protected", [(), ("unknown",)])
def test_without_a_protected_column_it_is_skipped_with_a_clear_word(name, protected):
    frame = pd.DataFrame({"group": ["a"] * 40, "says": ["yes"] * 40})

    result = run_test(TESTS[name], context(frame, ["yes"] * 40, protected=protected))

    assert result.skipped == "no column is named as protected, as sex or age are"


@pytest.mark.parametrize("name", BY_ANSWERS)
def test_without_answers_it_is_skipped(name):
    table = Table(pd.DataFrame({"group": ["a", "b"] * 40}), np.array(["yes", "no"] * 40))

    assert (
        "needs a model"
        in run_test(TESTS[name], Context(table, table, protected=("group",))).skipped
    )


def test_without_labels_parity_can_be_judged_and_odds_can_not():
    given = loans(found={"a": 90, "b": 50}, wrongly={"a": 10, "b": 5})
    table = Table(given.evaluation.frame)
    unlabelled = Context(table, table, given.model, protected=("group",))

    assert severities(unlabelled, ["demographic_parity"]) == [Severity.HIGH]
    for name in BY_ANSWERS[1:]:
        assert run_test(TESTS[name], unlabelled).skipped == "the evaluation data has no labels"


def test_a_column_that_tells_the_group_is_a_proxy():
    rng = np.random.default_rng(0)
    group = rng.choice(["a", "b"], 400)
    frame = pd.DataFrame(
        {
            "group": group,
            "height": np.where(group == "a", 180, 160) + rng.normal(0, 3, 400),
            "street": rng.choice(["low", "high"], 400),
            "says": "yes",
        }
    )

    result = run_test(TESTS["protected_proxy"], context(frame, ["yes"] * 400))

    assert {case.observation.subject: case.severity for case in result.cases} == {
        "height for group": Severity.HIGH,
        "street for group": Severity.NONE,
        "says for group": Severity.NONE,
    }
