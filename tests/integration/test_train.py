import json
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_score

from src.__main__ import cli
from src.config import Settings
from src.errors import UserError
from src.schema import load_schema
from src.train import train as module
from src.train.pipeline import MODELS, build_pipeline
from src.train.report import Report
from src.train.train import train
from src.utils import deserialise, find_experiment, latest_experiment, sha256
from tests.small_dataset import NAME, shots, write_small_dataset

FEW_TREES = {"n_estimators": 5}


@pytest.fixture
def settings(tmp_path):
    """Settings of a place with a small dataset and nothing trained yet."""
    write_small_dataset(tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", output_dir=tmp_path / "output")


@pytest.fixture
def train_forest(settings):
    """Train a little forest, with other arguments where some are given."""

    def train_with(**arguments):
        defaults = {"model": "random_forest", "parameters": FEW_TREES, "settings": settings}
        return train(NAME, **{**defaults, **arguments})

    return train_with


@pytest.fixture
def command(settings):
    """Run the train command on the small dataset."""

    def run(*arguments, **environ):
        folders = {"DATA_DIR": str(settings.data_dir), "OUTPUT_DIR": str(settings.output_dir)}
        return CliRunner().invoke(
            cli, ["train", *arguments], env=folders | environ, catch_exceptions=False
        )

    return run


def folders(output_dir):
    return sorted(path.name for path in output_dir.iterdir())


# What training leaves


def test_a_run_leaves_its_artifacts_and_the_splits(train_forest, settings):
    report = train_forest()

    assert folders(settings.output_dir) == sorted([report.model_id, "splits"])
    assert folders(settings.output_dir / report.model_id) == [
        "dataset.parquet",
        "model.pkl",
        "report.json",
    ]
    assert folders(settings.output_dir / "splits" / NAME) == [
        "X_test.parquet",
        "X_train.parquet",
        "y_test.parquet",
        "y_train.parquet",
    ]


def test_the_report_on_disk_is_the_one_that_is_answered(train_forest, settings):
    report = train_forest()

    saved = (settings.output_dir / report.model_id / "report.json").read_bytes()
    assert Report.from_json(saved) == report


def test_the_report_says_what_was_trained(train_forest):
    report = train_forest(seed=7)

    assert (report.dataset, report.model, report.seed, report.parameters) == (
        NAME,
        "random_forest",
        7,
        FEW_TREES,
    )


def test_the_report_says_the_defaults_that_were_used(settings):
    report = train(NAME, "logistic_regression", settings=settings)

    assert report.parameters == MODELS["logistic_regression"].defaults


def test_the_report_bears_the_hashes_of_the_artifacts(train_forest, settings):
    report = train_forest()
    folder = settings.output_dir / report.model_id

    assert report.artifacts == {
        name: sha256((folder / name).read_bytes()) for name in ("model.pkl", "dataset.parquet")
    }


def test_the_dataset_kept_is_all_rows_with_the_split_of_each(train_forest, settings):
    report = train_forest()
    kept = pd.read_parquet(settings.output_dir / report.model_id / "dataset.parquet")

    pd.testing.assert_frame_equal(kept.drop(columns="split"), shots())
    assert kept["split"].value_counts().to_dict() == {"train": 80, "test": 20}


def test_the_splits_are_the_rows_of_the_dataset_kept(train_forest, settings):
    report = train_forest()
    kept = pd.read_parquet(settings.output_dir / report.model_id / "dataset.parquet")
    tested = kept[kept["split"] == "test"].drop(columns=["split", "shot"])

    splits = settings.output_dir / "splits" / NAME
    held_out = pd.read_parquet(splits / "X_test.parquet").join(
        pd.read_parquet(splits / "y_test.parquet")
    )
    pd.testing.assert_frame_equal(
        held_out.sort_values("speed", ignore_index=True),
        tested.sort_values("speed", ignore_index=True),
    )


@pytest.mark.parametrize("model", MODELS)
def test_the_test_log_loss_is_that_of_the_kept_model_on_the_rows_held_out(settings, model):
    report = train(NAME, model, settings=settings)
    model_bytes = (settings.output_dir / report.model_id / "model.pkl").read_bytes()
    splits = settings.output_dir / "splits" / NAME

    kept = deserialise(model_bytes, report.artifacts["model.pkl"])
    predicted = kept.predict_proba(pd.read_parquet(splits / "X_test.parquet"))
    actual = pd.read_parquet(splits / "y_test.parquet")["ending"]
    assert report.test_log_loss == pytest.approx(log_loss(actual, predicted))


def test_five_folds_are_summed_up_by_mean_and_population_deviation(train_forest):
    report = train_forest()
    losses = np.array(report.cv_log_losses)

    assert len(losses) == 5
    assert report.mean_cv_log_loss == pytest.approx(losses.sum() / 5)
    assert report.std_cv_log_loss**2 == pytest.approx(((losses - losses.mean()) ** 2).sum() / 5)


def test_each_fold_is_scored_by_a_model_that_has_not_seen_it(train_forest, settings):
    report = train_forest(seed=7)
    splits = settings.output_dir / "splits" / NAME
    X = pd.read_parquet(splits / "X_train.parquet")
    y = pd.read_parquet(splits / "y_train.parquet")["ending"]

    expected = -cross_val_score(
        build_pipeline(load_schema(NAME, settings.data_dir), seed=7, parameters=FEW_TREES),
        X,
        y,
        cv=StratifiedKFold(5, shuffle=True, random_state=7),
        scoring="neg_log_loss",
    )
    assert report.cv_log_losses == pytest.approx(expected.tolist())


def test_the_rows_held_out_do_not_reach_the_folds(settings, train_forest, monkeypatch):
    """What comes of cross-validation must not depend on rows that are kept for the test."""
    honest = train_forest().cv_log_losses
    splitting = module.split

    def spoil_test_rows(data, seed):
        splits = splitting(data, seed)
        return splits._replace(X_test=splits.X_test * 0, y_test=splits.y_test.iloc[::-1])

    monkeypatch.setattr(module, "split", spoil_test_rows)
    assert train_forest(again=True).cv_log_losses == honest


def test_a_run_can_be_found(train_forest, settings):
    report = train_forest()
    folder = settings.output_dir / report.model_id

    assert find_experiment(report.model_id[:8], settings.output_dir) == folder
    assert latest_experiment(NAME, "random_forest", settings.output_dir) == folder


# What determines a model


def test_the_same_again_has_the_same_id_and_the_same_artifacts(train_forest):
    first, second = train_forest(), train_forest(again=True)

    assert (first.model_id, first.artifacts) == (second.model_id, second.artifacts)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 43},
        {"parameters": {"n_estimators": 6}},
        {"model": "logistic_regression", "parameters": {}},
    ],
)
def test_the_id_changes_with_what_determines_the_model(train_forest, change):
    assert train_forest(**change).model_id != train_forest().model_id


