"""Stress tests on the command line."""

from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from src.__main__ import cli
from src.errors import UserError
from src.stress.client import Client
from src.stress.console import cancelled_by_ctrl_c, show
from src.stress.status import Status
from src.train.artifacts import read_run
from tests.small_dataset import NAME
from tests.small_stress import QUICK, config_of, model_path, project_in, train_small

ONLY_QUICK = [part for name in QUICK for part in ("--test", name)]


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return train_small(tmp_path_factory.mktemp("trained"))


@pytest.fixture
def project(settings):
    return project_in(settings.output_dir / "stress", settings)


@pytest.fixture
def client(settings):
    return Client(settings.output_dir / "stress")


@pytest.fixture
def stress(settings):
    """Run a command of stress tests on the small dataset."""

    def run(*arguments):
        folders = {"DATA_DIR": str(settings.data_dir), "OUTPUT_DIR": str(settings.output_dir)}
        return CliRunner().invoke(cli, ["stress", *arguments], env=folders)

    return run


@pytest.fixture
def job(client, project):
    """A run that is done."""
    return client.start_stress_test(config_of(), project.id, background=False)


def register_liar(project, folder):
    """Register a model that is another one by the time that it is tested."""
    path = folder / "model.py"
    path.write_text("def predict_df(df): 1")
    model_id = project.register_model("liar", {"path": path})
    path.write_text("def predict_df(df): 2")
    return model_id


def test_the_newest_training_is_tested_on_the_rows_that_it_held_out(stress, client, settings):
    result = stress("run", "--dataset", NAME, *ONLY_QUICK)

    assert result.exit_code == 0, result.output
    job = client.jobs()[0]
    model_id = read_run(model_path(settings).parent).model_id
    assert job.name == f"{NAME} random_forest {model_id[:10]}"
    project = client.get_project(NAME)
    assert [(row.name, row.facts["rows"]) for row in project.datasets()][-2:] == [
        ("train", 80),
        ("test", 20),
    ]
    assert (client.path / "reports" / job.id / "report.html").is_file()
    assert f"reports/{job.id}/report.html" in result.output


@pytest.mark.parametrize("strict", [True, False])
def test_something_high_is_a_failure_where_it_must_not_be(client, project, capsys, strict):
    """Thresholds of 0 make everything high."""
    limits = {"low": 0.0, "medium": 0.0, "high": 0.0}
    only = {"determinism": {"run": True, "thresholds": limits}}
    config = config_of(test_suite_config={"individual_tests_config": only})
    job = client.start_stress_test(config, project.id, background=False)

    with pytest.raises(SystemExit, match="1") if strict else nullcontext():
        show(client, [job], strict)
    assert "determinism" in capsys.readouterr().out


def test_a_run_that_failed_is_told_with_the_reason(client, project, tmp_path):
    config = config_of(model_id=register_liar(project, tmp_path))
    job = client.start_stress_test(config, project.id, background=False)

    with pytest.raises(UserError, match=rf"failed: .* has changed .* resume {job.id}"):
        show(client, [job], strict=False)


def test_a_run_is_listed_with_its_state(stress, job):
    result = stress("list")

    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.output.splitlines() if line.startswith(job.id)]
    assert "My Stress Test Run" in line
    assert "3 of 3" in line


def test_the_status_is_that_of_the_newest_run(stress, job):
    result = stress("status")

    assert result.output.startswith(f"{job.id}  My Stress Test Run\nstatus    succeeded")


def test_results_are_shown_and_written(stress, job, client):
    result = stress("results", job.id[:8])

    assert result.exit_code == 0, result.output
    assert (client.path / "reports" / job.id / "report.json").is_file()


def test_two_runs_are_compared(stress, job, client, project):
    other = client.start_stress_test(config_of(), project.id, background=False)

    result = stress("compare", job.id, other.id)

    assert result.exit_code == 0, result.output
    assert str(client.path / "reports" / f"{job.id}-{other.id}") in result.output


def test_the_tests_of_a_category_are_listed(stress):
    result = stress("tests", "--category", "Transformations")

    assert "determinism" in result.output
    assert "feature_drift" not in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--dataset", "shorts"], "No dataset 'shorts'"),
        (["run", "--category", "Drfit"], "did you mean 'drift'"),
        (["run", "--test", "determinsm"], "did you mean 'determinism'"),
        (["run", "--sensitivity", "high"], "Known: strict, default, lenient"),
        (["run", "--config", "nowhere.json"], "nowhere.json cannot be read"),
        (["run", "--project", "nowhere"], "No project is called 'nowhere'"),
        (["results", "nowhere"], "No run is called 'nowhere'"),
        (["resume", "My Stress Test Run"], "is done"),
        (["cancel", "My Stress Test Run"], "does not go on: it is succeeded"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(stress, job, arguments, told):
    result = stress(*arguments)

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert told in result.stderr


class Running:
    """A job that goes on until it is cancelled."""

    id, name, status = "abc", "My run", Status.RUNNING

    def cancel(self):
        self.status = Status.CANCELLED


def test_ctrl_c_cancels_and_says_how_to_resume(capsys):
    job = Running()

    def wait():
        with cancelled_by_ctrl_c([job]):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait()
    assert job.status is Status.CANCELLED
    assert "python -m src stress resume abc" in capsys.readouterr().out
