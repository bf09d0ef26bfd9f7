"""A configuration is understood, or the first mistake in it is told in one sentence."""

from pathlib import Path

import pytest

from src.errors import UserError
from src.stress import catalogue
from src.stress.case import Observation, StressTest
from src.stress.configuration import DataConfig, ModelConfig, TestRunConfig, parse
from src.stress.severity import Thresholds
from src.stress.suite import plan

SEEDS_CONFIG = {
    "data_info": {"ref_dataset_id": "foo", "eval_dataset_id": "bar"},
    "model_id": "model_uuid",
    "run_name": "My Stress Test Run",
}


def run_config(**more):
    return parse(TestRunConfig, SEEDS_CONFIG | more)


def planned(custom=(), categories=(), **suite):
    config = run_config(categories=list(categories), test_suite_config=suite)
    return plan(config, custom)


def own_test(name="night_owls"):
    return StressTest(
        name=name,
        category="custom",
        vulnerability="Nights are rare.",
        does="Looks at nights.",
        measure="share of nights",
        advice="Collect nights.",
        thresholds=Thresholds(0.1, 0.2, 0.4),
        observe=lambda context, options: [Observation(0.3, "Nights.")],
        options={"hours": 3, "share": 0.5, "columns": ("hour",), "strictly": False},
    )


def one(test, **configured):
    """What is planned for a test of a user's own that is configured so."""
    (only,) = planned([test], individual_tests_config={test.name: configured})
    return only


def test_the_seeds_configuration_is_enough():
    config = run_config()

    assert config.categories == list(catalogue.BY_DEFAULT)
    assert config.seed == 0


@pytest.mark.parametrize("how", ["Drift", "drift", "TEST_CATEGORY_TYPE_DRIFT"])
def test_a_category_may_be_written_in_three_ways(how):
    assert run_config(categories=[how]).categories == ["drift"]


def test_a_category_of_two_words_is_one_name():
    assert run_config(categories=["Data cleanliness"]).categories == ["data_cleanliness"]


def test_files_are_absolute_since_another_process_reads_them():
    assert parse(DataConfig, {"path": "data.csv"}).path == Path.cwd() / "data.csv"


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        (TestRunConfig, {}, "test_run_config: run_name: this key is needed."),
        (TestRunConfig, SEEDS_CONFIG | {"modelid": 1}, "did you mean 'model_id'"),
        (TestRunConfig, SEEDS_CONFIG | {"seed": -1}, "seed: .* 0, not -1"),
        (TestRunConfig, SEEDS_CONFIG | {"categories": ["Drfit"]}, "did you mean 'drift'"),
        (TestRunConfig, SEEDS_CONFIG | {"data_info": {"ref": 1}}, "key in data_info.*'ref'"),
        (DataConfig, {"path": "a.csv", "label": "b"}, "did you mean 'label_col'"),
        (DataConfig, [], "data_config: .*dictionary"),
        (ModelConfig, {}, "give one of path, production and version"),
        (ModelConfig, {"path": "a.py", "production": {"dataset": "a", "model": "b"}}, "give one"),
        (ModelConfig, {"production": {"dataset": "a"}}, "production.model: this key is needed"),
    ],
)
def test_a_mistake_is_told_with_its_place(kind, given, told):
    with pytest.raises(UserError, match=told):
        parse(kind, given)


def test_an_unknown_sensitivity_is_refused_with_those_that_are_known():
    with pytest.raises(UserError, match=r"did you mean 'strict'.*strict, default, lenient"):
        run_config(test_suite_config={"global_test_sensitivity": "strickt"})


def test_tests_run_in_the_order_of_the_catalogue():
    names = [one.test.name for one in planned(categories=["drift", "transformations"])]

    expected = [*catalogue.tests_of("transformations"), *catalogue.tests_of("drift")]
    assert names == [test.name for test in expected]


def test_a_test_may_be_left_out_or_taken_from_another_category():
    single = {"feature_drift": {"run": False}, "determinism": {"run": True}}

    names = [one.test.name for one in planned(categories=["drift"], individual_tests_config=single)]

    drift = [test.name for test in catalogue.tests_of("drift")]
    assert names == ["determinism", *(name for name in drift if name != "feature_drift")]


def test_tests_of_the_users_own_run_whatever_the_categories():
    assert [one.test.name for one in planned([own_test()])] == ["night_owls"]


@pytest.mark.parametrize(
    ("sensitivity", "expected"),
    [("strict", (0.05, 0.1, 0.2)), ("default", (0.1, 0.2, 0.4)), ("lenient", (0.2, 0.4, 0.8))],
)
def test_sensitivity_is_a_factor_on_all_thresholds(sensitivity, expected):
    (only,) = planned([own_test()], global_test_sensitivity=sensitivity)

    assert only.thresholds == Thresholds(*expected)


def test_a_threshold_that_is_given_is_taken_as_it_is():
    test = own_test()
    (only,) = planned(
        [test],
        global_test_sensitivity="lenient",
        individual_tests_config={test.name: {"thresholds": {"high": 0.5}}},
    )

    assert only.thresholds == Thresholds(0.2, 0.4, 0.5)


def test_options_are_given_to_the_test():
    assert one(own_test(), hours=5, share=1, ignore_errors=True).options == {
        "hours": 5,
        "share": 1,
        "ignore_errors": True,
    }


@pytest.mark.parametrize(
    ("configured", "told"),
    [
        ({"houres": 5}, "No option of night_owls is called 'houres': did you mean 'hours'"),
        ({"hours": "5"}, "option hours of night_owls is '5': give int, as the default 3"),
        ({"hours": True}, "is True: give int"),
        ({"columns": "hour"}, "is 'hour': give tuple"),
        ({"thresholds": {"low": 0.9}}, "low 0.9, medium 0.2, high 0.4: low must be at most"),
        ({"thresholds": {"lo": 0.9}}, "key in thresholds.*did you mean 'low'"),
    ],
)
def test_what_a_test_does_not_know_is_refused(configured, told):
    with pytest.raises(UserError, match=told):
        one(own_test(), **configured)


def test_an_unknown_test_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="did you mean 'determinism'"):
        planned(individual_tests_config={"determinsm": {"run": True}})


def test_a_run_of_nothing_is_refused():
    with pytest.raises(UserError, match="No test would run"):
        planned()


def test_a_test_cannot_take_the_name_of_one_of_ours():
    with pytest.raises(UserError, match="two stress tests called 'determinism'"):
        planned([own_test("determinism")])


def test_names_of_our_tests_are_unique():
    categories = {test.category for test in catalogue.all_tests().values()}

    assert len(catalogue.all_tests()) == sum(
        len(catalogue.tests_of(category)) for category in categories
    )