def test_other_data_have_another_id(train_forest, settings):
    first = train_forest()
    path = settings.data_dir / NAME / f"{NAME}.parquet"
    shots().assign(rally=1).to_parquet(path, index=False)

    assert train_forest().model_id != first.model_id


def test_a_default_that_is_spelt_out_is_the_same_model(settings):
    defaults = MODELS["logistic_regression"].defaults
    first = train(NAME, "logistic_regression", settings=settings)
    second = train(NAME, "logistic_regression", parameters=defaults, settings=settings)

    assert first == second


# Training once more


@pytest.fixture
def steps():
    """What training says of its progress, and the call that it says it to."""

    class Steps(list):
        def __call__(self, what, done):
            self.append((what, done))

    return Steps()


def test_progress_is_told_from_the_first_fold_to_the_end(train_forest, steps):
    train_forest(progress=steps)

    assert [what for what, _ in steps] == [*(f"fold {n} of 5" for n in range(1, 6)), "trained"]
    assert [done for _, done in steps] == pytest.approx([n / 6 for n in range(1, 7)])


def test_a_run_that_is_there_is_not_trained_once_more(train_forest, steps):
    first = train_forest()

    assert train_forest(progress=steps) == first
    assert steps == [("already trained", 1.0)]


@pytest.mark.parametrize("name", ["model.pkl", "dataset.parquet", "report.json"])
def test_a_run_that_is_damaged_is_trained_once_more(train_forest, settings, name):
    report = train_forest()
    path = settings.output_dir / report.model_id / name
    path.write_bytes(b"damaged")

    assert train_forest().artifacts == report.artifacts
    assert path.read_bytes() != b"damaged"


def test_the_splits_are_written_even_where_the_run_is_there(train_forest, settings):
    train_forest()
    path = settings.output_dir / "splits" / NAME / "X_test.parquet"
    path.unlink()

    train_forest()

    assert path.exists()


# When it does not go well


