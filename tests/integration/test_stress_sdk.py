"""The procedure of a stress test by the SDK: it says what was found, survives, and goes on."""

import os

import pandas as pd
import pytest

from src.errors import UserError
from src.stress import custom, lifeline, stress_test
from src.stress.client import Client
from src.stress.configuration import MODEL_TASKS
from src.stress.severity import Severity
from src.stress.status import Status
from src.stress.store import Store
from tests.small_stress import config_of, data_config, model_path, project_in, train_small

OWN_TESTS = """
from pathlib import Path
from src.stress import stress_test

FOLDER = Path("{folder}")
TOLD = dict(vulnerability="v", does="d", measure="m", advice="a", thresholds=(0.1, 0.2, 0.3))

@stress_test(name="written_down", **TOLD)
def written_down(context, options):
    with (FOLDER / "runs").open("a") as file:
        file.write("once ")
    return context.rng("written_down").random()

@stress_test(name="broken_off", **TOLD)
def broken_off(context, options):
    if (FOLDER / "break here").exists():
        (FOLDER / "break here").unlink()
        raise KeyboardInterrupt
    return context.rng("broken_off").random()
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return train_small(tmp_path_factory.mktemp("trained"))


@pytest.fixture
def project(settings, tmp_path):
    return project_in(tmp_path / "store", settings)


@pytest.fixture
def client(project, tmp_path):
    return Client(tmp_path / "store")


@pytest.fixture
def run(client, project):
    """Run stress tests in this process, and answer the job."""

    def start(*tests, **more):
        return client.start_stress_test(config_of(*tests, **more), project.id, background=False)

    return start


@pytest.fixture
def breaking(tmp_path):
    """Two tests of a user's own: one writes down that it runs, the other is broken off once."""
    (tmp_path / "break here").touch()
    (tmp_path / "own.py").write_text(OWN_TESTS.format(folder=tmp_path))
    return {"custom_tests": [str(tmp_path / "own.py")]}


@pytest.fixture
def broken(client, run, breaking):
    """A job that Ctrl-C has ended after two results of three."""
    with pytest.raises(KeyboardInterrupt):
        run("null", **breaking)
    return client.jobs()[0]


def test_there_is_a_result_for_each_test_and_a_case_for_each_subject(run):
    job = run("null", "determinism")

    assert job.get_result_df()["test"].tolist() == ["null", "determinism"]
    assert job.get_test_cases_df()["subject"].tolist() == ["speed", "rally", "served", "stroke", ""]


def test_ids_and_names_mean_the_same(client, project):
    ids = {kind: row.id for kind, row in zip(["ref", "eval"], project.datasets(), strict=True)}
    by_id = config_of(
        data_info={"ref_dataset_id": ids["ref"], "eval_dataset_id": ids["eval"]},
        model_id=project.models()[0].id,
    )

    jobs = [
        client.start_stress_test(config, project_id, background=False)
        for config, project_id in ((config_of(), "shots"), (by_id, project.id))
    ]

    assert jobs[0].config == jobs[1].config


def test_the_model_gets_the_features_alone(project, client, settings, tmp_path):
    """Neither labels nor recorded predictions nor times may help it."""
    table = pd.read_parquet(data_config(settings, "test")["path"])
    table = table.assign(ending="IN", was=0.5, at="2026-01-01", who="ada")
    table.to_csv(tmp_path / "table.csv", index=False)
    (tmp_path / "model.py").write_text(
        "CLASSES = ['IN', 'OUT']\n"
        "def predict_df(df):\n"
        "    assert list(df) == ['speed', 'rally', 'served', 'stroke'], list(df)\n"
        "    return [0.5] * len(df)\n"
    )
    beside = {"label_col": "ending", "pred_col": "was", "timestamp_col": "at"}
    project.register_dataset(
        "table", {"path": tmp_path / "table.csv", **beside, "exclude_cols": ["who"]}
    )
    project.register_model("picky", {"path": tmp_path / "model.py"})
    info = {"ref_dataset_id": "table", "eval_dataset_id": "table"}

    job = client.start_stress_test(
        config_of("determinism", data_info=info, model_id="picky"), "shots", background=False
    )

    assert job.status is Status.SUCCEEDED, job.message
    assert job.get_test_cases_df()["error"].tolist() == [""]


def test_the_same_dataset_registered_twice_is_one(project, settings):
    again = project.register_dataset("other name", data_config(settings, "train"))

    assert again == project.datasets()[0].id
    assert len(project.datasets()) == 2


def test_a_name_means_what_was_registered_by_it_last(project, settings):
    evaluation = project.register_dataset("foo", data_config(settings, "test"))

    assert evaluation == project.datasets()[1].id
    assert len(project.datasets()) == 2


def test_a_project_of_the_same_name_and_task_is_the_same(client, project):
    assert client.create_project("shots").id == project.id


def test_a_project_of_the_same_name_and_another_task_is_refused(client, project):
    with pytest.raises(UserError, match="There is a project 'shots' already"):
        client.create_project("shots", model_task=MODEL_TASKS[1])


def test_another_client_finds_everything_again(client, run):
    job = run()

    found = Client(client.path).get_job(job.id)

    assert found.get_run() == job.get_run()
    assert [project.name for project in Client(client.path).projects()] == ["shots"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"data_info": {"ref_dataset_id": "foo", "eval_dataset_id": "baa"}}, "mean 'bar'"),
        ({"model_id": "bax"}, "No model is called 'bax': did you mean 'baz'"),
        ({"categories": ["Drfit"]}, "did you mean 'drift'"),
        ({"protected_columns": ["spede"]}, "did you mean 'speed'"),
        ({"custom_tests": ["none.py"]}, "none.py"),
        ({"categories": ["custom"]}, "do not run in the background"),
    ],
)
def test_what_is_unknown_is_refused_before_anything_runs(client, project, change, told):
    with pytest.raises(UserError, match=told):
        client.start_stress_test(config_of() | change, project.id)
    assert client.jobs() == []


