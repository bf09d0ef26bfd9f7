"""What docs/stress.md says works: its six steps, run as they stand, on little data."""

import json
import re

import pytest

from src import stress
from src.config import ROOT, Settings
from src.stress.configuration import (
    DataConfig,
    ModelConfig,
    SuiteConfig,
    TestRunConfig,
    parse,
)
from src.train.train import train
from tests import small_dataset

DOCUMENT = (ROOT / "docs" / "stress.md").read_text(encoding="utf-8")
DATASET = "credit_card_transactions"


def code(language):
    (block,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return block


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """A place where the documents' dataset is small, and a little forest is trained on it."""
    folder = small_dataset.write_small_dataset(tmp_path / "data").parent
    schema = (folder / "schema.toml").read_text().replace(small_dataset.NAME, DATASET)
    (folder / "schema.toml").write_text(schema)
    (folder / f"{small_dataset.NAME}.parquet").rename(folder / f"{DATASET}.parquet")
    folder.rename(folder.with_name(DATASET))
    settings = Settings(data_dir=tmp_path / "data", output_dir=tmp_path / "output")
    train(DATASET, parameters={"n_estimators": 3}, settings=settings)
    monkeypatch.setenv("OUTPUT_DIR", str(settings.output_dir))


def test_the_six_steps_run_as_they_stand(trained, capsys):
    """They are few lines, and what they run in the background is what this process finds."""
    steps, names = code("python"), {}

    exec(steps, names)

    assert len(steps.splitlines()) < 30
    assert "determinism" in capsys.readouterr().out
    found = names["job"].get_run().results
    assert {result.test.category for result in found} == set(stress.BY_DEFAULT)
    here = names["client"].start_stress_test(names["config"], "fraud", background=False)
    assert here.get_run().results == found


def test_the_example_of_a_suite_is_understood():
    suite = json.loads(code("json"))["test_suite_config"]

    assert parse(SuiteConfig, suite).individual_tests_config["null"].thresholds.high == 0.2


@pytest.mark.parametrize("kind", [DataConfig, ModelConfig, TestRunConfig, SuiteConfig])
def test_every_key_is_in_the_documents(kind):
    (table,) = re.findall(rf"\| key of `{kind.where}` \|.*?\n\n", DOCUMENT, re.DOTALL)

    assert set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|[^|]*\|", table, re.M)))) == {
        kind.where,
        *kind.model_fields,
    }
