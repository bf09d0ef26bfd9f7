"""Checks the attendee's report on a candidate against production.

What a failing check says is shown on the board, to the attendee.
"""

import io
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from sklearn.metrics import log_loss

from exercises.day2.performance import test_metrics as program
from src import aws
from src.config import Settings
from src.errors import UserError
from src.release.registry import Registry
from src.utils import deserialise

EXACTNESS = 1e-4
POINTER = "models/tennis_points/random_forest/production.json"


class Run:
    """A training run on disk, from which the checks know what a report has to tell."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.report = json.loads((folder / "report.json").read_bytes())
        self.id = self.report["model_id"]

    def rows(self, split: str) -> pd.DataFrame:
        rows = pd.read_parquet(self.folder / "dataset.parquet")
        return rows[rows["split"] == split].drop(columns="split")

    def log_loss(self, rows: pd.DataFrame) -> float:
        data = (self.folder / "model.pkl").read_bytes()
        model = deserialise(data, self.report["artifacts"]["model.pkl"])
        probabilities = model.predict_proba(rows.drop(columns=["point_id", "outcome"]))
        return log_loss(rows["outcome"], probabilities, labels=model.classes_)


class Figures(NamedTuple):
    """A row of the report's table."""

    log_loss: float
    cv_mean: float
    cv_std: float


@pytest.fixture
def runs():
    """The runs that were prepared, by their number of trees and their seed."""
    output = Settings.from_env().output_dir
    found = [Run(path.parent) for path in output.glob("*/report.json")]
    return {(run.report["parameters"]["n_estimators"], run.report["seed"]): run for run in found}


@pytest.fixture
def production(runs):
    return runs[6, 42]


@pytest.fixture
def candidate(runs):
    """Trained on the same rows as production."""
    return runs[3, 42]


@pytest.fixture
def stranger(runs):
    """A candidate that was trained on other rows than production."""
    return runs[3, 7]


@pytest.fixture
def deploy():
    """Put another run into production, for the length of a test."""
    before = aws.download(POINTER)
    yield lambda folder: Registry().deploy(folder)
    aws.upload(POINTER, before.body)


def test_log_losses_are_of_the_rows_that_production_has_not_seen(candidate, production):
    first, second = table(program.report(candidate.id), candidate)

    held_out = production.rows("test")
    of = "must be that of the rows with split == 'test' in the dataset.parquet of production."
    compare(second.log_loss, production.log_loss(held_out), f"The log loss of production {of}")
    compare(first.log_loss, candidate.log_loss(held_out), f"The log loss of the candidate {of}")


def test_a_candidate_of_another_split_is_scored_on_the_same_rows(stranger, production):
    first, _ = table(program.report(stranger.id), stranger)

    compare(
        first.log_loss,
        stranger.log_loss(production.rows("test")),
        "A candidate that was trained with another seed held out other rows than production: "
        "score it on those that production held out.",
    )


def test_production_comes_from_s3(candidate, production, deploy, tmp_path):
    _, before = table(program.report(candidate.id), candidate)
    deploy(with_report(production, tmp_path, model_id="e" * 40).folder)  # never was in output/
    try:
        _, second = table(program.report(candidate.id), candidate)
    except (OSError, UserError) as error:
        raise AssertionError(
            "Production may have been trained on another machine: download its files from S3, for "
            f"they need not be in output/. ({type(error).__name__}: {error})"
        ) from error

    compare(
        second.log_loss,
        before.log_loss,
        "The log loss of production changes where its files are on S3 and not in output/.",
    )


def test_production_is_scored_and_not_copied_from_its_report(
    candidate, production, deploy, tmp_path
):
    _, before = table(program.report(candidate.id), candidate)
    deploy(with_report(production, tmp_path, model_id="d" * 40, test_log_loss=9.9).folder)

    _, after = table(program.report(candidate.id), candidate)

    compare(
        after.log_loss,
        before.log_loss,
        "The test_log_loss in production's report.json was measured on another machine, or on "
        "other rows: load the model, and score it here.",
    )


def test_production_is_the_version_that_is_deployed_now(candidate, stranger, deploy):
    program.report(stranger.id)
    deploy(candidate.folder)

    _, after = table(program.report(stranger.id), stranger)

    compare(
        after.cv_mean,
        candidate.report["mean_cv_log_loss"],
        "After the next deploy, the cv mean of production is not that of the new version: read "
        "production.json each time, and keep what you download by the id of its version.",
    )