def test_a_run_that_was_broken_off_goes_on_to_the_same_results(broken, run, breaking):
    assert (broken.status, str(broken.progress)) == ("cancelled", "2 of 3 tests")

    broken.resume(background=False)

    assert broken.status is Status.SUCCEEDED
    assert broken.get_run().results == run("null", **breaking).get_run().results


def test_what_is_done_is_not_done_again(broken, tmp_path):
    broken.resume(background=False)

    assert (tmp_path / "runs").read_text() == "once "


def test_results_of_a_run_that_is_not_done_are_given_when_asked_for(broken):
    with pytest.raises(UserError, match="is cancelled: resume"):
        broken.get_result_df()

    assert broken.get_result_df(partial=True)["test"].tolist() == ["null", "written_down"]


def test_a_run_that_is_done_is_not_resumed(run):
    with pytest.raises(UserError, match="is done: start a new one"):
        run().resume()


def test_a_run_whose_process_died_is_told_as_interrupted(client, broken):
    Store(client.path).change_job(broken.id, status=Status.RUNNING)

    assert broken.status is Status.INTERRUPTED
    assert "resume it" in broken.message


def test_a_run_whose_process_lives_goes_on(client, broken):
    Store(client.path).change_job(broken.id, status=Status.RUNNING)
    lock = lifeline.take(client.path / "jobs" / broken.id / "lock")

    try:
        assert broken.status is Status.RUNNING
        with pytest.raises(UserError, match="goes on already"):
            broken.resume()
    finally:
        os.close(lock)


def test_a_run_in_the_background_is_cancelled(client, project, tmp_path):
    (tmp_path / "slow.py").write_text(
        "import time\nCLASSES = ['IN', 'OUT']\ndef predict_df(df): time.sleep(600)\n"
    )
    project.register_model("slow", {"path": tmp_path / "slow.py", "timeout_seconds": 900})
    job = client.start_stress_test(config_of(model_id="slow"), project.id)

    assert job.cancel() is Status.CANCELLED
    assert not lifeline.is_taken(client.path / "jobs" / job.id / "lock")


def test_data_that_changed_since_it_was_registered_is_not_tested(client, project, tmp_path):
    (tmp_path / "model.py").write_text("CLASSES = ['IN', 'OUT']\ndef predict_df(df): 1\n")
    project.register_model("changing", {"path": tmp_path / "model.py"})
    (tmp_path / "model.py").write_text("CLASSES = ['IN', 'OUT']\ndef predict_df(df): 2\n")

    job = client.start_stress_test(config_of(model_id="changing"), "shots", background=False)

    assert job.status is Status.FAILED
    assert "has changed since it was registered as the model 'changing'" in job.message


def test_a_model_that_cannot_answer_the_reference_is_told_once(client, project, tmp_path):
    (tmp_path / "model.py").write_text(
        "CLASSES = ['IN', 'OUT']\ndef predict_df(df): return df['pace']\n"
    )
    project.register_model("lost", {"path": tmp_path / "model.py"})

    job = client.start_stress_test(config_of(model_id="lost"), "shots", background=False)

    assert job.status is Status.FAILED
    assert "cannot answer the reference data as it is: KeyError: 'pace'" in job.message


def test_a_pickle_that_is_not_what_its_report_tells_of_is_not_loaded(project, settings, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    report = model_path(settings).with_name("report.json").read_bytes()
    (folder / "report.json").write_bytes(report)
    (folder / "model.pkl").write_bytes(b"cos\nsystem\n(S'false'\ntR.")

    with pytest.raises(UserError, match="is not what the report beside it tells of"):
        project.register_model("evil", {"path": folder / "model.pkl"})


def test_tests_that_are_made_in_this_process_run_here(run):
    stress_test(
        name="made_here",
        vulnerability="v",
        does="d",
        measure="m",
        advice="a",
        thresholds=(0.1, 0.2, 0.3),
    )(lambda context, options: 0.25)

    try:
        assert run(categories=["custom"], test_suite_config={}).severity is Severity.MEDIUM
    finally:
        custom._registered.pop("made_here")


def test_thresholds_decide_the_severity(run):
    limits = {"low": 0.0, "medium": 0.0, "high": 0.0}
    suite = {"individual_tests_config": {"determinism": {"run": True, "thresholds": limits}}}

    job = run(test_suite_config=suite)

    assert job.get_result_df()["severity"].tolist() == ["high"]


def test_a_test_that_fails_itself_ends_no_run(client, project, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from src.stress import stress_test\n"
        "@stress_test(name='mine', vulnerability='v', does='d', measure='m', advice='a',\n"
        "             thresholds=(1, 2, 3))\n"
        "def mine(context, options):\n"
        "    return 1 / 0\n"
    )

    job = client.start_stress_test(
        config_of("determinism", custom_tests=[str(tmp_path / "mine.py")]),
        project.id,
        background=False,
    )

    result = job.get_result_df().set_index("test")
    assert result.loc["mine", "skipped"] == (
        "the test itself failed: ZeroDivisionError: division by zero"
    )
    assert result.loc["determinism", "skipped"] == ""
