import dataclasses
import json
from dataclasses import MISSING

import pytest

from src.errors import UserError
from src.train.report import Report

REPORT = Report(
    model_id="0a1b2c3d" * 5,
    test_log_loss=0.3769,
    mean_cv_log_loss=0.4628,
    std_cv_log_loss=0.0511,
    cv_log_losses=[0.4117, 0.5139],
    dataset="tennis_points",
    model="random_forest",
    parameters={"n_estimators": 100, "max_depth": None, "bootstrap": True, "criterion": "gini"},
    seed=42,
    data_hash="d" * 64,
    code_hash="c" * 64,
    packages={"python": "3.11", "numpy": "2.4.6"},
    artifacts={"model.pkl": "a" * 64, "dataset.parquet": "b" * 64},
    trained_at="2030-01-02T03:04:05+00:00",
)


FIELDS = dataclasses.fields(Report)


def test_a_report_of_before_specifications_can_still_be_read():
    facts = dataclasses.asdict(REPORT)
    del facts["platform"], facts["serving"]

    assert Report.from_json(json.dumps(facts).encode()) == REPORT


def test_a_report_survives_its_json():
    assert Report.from_json(REPORT.to_json()) == REPORT


def test_the_json_has_a_field_for_each_fact():
    assert json.loads(REPORT.to_json()) == dataclasses.asdict(REPORT)


def test_a_log_loss_keeps_all_its_digits():
    report = dataclasses.replace(REPORT, test_log_loss=0.1 + 0.2)

    assert Report.from_json(report.to_json()).test_log_loss == 0.1 + 0.2


@pytest.mark.parametrize("field", [field.name for field in FIELDS if field.default is MISSING])
def test_a_missing_field_is_named(field):
    facts = dataclasses.asdict(REPORT)
    del facts[field]

    with pytest.raises(UserError, match=f"damaged at {field}"):
        Report.from_json(json.dumps(facts).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"[]", b"\xff", REPORT.to_json()[:-9]])
def test_what_is_no_report_is_refused(data):
    with pytest.raises(UserError, match="damaged"):
        Report.from_json(data)


def test_a_fact_of_another_type_is_named():
    facts = dataclasses.asdict(REPORT) | {"test_log_loss": "good"}

    with pytest.raises(UserError, match="damaged at test_log_loss"):
        Report.from_json(json.dumps(facts).encode())