def test_the_mean_is_that_of_each_cross_validation(stranger, production):
    first, second = table(program.report(stranger.id), stranger)

    of = "the second figure of its row, must be the mean_cv_log_loss of its report.json."
    expected = [run.report["mean_cv_log_loss"] for run in (stranger, production)]
    compare(first.cv_mean, expected[0], f"The candidate's cv mean, {of}")
    compare(second.cv_mean, expected[1], f"Production's cv mean, {of}")


def test_the_deviation_is_that_of_each_cross_validation(stranger, production):
    first, second = table(program.report(stranger.id), stranger)

    of = (
        "the third figure of its row, must be the std_cv_log_loss of its report.json, which is "
        "divided by the number of folds (ddof=0)."
    )
    expected = [run.report["std_cv_log_loss"] for run in (stranger, production)]
    compare(first.cv_std, expected[0], f"The candidate's cv std, {of}")
    compare(second.cv_std, expected[1], f"Production's cv std, {of}")


def test_tells_how_many_of_the_rows_the_candidate_has_seen(candidate, stranger, production):
    nothing = sentence(program.report(candidate.id))
    something = sentence(program.report(stranger.id))

    if not {"0", "none", "no", "not"} & words(nothing):
        raise AssertionError(
            "A candidate that was trained on the same rows as production has seen 0 of those that "
            f"were held out. It says: {nothing}"
        )
    held_out, trained = production.rows("test"), stranger.rows("train")
    count = held_out["point_id"].isin(trained["point_id"]).sum()
    if str(count) not in words(something):
        raise AssertionError(
            f"A candidate that was trained with another seed has seen {count} of the held-out rows:"
            f" those that are in its own training rows (split == 'train'). It says: {something}"
        )


def test_the_start_of_an_id_is_enough(candidate):
    try:
        report = program.report(candidate.id[:8])
    except (OSError, UserError) as error:
        raise AssertionError(
            "The first digits of an id must do where no other starts like this: "
            f"src.utils.find_experiment knows how. ({type(error).__name__}: {error})"
        ) from error

    if table(report, candidate) != table(program.report(candidate.id), candidate):
        raise AssertionError("For the first digits of an id, the report must be as for all of it.")


def test_an_unknown_id_is_refused(production):
    try:
        report = program.report("f" * 40)
    except UserError:
        return
    except OSError as error:
        raise AssertionError(
            f"{type(error).__name__} tells an operator little: for an id that no training has, "
            "raise a UserError, as src.utils.find_experiment does."
        ) from error
    raise AssertionError(f"No training has the id ffffffff..., and still there is this:\n{report}")


def test_the_program_asks_for_the_id_and_prints_the_report(candidate, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{candidate.id}\n"))

    program.main()

    printed = capsys.readouterr().out
    if "production" not in printed:
        raise AssertionError("main() must print the report, and there is no table in what it does.")
    if table(printed, candidate) != table(program.report(candidate.id), candidate):
        raise AssertionError("main() must print what report() answers for the id that was typed.")


def table(text: str, candidate: Run) -> tuple[Figures, Figures]:
    """The figures of the candidate and of production, wherever in the text their rows are."""
    return row(text, candidate.id[:10]), row(text, "production")


def row(text: str, name: str) -> Figures:
    lines = [line for line in text.splitlines() if name in line]
    found = [re.findall(r"\d+\.\d+", line) for line in lines]
    rows = [tuple(map(float, figures[:3])) for figures in found if len(figures) >= 3]
    if len(rows) != 1:
        raise AssertionError(
            f"There must be one row with {name} and three figures, such as 0.7754: log loss, "
            f"cv mean, cv std. There is {'none' if not rows else 'more than one'}."
        )
    return Figures(*rows[0])


def compare(found: float, expected: float, advice: str) -> None:
    """Hold a figure against what it should be, as exactly as four decimals tell."""
    if abs(found - expected) > EXACTNESS:
        raise AssertionError(f"{advice} It says {found:.4f}, where {expected:.4f} is right.")


def sentence(text: str) -> str:
    """The line on what the candidate has seen."""
    for line in text.splitlines():
        if {"candidate", "seen"} <= words(line):
            return line.strip()
    raise AssertionError(
        "A line with the words `candidate` and `seen` must tell how many of the rows the candidate "
        "was trained on."
    )


def words(line: str) -> set[str]:
    """What a line consists of; thousands may have a comma."""
    return set(re.findall(r"\w+", line.lower().replace(",", "")))


def with_report(run: Run, folder: Path, **changes) -> Run:
    """The run again as from another machine: another id, another report."""
    copy = shutil.copytree(run.folder, folder / changes["model_id"])
    (copy / "report.json").write_text(json.dumps(run.report | changes))
    return Run(copy)
