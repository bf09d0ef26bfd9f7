from pathlib import Path

import pytest

from src.config import ROOT, Settings
from src.errors import UserError


def test_an_empty_environment_gives_the_defaults():
    assert Settings.from_env({}) == Settings(
        data_dir=ROOT / "data", output_dir=ROOT / "output", bucket="ml-models", refresh_seconds=1.0
    )


def test_each_variable_sets_its_setting():
    environ = {
        "DATA_DIR": "/the/data",
        "OUTPUT_DIR": "/the/output",
        "S3_BUCKET": "a-bucket",
        "REFRESH_SECONDS": "0.5",
        "ERROR_BUDGET": "0.1",
        "LATENCY_BUDGET_MS": "250",
    }

    assert Settings.from_env(environ) == Settings(
        Path("/the/data"), Path("/the/output"), "a-bucket", 0.5, 0.1, 250.0
    )


@pytest.mark.parametrize(
    "variable",
    [
        "DATA_DIR",
        "OUTPUT_DIR",
        "S3_BUCKET",
        "REFRESH_SECONDS",
        "ERROR_BUDGET",
        "LATENCY_BUDGET_MS",
    ],
)
def test_an_empty_variable_counts_as_unset(variable):
    assert Settings.from_env({variable: ""}) == Settings()


def test_the_environment_is_read_at_the_time_of_asking(monkeypatch):
    monkeypatch.setenv("S3_BUCKET", "first")
    first = Settings.from_env()
    monkeypatch.setenv("S3_BUCKET", "second")

    assert (first.bucket, Settings.from_env().bucket) == ("first", "second")


def test_a_relative_folder_is_taken_from_where_one_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert Settings.from_env({"OUTPUT_DIR": "here"}).output_dir == tmp_path / "here"


def test_a_tilde_is_the_home_folder():
    assert Settings.from_env({"DATA_DIR": "~/data"}).data_dir == Path.home() / "data"


@pytest.mark.parametrize("value", ["Upper", "a", "under_score", "-first", "a" * 64, "two words"])
def test_a_name_that_no_bucket_can_have_is_refused(value):
    with pytest.raises(UserError, match=f"S3_BUCKET is '{value}'"):
        Settings.from_env({"S3_BUCKET": value})


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf", "1 s"])
def test_seconds_that_are_none_are_refused(value):
    with pytest.raises(UserError, match=f"REFRESH_SECONDS is '{value}'"):
        Settings.from_env({"REFRESH_SECONDS": value})


def test_the_server_may_look_at_every_request():
    assert Settings.from_env({"REFRESH_SECONDS": "0"}).refresh_seconds == 0.0


def test_a_budget_may_be_off():
    settings = Settings.from_env({"ERROR_BUDGET": "off", "LATENCY_BUDGET_MS": "off"})

    assert (settings.error_budget, settings.latency_budget_ms) == (None, None)


def test_a_budget_may_allow_no_error():
    assert Settings.from_env({"ERROR_BUDGET": "0"}).error_budget == 0.0


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *(("ERROR_BUDGET", value) for value in ("none", "-0.1", "1.1", "2 %", "nan")),
        *(("LATENCY_BUDGET_MS", value) for value in ("fast", "-1", "0", "nan", "inf")),
    ],
)
def test_a_budget_that_is_none_is_refused(variable, value):
    with pytest.raises(UserError, match=f"{variable} is '{value}'"):
        Settings.from_env({variable: value})
