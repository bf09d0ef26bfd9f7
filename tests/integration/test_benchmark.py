import re

import pytest
from click.testing import CliRunner

from src import aws
from src.__main__ import cli
from src.config import Settings
from src.release.registry import Registry
from src.train.train import train
from tests.small_dataset import NAME, write_small_dataset


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Settings of an operator's machine where models of the small dataset are trained."""
    house = tmp_path_factory.mktemp("house")
    write_small_dataset(house / "data")
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("DATA_DIR", str(house / "data"))
        patch.setenv("OUTPUT_DIR", str(house / "output"))
        yield Settings.from_env()


@pytest.fixture(scope="module")
def production(trained):
    report = train(NAME, settings=trained)
    Registry().deploy(trained.output_dir / report.model_id)
    return report


@pytest.fixture(scope="module")
def candidate(trained):
    return train(NAME, parameters={"n_estimators": 10}, settings=trained)


@pytest.fixture
def deployed_instead(trained, production, candidate):
    """The candidate in production, for the length of a test."""
    Registry().deploy(trained.output_dir / candidate.model_id)
    yield candidate
    Registry().deploy(trained.output_dir / production.model_id)


def benchmark(*arguments, typed=""):
    return CliRunner().invoke(cli, ["benchmark", *arguments], input=typed)


def figures(output, name):
    """The figures of the row of the table that starts with a name."""
    line = next(line for line in output.splitlines() if line.startswith(name))
    return [float(figure) for figure in re.findall(r"\d+\.\d{4}\b", line)]


def as_shown(report):
    losses = (report.test_log_loss, report.mean_cv_log_loss, report.std_cv_log_loss)
    return [round(loss, 4) for loss in losses]


def test_a_candidate_of_the_same_split_scores_as_its_training_said(production, candidate):
    result = benchmark("--model-id", candidate.model_id)

    assert result.exit_code == 0
    assert figures(result.stdout, candidate.model_id[:10]) == as_shown(candidate)
    assert figures(result.stdout, "production") == as_shown(production)
    assert "has seen none of these rows" in result.stdout


def test_a_candidate_of_another_split_has_seen_rows(trained, production):
    challenger = train(NAME, seed=7, settings=trained)

    result = benchmark("--model-id", challenger.model_id)

    seen = int(re.search(r"has seen (\d+) of these 20 rows", result.stdout)[1])
    assert 0 < seen <= 20
    assert figures(result.stdout, "production") == as_shown(production)


def test_a_candidate_of_another_kind_challenges_the_default(trained, production):
    challenger = train(NAME, "logistic_regression", settings=trained)

    result = benchmark("--model-id", challenger.model_id)

    assert figures(result.stdout, challenger.model_id[:10]) == as_shown(challenger)
    assert f"random_forest {production.model_id}" in result.stdout


def test_the_operator_is_asked_for_the_candidate(production, candidate):
    asked = benchmark(typed=f"{candidate.model_id[:6]}\n")

    assert asked.stdout == benchmark("--model-id", candidate.model_id).stdout
    assert "Id of the candidate" in asked.stderr


def test_figures_are_of_the_version_in_production_now(production, candidate, deployed_instead):
    result = benchmark("--model-id", production.model_id)

    assert figures(result.stdout, "production") == as_shown(candidate)


def test_a_second_run_downloads_no_artifact_again(trained, production, candidate, deployed_instead):
    first = benchmark("--model-id", production.model_id)
    version = aws.list_keys(f"models/{NAME}/random_forest/{candidate.model_id}/")
    for key in version:  # the next deploy uploads them again
        aws.client().delete_object(Bucket=trained.bucket, Key=key)

    second = benchmark("--model-id", production.model_id)

    assert len(version) == 3
    assert second.stdout == first.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name it with --model-id"),
        (["--model-id", "ffffffffff"], "No training run ffffffffff"),
        (["--model-id", "f"], "'f' is too short for a model id"),
        (["--model-id", "{id}", "--against", "oracle"], "No model 'oracle'"),
        (
            ["--model-id", "{id}", "--against", "hist_gradient_boosting"],
            "No hist_gradient_boosting on shots is in production",
        ),
    ],
)
def test_a_mistake_ends_in_a_sentence(production, candidate, arguments, sentence):
    result = benchmark(*(argument.format(id=candidate.model_id) for argument in arguments))

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""


def test_an_unknown_id_brings_the_newest_ones(candidate):
    assert candidate.model_id in benchmark("--model-id", "ffffffffff").stderr