@pytest.mark.parametrize("fold", [1, 3, 5])
def test_an_interruption_leaves_no_run_behind(train_forest, settings, fold):
    def interrupt(what, done):
        if what == f"fold {fold} of 5":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_forest(progress=interrupt)

    assert folders(settings.output_dir) == ["splits"]


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_refused(train_forest, seed):
    with pytest.raises(UserError, match=f"The seed is {seed}"):
        train_forest(seed=seed)


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_a_seed_may_be_the_smallest_or_the_largest(train_forest, seed):
    assert train_forest(seed=seed).seed == seed


def test_a_value_that_a_parameter_cannot_have_is_told(train_forest, settings):
    with pytest.raises(UserError, match=r"'n_estimators' parameter .* must be an int"):
        train_forest(parameters={"n_estimators": -1})

    assert folders(settings.output_dir) == ["splits"]


# The command


def test_the_command_prints_a_table_and_the_next_step(command, settings):
    result = command("--dataset", NAME, "-p", "n_estimators=5")
    path = latest_experiment(NAME, "random_forest", settings.output_dir)
    report = json.loads((path / "report.json").read_text())

    assert result.exit_code == 0
    row = [
        NAME,
        "random_forest",
        report["model_id"][:10],
        f"{report['test_log_loss']:.4f}",
        f"{report['mean_cv_log_loss']:.4f}",
        f"{report['std_cv_log_loss']:.4f}",
    ]
    assert row in [line.split() for line in result.stdout.splitlines()]
    assert f"python -m src deploy {report['model_id'][:10]}" in result.stdout
    assert str(path) in result.stdout


def test_the_command_trains_every_model_on_every_dataset(command):
    result = command("--dataset", "all", "--model", "all")

    trained = re.findall(rf"^{NAME} (\w+): trained$", result.stdout, flags=re.MULTILINE)
    assert trained == list(MODELS)


def test_the_command_says_what_was_there_already(command):
    arguments = ("--dataset", NAME, "-p", "n_estimators=5")
    command(*arguments)

    assert f"{NAME} random_forest: already trained" in command(*arguments).stdout
    assert f"{NAME} random_forest: trained" in command(*arguments, "--again").stdout


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("max_depth=2", 2),
        ("max_depth=None", None),
        ("max_features=0.5", 0.5),
        ("bootstrap=False", False),
        ("criterion=entropy", "entropy"),
    ],
)
def test_the_command_takes_parameters_of_all_kinds(command, settings, text, value):
    result = command("--dataset", NAME, "-p", "n_estimators=5", "-p", text)
    path = latest_experiment(NAME, "random_forest", settings.output_dir)

    assert result.exit_code == 0
    parameters = json.loads((path / "report.json").read_text())["parameters"]
    assert parameters == {"n_estimators": 5, text.partition("=")[0]: value}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dataset", "hats"], "No dataset 'hats'"),
        (["--dataset", NAME, "--model", "guess"], "No model 'guess'"),
        (["--dataset", NAME, "-p", "size=5"], "no parameter 'size'"),
        (["--dataset", NAME, "-p", "n_estimators"], "says no value"),
        (["--dataset", NAME, "-p", "n_estimators=many"], "Cannot train with"),
        (["--dataset", NAME, "--seed", "-1"], "The seed is -1"),
        (["--dataset", NAME, "--model", "all", "-p", "n_estimators=5"], "no parameter"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(command, arguments, message):
    result = command(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert re.fullmatch(f"Error: .*{message}.*\n", result.stderr)


def test_an_output_folder_that_cannot_be_written_is_one_sentence_and_exit_2(command, tmp_path):
    (tmp_path / "file").touch()
    result = command("--dataset", NAME, OUTPUT_DIR=str(tmp_path / "file"))

    assert result.exit_code == 2
    assert re.fullmatch("Error: .* cannot be written .*\n", result.stderr)


def test_a_truncated_dataset_is_one_sentence_and_exit_2(command, settings):
    path = settings.data_dir / NAME / f"{NAME}.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    result = command("--dataset", NAME)

    assert result.exit_code == 2
    assert re.fullmatch("Error: .* cannot be read .*\n", result.stderr)


def test_a_folder_without_datasets_is_one_sentence_and_exit_2(command, tmp_path):
    result = command("--dataset", "all", DATA_DIR=str(tmp_path / "nothing"))

    assert result.exit_code == 2
    assert re.fullmatch("Error: No dataset in .*\n", result.stderr)
