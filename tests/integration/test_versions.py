"""Which versions there are, what is in one, what changed between two, and who released them."""

import dataclasses
import re
import shutil

import pytest
from click.testing import CliRunner

from src import aws
from src.__main__ import cli
from src.config import Settings
from src.errors import UserError
from src.release.difference import ABSENT, GROUPS, Change, compare
from src.release.registry import Registry
from src.release.release import Release
from src.release.state import Candidate, State
from src.release.versions import Versions, role
from src.train.report import Report
from src.train.specification import Serving
from src.train.train import train
from tests.small_dataset import NAME, shots, write_small_dataset

MODEL = "random_forest"
A, B, C = "a" * 40, "b" * 40, "c" * 40

COLUMN = {"name": "speed", "type": "float", "minimum": 0.0, "maximum": 80.0, "categories": []}
SERVING = Serving("1.1.0", [COLUMN], ["IN", "OUT"], sample=[], answers={})
REPORT = Report(
    model_id=A,
    test_log_loss=0.5,
    mean_cv_log_loss=0.6,
    std_cv_log_loss=0.1,
    cv_log_losses=[0.5, 0.7],
    dataset=NAME,
    model=MODEL,
    parameters={"n_estimators": 5},
    seed=42,
    data_hash="d" * 64,
    code_hash="c" * 64,
    packages={"python": "3.11", "numpy": "2.4.6"},
    artifacts={},
    trained_at="2026-01-01T00:00:00+00:00",
    platform="Linux x86_64",
    serving=SERVING,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Settings of an operator's machine with a small dataset, an S3, and nothing trained."""
    folder = tmp_path_factory.mktemp("house")
    write_small_dataset(folder / "data")
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("DATA_DIR", str(folder / "data"))
        patch.setenv("OUTPUT_DIR", str(folder / "output"))
        yield Settings.from_env()


@pytest.fixture(scope="module")
def trained(house):
    """The reports of three forests, oldest first, by their number of trees."""
    trees = (3, 4, 5)
    return {n: train(NAME, parameters={"n_estimators": n}, settings=house) for n in trees}


@pytest.fixture
def bucket(house):
    """The bucket, empty."""
    for key in aws.list_keys(""):
        aws.client().delete_object(Bucket=house.bucket, Key=key)
    return house.bucket


@pytest.fixture
def versions(bucket, house):
    return Versions(NAME, MODEL)


@pytest.fixture
def output(house, tmp_path):
    """An output folder of the test's own, with all that was trained."""
    folder = tmp_path / "output"
    shutil.copytree(house.output_dir, folder, ignore=shutil.ignore_patterns("s3"))
    return folder


@pytest.fixture
def another(house, trained):
    """Makes a run like the first but for its id, A, and what is changed in its report."""

    def make(**changes):
        shutil.copytree(run_dir(house, trained[3]), house.output_dir / A)
        changed = dataclasses.replace(trained[3], model_id=A, **changes)
        (house.output_dir / A / "report.json").write_bytes(changed.to_json())
        return house.output_dir / A

    yield make
    shutil.rmtree(house.output_dir / A)


def run_dir(house, report):
    return house.output_dir / report.model_id


def ask(*arguments):
    """Run a command on the small dataset."""
    return CliRunner().invoke(cli, ["release", *arguments, "--dataset", NAME])


def row(output, start):
    return next(line for line in output.splitlines() if line.startswith(start))


def specified(**changes):
    return dataclasses.replace(REPORT, serving=dataclasses.replace(SERVING, **changes))


# Which versions there are


def test_all_that_was_trained_or_published_is_a_version(versions, house, trained):
    Registry().publish(run_dir(house, trained[3]))

    where = {known.model_id: known.where for known in versions.listing().versions}

    assert where == {
        trained[3].model_id: "S3 and here",
        trained[4].model_id: "here only",
        trained[5].model_id: "here only",
    }


def test_a_version_whose_run_was_removed_is_on_s3(bucket, house, trained, tmp_path):
    Registry().publish(run_dir(house, trained[3]))

    (known,) = Versions(NAME, MODEL, output_dir=tmp_path / "nowhere").listing().versions

    assert (known.report, known.where, known.run_dir) == (trained[3], "S3", None)


def test_the_newest_comes_first(versions, trained):
    newest_first = [trained[5].model_id, trained[4].model_id, trained[3].model_id]

    assert [known.model_id for known in versions.listing().versions] == newest_first


def test_versions_of_another_kind_are_not_listed(bucket, trained):
    assert Versions(NAME, "logistic_regression").listing().versions == []


def test_a_damaged_report_on_s3_hides_no_other_version(versions, house, trained):
    Registry().publish(run_dir(house, trained[3]))
    aws.upload(f"models/{NAME}/{MODEL}/{A}/report.json", b"cut o")

    listed = versions.listing()

    assert listed.damaged == [A]
    assert len(listed.versions) == len(trained)


def test_a_run_with_a_damaged_report_is_no_version(bucket, output, trained):
    (output / trained[3].model_id / "report.json").write_bytes(b"cut o")

    listed = Versions(NAME, MODEL, output_dir=output).listing()

    assert trained[3].model_id not in {known.model_id for known in listed.versions}
    assert listed.damaged == []


@pytest.mark.parametrize(
    ("model_id", "state", "expected"),
    [
        (A, None, ""),
        (A, State(B, C, ""), ""),
        (A, State(A, None, ""), "production"),
        (A, State(B, A, ""), "previous"),
        (A, State(B, C, "", Candidate(A, 0.1, "")), "canary 10 %"),
        (A, State(B, A, "", Candidate(A, 0.005, "")), "previous, canary 0.5 %"),
    ],
)
def test_a_role_is_what_a_version_is_for(model_id, state, expected):
    assert role(model_id, state) == expected


# Finding one


def test_a_version_is_found_by_six_digits_on_s3_and_here(versions, house, trained):
    Registry().publish(run_dir(house, trained[3]))

    found = [versions.find(trained[n].model_id[:6].upper()) for n in (3, 4)]

    assert [known.report for known in found] == [trained[3], trained[4]]
    assert [known.published for known in found] == [True, False]


def test_what_is_on_s3_counts_where_the_run_here_is_another(bucket, house, trained, output):
    Registry().publish(run_dir(house, trained[3]))
    path = output / trained[3].model_id / "report.json"
    path.write_bytes(dataclasses.replace(trained[3], platform="Elsewhere").to_json())

    found = Versions(NAME, MODEL, output_dir=output).find(trained[3].model_id)

    assert found.report == trained[3]


def test_five_digits_are_too_few(versions, trained):
    with pytest.raises(UserError, match="too short for a model id: give at least 6 digits"):
        versions.find(trained[3].model_id[:5])


def test_an_unknown_version_is_told_with_the_next_step(versions, trained):
    with pytest.raises(UserError, match=r"neither on S3 nor in .* release list --dataset shots"):
        versions.find("ffffff")


def test_a_start_of_several_ids_names_them(versions, trained):
    twins = [A[:39] + digit for digit in "bc"]
    for model_id in twins:
        aws.upload(f"models/{NAME}/{MODEL}/{model_id}/report.json", b"a report")

    with pytest.raises(UserError, match=f"start of 2 ids, {twins[0]}, {twins[1]}: give more"):
        versions.find(A[:6])


def test_a_version_of_another_kind_is_told_by_its_name(bucket, trained):
    with pytest.raises(UserError, match=f"give --dataset {NAME} --model {MODEL}"):
        Versions("tennis_points", MODEL).find(trained[3].model_id)


@pytest.mark.parametrize("published", [True, False], ids=["on S3", "here only"])
def test_an_artifact_is_read_if_it_is_the_one_of_the_report(
    bucket, house, trained, output, published
):
    run = output / trained[3].model_id
    content = (run / "model.pkl").read_bytes()
    if published:
        Registry().publish(run)
    versions = Versions(NAME, MODEL, output_dir=output)
    known = versions.find(trained[3].model_id)
    whole = versions.read(known, "model.pkl")

    aws.upload(f"models/{NAME}/{MODEL}/{known.model_id}/model.pkl", b"damaged")
    (run / "model.pkl").write_bytes(b"damaged")

    assert whole == content
    with pytest.raises(UserError, match=r"model\.pkl .*is not .* report .*tells of"):
        versions.read(known, "model.pkl")


# What changed


def test_a_version_is_equal_to_itself_in_each_group():
    assert compare(REPORT, REPORT) == {group: [] for group in GROUPS}


@pytest.mark.parametrize(
    ("other", "group", "change"),
    [
        ({"code_hash": "e" * 64}, "code", Change("hash", "c" * 64, "e" * 64)),
        ({"data_hash": "e" * 64}, "data", Change("hash", "d" * 64, "e" * 64)),
        ({"dataset": "digits"}, "data", Change("dataset", NAME, "digits")),
        ({"model": "oracle"}, "parameters", Change("model", MODEL, "oracle")),
        ({"parameters": {"n_estimators": 9}}, "parameters", Change("n_estimators", 5, 9)),
        ({"parameters": {"n_estimators": 5.0}}, "parameters", Change("n_estimators", 5, 5.0)),
        ({"parameters": {}}, "parameters", Change("n_estimators", 5, ABSENT)),
        (
            {"parameters": {"n_estimators": 5, "max_depth": None}},
            "parameters",
            Change("max_depth", ABSENT, None),
        ),
        ({"seed": 7}, "seed", Change("seed", 42, 7)),
        (
            {"packages": {"python": "3.11", "numpy": "3.0"}},
            "packages",
            Change("numpy", "2.4.6", "3.0"),
        ),
        ({"packages": {"python": "3.11"}}, "packages", Change("numpy", "2.4.6", ABSENT)),
        (
            {"platform": "Darwin arm64"},
            "platform",
            Change("platform", "Linux x86_64", "Darwin arm64"),
        ),
        ({"platform": ""}, "platform", Change("platform", "Linux x86_64", ABSENT)),
        ({"test_log_loss": 0.4}, "metrics", Change("test log loss", 0.5, 0.4)),
        ({"mean_cv_log_loss": 0.7}, "metrics", Change("cv mean", 0.6, 0.7)),
        ({"std_cv_log_loss": 0.2}, "metrics", Change("cv std", 0.1, 0.2)),
    ],
)
def test_what_changed_is_in_its_group_and_the_others_are_equal(other, group, change):
    changes = compare(REPORT, dataclasses.replace(REPORT, **other))

    assert changes == {name: [change] if name == group else [] for name in GROUPS}


@pytest.mark.parametrize(
    ("other", "change"),
    [
        ({"api_version": "2.0.0"}, Change("API version", "1.1.0", "2.0.0")),
        ({"classes": ["IN", "LET"]}, Change("classes", ["IN", "OUT"], ["IN", "LET"])),
        ({"columns": [COLUMN | {"maximum": 90.0}]}, Change("column speed, maximum", 80.0, 90.0)),
    ],
)
def test_what_changed_in_serving_is_named(other, change):
    assert compare(REPORT, specified(**other))["serving"] == [change]


def test_a_column_more_is_a_change_of_the_columns():
    other = specified(columns=[COLUMN, COLUMN | {"name": "spin"}])

    changes = compare(REPORT, other)["serving"]

    assert changes[0] == Change("columns", ["speed"], ["speed", "spin"])
    assert Change("column spin, type", ABSENT, "float") in changes


def test_answers_follow_from_the_rest_and_are_not_compared():
    assert compare(REPORT, specified(answers={"predict": ["IN"]}))["serving"] == []


def test_a_version_of_before_specifications_can_be_compared():
    changes = compare(dataclasses.replace(REPORT, serving=None), REPORT)

    assert Change("API version", ABSENT, "1.1.0") in changes["serving"]


# On the command line


def test_list_shows_what_answers_and_how_good_it_is(bucket, house, trained):
    for n in (3, 4):
        Registry().deploy(run_dir(house, trained[n]))
    Registry().publish(run_dir(house, trained[5]))
    Release(NAME, MODEL).start_canary(trained[5].model_id, 0.25)

    result = ask("list")

    assert result.exit_code == 0
    assert "previous " in row(result.stdout, trained[3].model_id[:10])
    assert "production " in row(result.stdout, trained[4].model_id[:10])
    assert "canary 25 % " in row(result.stdout, trained[5].model_id[:10])
    assert f"{trained[4].test_log_loss:.4f}" in row(result.stdout, trained[4].model_id[:10])
    assert "`" not in result.stdout  # no next step: all is well


@pytest.mark.parametrize(
    ("published", "sentence"),
    [(False, "None of them is on S3"), (True, "Nothing is in production")],
)
def test_list_tells_the_next_step_where_nothing_answers(
    bucket, house, trained, published, sentence
):
    if published:
        Registry().publish(run_dir(house, trained[3]))

    result = ask("list")

    assert result.exit_code == 0
    assert f"{sentence} yet: `python -m src deploy {trained[5].model_id[:10]}`" in result.stdout


def test_list_tells_the_next_step_where_nothing_was_trained(bucket):
    result = ask("list", "--model", "logistic_regression")

    assert result.exit_code == 0
    assert "`python -m src train --dataset shots --model logistic_regression`" in result.stdout


def test_list_names_a_version_whose_report_is_damaged(bucket, trained):
    aws.upload(f"models/{NAME}/{MODEL}/{A}/report.json", b"cut o")

    assert f"{A} is on S3, but its report cannot be read" in ask("list").stdout


@pytest.mark.parametrize("published", [True, False], ids=["on S3", "here only"])
def test_show_tells_both_sides_of_the_specification(bucket, house, trained, published):
    report = trained[3]
    if published:
        Registry().deploy(run_dir(house, report))

    result = ask("show", report.model_id[:6])

    told = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert f"role {'production' if published else 'none'} " in told
    assert f"where {'S3 and here' if published else 'here only'} " in told
    for fact in (
        report.model_id,
        report.code_hash,
        report.data_hash,
        "seed 42",
        "parameters n_estimators=3",
        f"numpy {report.packages['numpy']}",
        report.platform,
        f"API {report.serving.api_version}",
        "classes IN, OUT",
        "speed float from 0 to 80",
        "stroke category B, F",
    ):
        assert fact in told
    for point, answer in zip(report.serving.sample, report.serving.answers["predict"], strict=True):
        assert f"speed={point['speed']:.4g}, " in told
        assert f"-> {answer} " in told


def test_show_of_a_version_of_before_specifications_says_so(bucket, another):
    another(serving=None, platform="")

    result = ask("show", A)

    assert result.exit_code == 0
    assert "Train it again to serve it" in result.stdout
    assert "not recorded" in result.stdout


def test_diff_shows_what_changed_and_names_what_is_equal(bucket, trained):
    result = ask("diff", trained[3].model_id, trained[5].model_id)

    was, now = trained[3].test_log_loss, trained[5].test_log_loss
    judged = "better" if now < was else "worse"
    assert result.exit_code == 0
    assert "n_estimators: 3 -> 5" in result.stdout
    assert f"test log loss: {was:.4f} -> {now:.4f} ({now - was:+.4f}, {judged})" in result.stdout
    assert "Equal: code, data, seed, packages, platform, serving." in result.stdout


def test_diff_counts_the_rows_of_other_data(bucket, house, trained, monkeypatch, tmp_path):
    path = write_small_dataset(tmp_path / "data")
    shots().head(90).to_parquet(path, index=False)
    changed = dataclasses.replace(house, data_dir=tmp_path / "data")
    other = train(NAME, parameters={"n_estimators": 3}, settings=changed)

    result = ask("diff", trained[3].model_id, other.model_id)
    shutil.rmtree(run_dir(house, other))

    hashes = f"hash: {trained[3].data_hash[:10]} -> {other.data_hash[:10]}"
    assert hashes in result.stdout
    assert "rows: 100 -> 90" in result.stdout


def test_history_tells_the_newest_change_first(bucket, house, trained):
    for n in (3, 4):
        Registry().deploy(run_dir(house, trained[n]))
    Release(NAME, MODEL, by="ada@laptop").rollback(why="too many [red] faults")

    lines = ask("history").stdout.splitlines()

    assert re.split(r"\s{2,}", lines[1].strip())[1:] == [
        "rollback",
        trained[3].model_id[:10],
        trained[4].model_id[:10],
        "ada@laptop",
        "too many [red] faults",
    ]
    assert [line.split()[3] for line in lines[1:]] == ["rollback", "deploy", "deploy"]


def test_a_reason_is_no_command_to_the_terminal(bucket, house, trained):
    for n in (3, 4):
        Registry().deploy(run_dir(house, trained[n]))
    Release(NAME, MODEL).rollback(why="\x1b[2Jgone")

    assert "\x1b" not in ask("history").stdout


def test_history_of_a_pointer_of_before_histories_says_so(bucket):
    state = State(A, None, "2026-01-01T00:00:00+00:00")
    aws.upload(f"models/{NAME}/{MODEL}/production.json", state.to_json())

    result = ask("history")

    assert result.exit_code == 0
    assert f"{A} is in production since 2026-01-01 00:00:00 UTC" in result.stdout


def test_history_of_nothing_tells_the_next_step(bucket):
    result = ask("history")

    assert result.exit_code == 2
    assert "`python -m src deploy --dataset shots --model random_forest`" in result.stderr


@pytest.mark.parametrize("published", [True, False], ids=["on S3", "here only"])
def test_smoke_tells_what_was_checked(bucket, house, trained, published):
    if published:
        Registry().publish(run_dir(house, trained[3]))

    result = ask("smoke", trained[3].model_id[:6])

    told = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert f"{trained[3].model_id} can serve here." in told
    assert f"loads from {'S3' if published else run_dir(house, trained[3])}," in told
    assert "5 points get the expected answers of predict and predict_proba" in told


@pytest.mark.parametrize("published", [True, False], ids=["on S3", "here only"])
def test_smoke_of_an_unfit_version_tells_why(bucket, another, trained, published):
    wrong = trained[3].serving.answers | {"predict": ["LET"] * 5}
    run = another(serving=dataclasses.replace(trained[3].serving, answers=wrong))
    if published:
        Registry().publish(run)

    result = ask("smoke", A)

    assert result.exit_code == 2
    assert "fails its smoke test: predict answers" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [["show"], ["smoke"], ["diff", A], ["reproduce"]])
def test_a_mistake_ends_in_a_sentence(bucket, trained, command):
    result = ask(*command, "ffffffffff")

    assert result.exit_code == 2
    assert "No version " in result.stderr
    assert result.stdout == ""
