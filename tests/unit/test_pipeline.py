import pytest
from sklearn.base import is_classifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from src.errors import UserError
from src.train import pipeline as module
from src.train.features import FEATURE_STORE
from src.train.pipeline import MODELS, build_estimator, build_pipeline

every_model = pytest.mark.parametrize("model", MODELS)


def test_three_models_can_be_trained():
    assert list(MODELS) == ["random_forest", "logistic_regression", "hist_gradient_boosting"]


def test_the_pipeline_makes_features_and_then_estimates():
    assert list(build_pipeline().named_steps) == ["features", "estimator"]


def test_the_default_is_a_forest_of_a_hundred_trees_on_the_features_of_tennis():
    features, estimator = build_pipeline()[:]

    assert [name for name, _ in features.transformer_list] == [name for name, _ in FEATURE_STORE]
    assert isinstance(estimator, RandomForestClassifier)
    assert estimator.n_estimators == 100


def test_the_module_bears_an_estimator_and_a_pipeline():
    assert isinstance(module.estimator, RandomForestClassifier)
    assert isinstance(module.pipeline, Pipeline)


def test_every_pipeline_is_fresh():
    assert build_pipeline()["features"] is not build_pipeline()["features"]
    assert build_pipeline()["estimator"] is not build_pipeline()["estimator"]


@every_model
def test_every_model_is_a_classifier(model):
    assert is_classifier(build_estimator(model))


@every_model
def test_the_seed_decides_the_chances_of_every_model(model):
    parameters = build_estimator(model, seed=7).get_params()

    assert [v for k, v in parameters.items() if k.endswith("random_state")] == [7]


def test_a_forest_works_in_one_thread():
    assert build_estimator("random_forest").n_jobs == 1


def test_logistic_regression_gets_scaled_features():
    steps = [type(step) for _, step in build_estimator("logistic_regression").steps]

    assert steps == [StandardScaler, LogisticRegression]


def test_gradient_boosting_is_that_by_histograms():
    assert isinstance(build_estimator("hist_gradient_boosting"), HistGradientBoostingClassifier)


@every_model
def test_every_default_is_used(model):
    parameters = build_estimator(model).get_params()

    for name, value in MODELS[model].defaults.items():
        assert [v for k, v in parameters.items() if k.split("__")[-1] == name] == [value]


def test_a_parameter_takes_the_place_of_the_default():
    assert build_estimator("random_forest", n_estimators=3).n_estimators == 3


def test_a_parameter_reaches_the_estimator_behind_the_scaler():
    assert build_estimator("logistic_regression", C=0.5)[-1].C == 0.5


def test_a_pipeline_takes_parameters_too():
    pipeline = build_pipeline(model="random_forest", seed=1, parameters={"n_estimators": 5})

    assert pipeline["estimator"].n_estimators == 5


def test_an_unknown_model_is_answered_with_the_known_ones():
    with pytest.raises(UserError, match=f"No model 'forest': choose {' or '.join(MODELS)}"):
        build_estimator("forest")


@every_model
def test_an_unknown_parameter_is_answered_with_the_known_ones(model):
    with pytest.raises(UserError, match=rf"{model} has no parameter 'size'.*class_weight"):
        build_estimator(model, size=5)


@pytest.mark.parametrize("name", ["random_state", "n_jobs"])
def test_what_makes_training_reproducible_is_no_parameter(name):
    with pytest.raises(UserError, match=f"has no parameter '{name}'"):
        build_estimator("random_forest", **{name: 1})
