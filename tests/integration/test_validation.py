"""The steps of the validation: each condition holds where it should, and fails where it should."""

import dataclasses
import itertools
import re
import shutil
from datetime import UTC, datetime
from types import SimpleNamespace

import boto3
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from moto import mock_aws

from src import aws
from src.__main__ import cli
from src.benchmark.contender import Contender
from src.config import Settings
from src.release.drift import Drift, Share
from src.release.registry import Registry
from src.release.release import Refused, Release
from src.release.slices import Slice
from src.release.validation.canary import CANARY
from src.release.validation.candidate import AS_ASKED, DISJOINT, FINITE, OWN_ID, WHOLE
from src.release.validation.context import Context
from src.release.validation.data import DATA, Findings
from src.release.validation.evaluation import EVALUATION
from src.release.validation.pipeline import STEPS
from src.release.validation.promotion import PROMOTION
from src.release.validation.ranges import outside
from src.release.validation.report import ValidationReport
from src.release.validation.rows import fair_rows
from src.release.validation.runner import Step, run_steps
from src.release.validation.scores import Baseline, evaluate
from src.release.validation.smoke import SMOKE
from src.release.validation.training import TRAINING
from src.schema import Column, load_schema
from src.train.report import Report
from src.train.train import train
from src.utils import sha256
from tests.small_dataset import NAME, write_small_dataset

MODEL = "logistic_regression"
NO_BETTER_THAN_SHARES = {"C": 1e-9}
WORSE_THAN_PRODUCTION = {"C": 1e-2}


class Store:
    """S3 in memory."""

    def __init__(self):
        self.objects = {}
        self.tags = itertools.count()

    def upload(self, key, body, if_match=None, if_none_match=None):
        there = self.objects.get(key)
        if (if_none_match and there) or (if_match and (not there or there.etag != if_match)):
            raise aws.Conflict(key)
        self.objects[key] = aws.Object(body, f"tag {next(self.tags)}")
        return self.objects[key].etag

    def download(self, key):
        if key not in self.objects:
            raise aws.NotFound(key)
        return self.objects[key]

    def list_keys(self, prefix):
        return sorted(key for key in self.objects if key.startswith(prefix))


class Judge:
    """Says one verdict after the other, the last one again and again."""

    def __init__(self, *verdicts):
        self.verdicts = list(verdicts)

    def __call__(self, release):
        candidate = release.state().candidate
        if candidate is None:
            raise Refused("There is no canary.")
        verdict = self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0]
        decision = SimpleNamespace(verdict=verdict, why=f"the labels say {verdict}")
        return SimpleNamespace(candidate=candidate, decision=decision)


class Time:
    """Goes on when somebody sleeps."""

    def __init__(self, happening=lambda now: None):
        self.now = 0.0
        self.happening = happening

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.happening(self.now)


def many_shots(rows=600, seed=1):
    """The small dataset with more rows, so that enough are held out."""
    random = np.random.default_rng(seed)
    speed = random.uniform(10, 60, size=rows)
    out = speed + random.normal(scale=8, size=rows) > 40
    return pd.DataFrame(
        {
            "shot": np.arange(rows),
            "speed": speed,
            "rally": random.integers(1, 10, size=rows),
            "served": random.random(size=rows) < 0.2,
            "stroke": random.choice(["B", "F"], size=rows),
            "ending": np.where(out, "OUT", "IN"),
        }
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Settings of a machine where production and a candidate were trained, once for all tests."""
    folder = tmp_path_factory.mktemp("house")
    many_shots().to_parquet(write_small_dataset(folder / "data"), index=False)
    settings = Settings(folder / "data", folder / "output")
    ids = {
        name: train(NAME, MODEL, parameters=parameters, settings=settings).model_id
        for name, parameters in (("production", {}), ("candidate", {"C": 0.5}))
    }
    return SimpleNamespace(settings=settings, **ids)


@pytest.fixture
def settings(house, tmp_path, monkeypatch):
    """A machine of the test's own, like that one."""
    own = Settings(tmp_path / "data", tmp_path / "output")
    shutil.copytree(house.settings.data_dir, own.data_dir)
    shutil.copytree(house.settings.output_dir, own.output_dir)
    monkeypatch.setenv("DATA_DIR", str(own.data_dir))
    monkeypatch.setenv("OUTPUT_DIR", str(own.output_dir))
    return own


@pytest.fixture
def first(settings, house):
    """What the steps are given where nothing is in production."""
    registry = Registry(Store())
    release = Release(NAME, MODEL, registry, "ada", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    time = Time()
    return Context(
        NAME,
        MODEL,
        seed=42,
        settings=settings,
        release=release,
        judge=Judge("better"),
        parameters={"C": 0.5},
        sleep=time.sleep,
        clock=time.clock,
        model_id=house.candidate,
    )


@pytest.fixture
def second(first, house):
    """What they are given where another version is in production."""
    first.release.registry.deploy(first.settings.output_dir / house.production)
    return first


def run(context, *steps):
    return run_steps(steps, context, "2026-01-01T00:00:00+00:00", lambda report: None)


def failure(context, *steps):
    """What the last step found, with the condition that it belongs to."""
    result = run(context, *steps).steps[-1]
    assert result.outcome == "failed"
    return f"{result.failure.condition}: {result.failure.found}"


def failure_of(condition, context):
    return failure(context, Step("look", lambda context: {}, [condition]))


def holds(condition, context):
    return run(context, Step("look", lambda context: {}, [condition])).passed


def after(step, context, **changes):
    """A step whose run was, and whose exit conditions are still to be checked."""
    for name, value in changes.items():
        setattr(context, name, value)
    return dataclasses.replace(step, entry=(), run=lambda context: {})


def write_rows(context, rows):
    rows.to_parquet(context.settings.data_dir / NAME / f"{NAME}.parquet", index=False)


def change_rows(context, **columns):
    write_rows(context, many_shots().assign(**columns))


def change_report(context, **changes):
    path = context.run_dir / "report.json"
    report = Report.from_json(path.read_bytes())
    path.write_bytes(dataclasses.replace(report, **changes).to_json())
    return report


def change_rows_of_run(context, rows):
    """Replace the rows that the candidate's run keeps, and its report so that the run is whole."""
    rows.to_parquet(context.run_dir / "dataset.parquet", index=False)
    digest = sha256((context.run_dir / "dataset.parquet").read_bytes())
    report = Report.from_json((context.run_dir / "report.json").read_bytes())
    change_report(context, artifacts=report.artifacts | {"dataset.parquet": digest})


def retrain(context, **parameters):
    context.model_id = train(NAME, MODEL, parameters=parameters, settings=context.settings).model_id
    return context


def test_data_like_production_s_passes(second):
    report = run(second, DATA)

    assert report.passed
    assert (
        report.data_hash
        == Report.from_json((second.run_dir / "report.json").read_bytes()).data_hash
    )


def test_another_sample_of_the_same_world_passes(second):
    write_rows(second, many_shots(rows=500, seed=2))

    assert run(second, DATA).passed


def test_data_that_cannot_be_read_is_not_inspected(second):
    write_rows(second, many_shots().drop(columns="speed"))

    assert "lacks the column speed" in failure(second, DATA)
    assert second.data is None


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("speed", 80.5, "speed has 1 values out of its range, as 80.5"),
        ("speed", -0.5, "speed has 1 values out of its range, as -0.5"),
        ("speed", np.inf, "speed has 1 values out of its range, as inf"),
        ("stroke", "X", "stroke has 1 values out of its categories, as X"),
    ],
)
def test_a_value_that_cannot_be_is_named(second, column, value, found):
    rows = many_shots()
    rows.loc[3, column] = value
    write_rows(second, rows)

    assert found in failure(second, DATA)


def test_the_limits_of_a_range_are_in_it_and_a_column_without_one_may_have_any_number(second):
    rows = many_shots()
    rows.loc[[3, 4], "speed"] = [0.0, 80.0]
    rows.loc[3, "rally"] = 1_000_000
    write_rows(second, rows)

    assert run(second, DATA).passed


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_a_column_without_a_range_takes_numbers_alone(value):
    assert outside(pd.Series([0.0, value]), Column("spin", "float")) is not None
    assert outside(pd.Series([0.0, 1e300]), Column("spin", "float")) is None


def test_less_than_half_of_the_rows_is_too_few(second):
    write_rows(second, many_shots(rows=299))

    assert "there are 299, and production was made from 600" in failure(second, DATA)


def test_half_of_the_rows_is_enough(second):
    write_rows(second, many_shots(rows=300))

    assert run(second, DATA).passed


def test_an_id_that_is_there_twice_is_named(second):
    rows = many_shots()
    rows.loc[3, "shot"] = 77
    write_rows(second, rows)

    assert "shot 77 is there more than once" in failure(second, DATA)


def test_the_column_that_drifted_is_named(second):
    change_rows(second, speed=many_shots()["speed"] * 0.7)

    told = failure(second, DATA)

    assert "no column drifted" in told
    assert re.search(r"speed has 1\.\d\d, where 0\.20 is the limit$", told)


def test_classes_that_are_more_frequent_are_named(second):
    """By the shares alone: a class that is that much more frequent often moves a column too."""
    shares = [Share("IN", 0.9, 0.7, 0.01), Share("OUT", 0.1, 0.3, 0.01)]
    step = after(DATA, second, data=Findings(None, "other", shares=shares))
    step = dataclasses.replace(step, exit=DATA.exit[-1:])

    assert failure(second, step).endswith("data: OUT is 30.0% of the rows, and was 10.0%")


def test_many_columns_that_drifted_are_told_worst_first(second):
    drift = [Drift(name, index, 0.2) for name, index in zip("abcde", range(5), strict=True)]
    step = after(DATA, second, data=Findings(None, "other", drift=drift))
    step = dataclasses.replace(step, exit=DATA.exit[-2:-1])

    assert re.search("e has 4.* d has 3.* c has 2.* and 1 more", failure(second, step))


def test_where_nothing_is_in_production_nothing_is_compared_and_the_report_says_so(first):
    report = run(first, DATA)

    untold = [each for each in report.steps[0].findings if each.outcome == "not needed"]
    assert report.passed
    assert len(untold) == 3
    assert {each.found for each in untold} == {"nothing is in production to compare with"}


def test_damaged_rows_of_production_are_not_compared_with(second, house):
    key = f"models/{NAME}/{MODEL}/{house.production}/dataset.parquet"
    second.release.registry._store.upload(key, b"rows")

    assert "dataset.parquet" in failure(second, DATA)


def test_a_column_that_is_new_is_not_compared(second, house):
    schema = second.settings.data_dir / NAME / "schema.toml"
    schema.write_text(schema.read_text() + '\n[[column]]\nname = "spin"\ntype = "float"\n')
    change_rows(second, spin=1.0)

    report = run(second, DATA)

    assert report.passed
    assert report.steps[0].figures["not_compared"] == ["spin"]


def test_the_candidate_is_trained_as_asked(first, house):
    first.model_id = None

    assert run(first, TRAINING).passed
    assert first.model_id == house.candidate


def test_data_that_cannot_be_read_is_not_trained_on(first):
    first.model_id = None
    write_rows(first, many_shots().drop(columns="speed"))

    assert "lacks the column speed" in failure(first, TRAINING)
    assert first.model_id is None


def test_parameters_of_no_use_are_a_finding(first):
    first.parameters = {"C": -1.0}

    assert "Cannot train with {'C': -1.0}" in failure(first, TRAINING)


def test_a_run_that_lost_a_file_is_not_whole(first):
    (first.run_dir / "dataset.parquet").unlink()

    assert "is not whole" in failure_of(WHOLE, first)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"test_log_loss": float("nan")}, "test_log_loss is nan"),
        ({"cv_log_losses": [0.1, float("inf")]}, r"cv_log_losses[1] is inf"),
    ],
)
def test_figures_that_are_no_numbers_are_named(first, changes, found):
    change_report(first, **changes)

    assert found in failure_of(FINITE, first)


@pytest.mark.parametrize(
    "changes", [{"seed": 43}, {"data_hash": "another"}, {"packages": {"numpy": "0"}}]
)
def test_an_id_that_does_not_follow_from_what_determines_the_model_is_found(first, changes):
    change_report(first, **changes)

    assert f"and it is {first.model_id}" in failure_of(OWN_ID, first)


def test_the_time_determines_nothing(first):
    change_report(first, trained_at="2030-01-01T00:00:00+00:00")

    assert holds(OWN_ID, first)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"seed": 7}, "its seed is 42, not 7"),
        ({"parameters": {"C": 2.0}}, "its C is 0.5, not 2.0"),
    ],
)
def test_another_seed_or_parameter_than_asked_for_is_found(first, asked, found):
    for name, value in asked.items():
        setattr(first, name, value)

    assert found in failure_of(AS_ASKED, first)


def test_held_out_rows_that_are_training_rows_are_counted(first):
    rows = pd.read_parquet(first.run_dir / "dataset.parquet")
    twice = rows[rows["split"] == "train"].head(3).assign(split="test")
    change_rows_of_run(first, pd.concat([rows, twice]))

    assert "3 of them are" in failure_of(DISJOINT, first)


def test_a_good_candidate_passes(second):
    report = run(second, EVALUATION)

    figures = report.steps[0].figures
    assert report.passed
    assert figures["against_production"]["rows"] == 120
    assert {each["column"] for each in figures["slices"]} == {"served", "stroke"}


def test_slices_are_of_the_rows_that_are_compared(second):
    figures = run(second, EVALUATION).steps[0].figures

    strokes = [each["rows"] for each in figures["slices"] if each["column"] == "stroke"]
    assert sum(strokes) == figures["against_production"]["rows"]


def test_slices_are_of_held_out_rows_where_nothing_is_compared(first):
    figures = run(first, EVALUATION).steps[0].figures

    strokes = [each["rows"] for each in figures["slices"] if each["column"] == "stroke"]
    assert sum(strokes) == figures["against_baseline"]["rows"] == 120


def test_its_log_loss_is_the_one_of_its_training(second):
    figures = run(second, EVALUATION).steps[0].figures
    trained = Report.from_json((second.run_dir / "report.json").read_bytes())

    assert figures["against_baseline"]["log_loss"] == pytest.approx(trained.test_log_loss)
    assert figures["against_production"]["log_loss"] == pytest.approx(trained.test_log_loss)


def test_where_nothing_is_in_production_the_baseline_is_enough(first):
    report = run(first, EVALUATION)

    assert report.passed
    assert report.steps[0].figures["production"] is None
    assert {each["production"] for each in report.steps[0].figures["slices"]} == {None}


def test_without_a_candidate_the_next_step_is_told(second):
    second.model_id = None

    assert "give --model-id, or run training before it" in failure(second, EVALUATION)


def test_a_run_that_is_not_there_is_not_evaluated(second):
    second.model_id = "f" * 40

    assert "No training run ffff" in failure(second, EVALUATION)


def test_a_candidate_of_another_kind_is_not_evaluated(second):
    second.model = "random_forest"

    told = failure(second, EVALUATION)

    assert f"give --dataset {NAME} --model {MODEL}" in told
    assert second.evaluation is None


def test_a_candidate_of_other_data_than_was_validated_is_not_evaluated(second):
    write_rows(second, many_shots(seed=2))

    assert "trained on other data" in failure(second, DATA, EVALUATION)


def test_a_model_that_learnt_nothing_is_no_better_than_the_baseline(first):
    retrain(first, **NO_BETTER_THAN_SHARES)

    told = failure(first, EVALUATION)

    assert "a tenth below the baseline's" in told
    assert re.search(r"its log loss is 0\.6\d+, and that of the classes' shares 0\.6", told)


def test_a_model_worse_than_production_fails_though_it_beats_the_baseline(second):
    retrain(second, **WORSE_THAN_PRODUCTION)

    assert "a fifth above production's" in failure(second, EVALUATION)


def test_that_very_model_passes_where_nothing_is_in_production(first):
    retrain(first, **WORSE_THAN_PRODUCTION)

    assert run(first, EVALUATION).passed


def test_rows_it_was_trained_on_do_not_count(second):
    """Another seed holds out other rows: a fifth of them are held out by both."""
    report = train(NAME, MODEL, 7, {"C": 0.5}, second.settings)
    second.model_id = report.model_id

    told = failure(second, EVALUATION)

    assert re.search(r"there are (1\d|2\d|3\d): train with --seed 42", told)


def test_a_candidate_that_is_judged_by_its_training_rows_fails(second):
    rows = pd.read_parquet(second.run_dir / "dataset.parquet")
    twice = rows[rows["split"] == "train"].head(3).assign(split="test")
    change_rows_of_run(second, pd.concat([rows, twice]))

    assert "it was trained on 3 of them" in failure(second, EVALUATION)


@pytest.mark.parametrize(("behind", "passed"), [(0.04, True), (0.06, False)])
def test_a_slice_that_is_lost_is_named(second, behind, passed):
    run(second, EVALUATION)
    lost = Slice("stroke", "B", 60, 0.3 + behind, baseline=0.5, production=0.3)
    judged = dataclasses.replace(second.evaluation, slices=[lost])
    step = after(EVALUATION, second, evaluation=judged)

    assert run(second, step).passed is passed
    if not passed:
        assert "where stroke is B (60 rows) its Brier score is 0.360" in failure(second, step)


class Believer:
    """Says that a fast shot is out, but for backhands, which it knows nothing of."""

    classes_ = np.array(["IN", "OUT"])

    def __init__(self, knows_backhands):
        self.knows_backhands = knows_backhands

    def predict_proba(self, X):
        out = np.where(X["speed"] > 40, 0.9, 0.1)
        known = (X["stroke"] == "F") | self.knows_backhands
        out = np.where(known, out, 0.5)
        return np.column_stack([1 - out, out])


def contender(settings, model, rows, model_id="a" * 40):
    report = Report.from_json((next(settings.output_dir.glob("*/report.json"))).read_bytes())
    return Contender(dataclasses.replace(report, model_id=model_id), model, rows)


def split_rows(rows, test):
    return rows.assign(split=np.where(rows["shot"].isin(test), "test", "train"))


def test_a_slice_that_the_candidate_lost_is_behind(settings):
    rows = split_rows(many_shots(), range(200))
    schema = load_schema(NAME, settings.data_dir)

    found = evaluate(
        contender(settings, Believer(knows_backhands=False), rows),
        contender(settings, Believer(knows_backhands=True), rows, "b" * 40),
        schema,
    )

    worst = max(found.slices, key=lambda each: each.behind)
    assert (worst.column, worst.value) == ("stroke", "B")
    assert worst.candidate == pytest.approx(0.5)
    assert worst.production < 0.4


def test_the_baseline_says_the_shares_of_the_training_rows():
    baseline = Baseline(pd.Series(["OUT", "IN", "IN", "IN"]))

    assert list(baseline.classes_) == ["IN", "OUT"]
    assert baseline.predict_proba(pd.DataFrame(index=range(2))).tolist() == [[0.75, 0.25]] * 2


def test_the_baseline_knows_nothing_of_the_rows_that_were_held_out(settings):
    """All training rows are in, all others out: what it says is never true."""
    rows = many_shots()
    test = rows.loc[rows["ending"] == "OUT", "shot"]
    rows.loc[0, "ending"] = "OUT" if rows.loc[0, "ending"] == "IN" else "IN"
    candidate = contender(settings, Believer(knows_backhands=True), split_rows(rows, test))

    found = evaluate(candidate, None, load_schema(NAME, settings.data_dir))

    assert found.against_baseline.production.log_loss > 4


def test_fair_rows_are_held_out_by_either_and_trained_on_by_neither(settings):
    schema = load_schema(NAME, settings.data_dir)
    rows = many_shots(rows=10)
    production = contender(settings, None, split_rows(rows.head(8), test=[0, 1, 2]))
    candidate = contender(settings, None, split_rows(rows.tail(9), test=[2, 3, 8]))

    fair = fair_rows(candidate, production, schema)

    assert fair["shot"].tolist() == [0, 2, 8]


def test_without_an_id_rows_are_known_by_their_features(settings):
    schema = dataclasses.replace(load_schema(NAME, settings.data_dir), id=None)
    rows = many_shots(rows=10)
    renumbered = rows.assign(shot=rows["shot"] + 100)
    production = contender(settings, None, split_rows(rows, test=[0, 1]))
    candidate = contender(settings, None, split_rows(renumbered, test=[101, 102]))

    fair = fair_rows(candidate, production, schema)

    assert fair["shot"].tolist() == [1]


def test_rows_that_lack_a_column_are_not_asked_about(settings):
    schema = load_schema(NAME, settings.data_dir)
    rows = many_shots(rows=10)
    production = contender(settings, None, split_rows(rows, test=[0, 1, 2]))
    wider = split_rows(rows.assign(spin=1.0), test=[1, 2, 3])
    candidate = contender(settings, None, wider)

    assert fair_rows(candidate, production, schema)["shot"].tolist() == [1, 2]


def test_a_candidate_that_answers_as_when_it_was_new_passes(first):
    assert run(first, SMOKE).passed


def test_a_candidate_that_answers_otherwise_fails(first):
    serving = Report.from_json((first.run_dir / "report.json").read_bytes()).serving
    answers = serving.answers | {"predict": serving.answers["predict"][::-1]}
    change_report(first, serving=dataclasses.replace(serving, answers=answers))

    assert "fails its smoke test" in failure(first, SMOKE)


def test_a_version_that_is_published_only_is_tested_too(first):
    first.release.registry.publish(first.run_dir)
    shutil.rmtree(first.run_dir)

    assert run(first, SMOKE).passed


def candidate_of(context):
    return context.release.state().candidate


def test_it_is_not_needed_where_nothing_is_in_production(first):
    report = run(first, CANARY)

    assert report.steps[0].outcome == "not needed"
    assert report.passed


def test_a_candidate_that_is_better_passes_and_goes_on_being_the_canary(second):
    second.share = 0.25

    assert run(second, CANARY).passed
    assert (candidate_of(second).model_id, candidate_of(second).share) == (
        second.model_id,
        0.25,
    )


def test_a_candidate_that_is_worse_is_aborted_for_that_reason(second):
    second.judge = Judge("worse")

    assert "it is worse, and was aborted" in failure(second, CANARY)
    assert candidate_of(second) is None
    event = second.release.state().history[-1]
    assert (event.action, event.why) == ("abort", "the labels say worse")


def test_a_candidate_that_is_not_proven_to_be_better_goes_on_running(second):
    second.judge = Judge("not yet")

    told = failure(second, CANARY)

    assert "it is proven to be better than production: the labels say not yet" in told
    assert candidate_of(second).model_id == second.model_id


def test_it_is_waited_for_a_verdict_second_by_second(second):
    second.judge, second.wait = Judge("not yet", "not yet", "better"), 10.0

    assert run(second, CANARY).passed
    assert second.clock() == 2.0


@pytest.mark.parametrize("wait", [3.0, 2.5])
def test_the_wait_ends_without_a_verdict(second, wait):
    second.judge, second.wait = Judge("not yet"), wait

    assert "the labels say not yet" in failure(second, CANARY)
    assert second.clock() == wait


def test_a_canary_that_runs_already_is_not_started_again(second):
    second.judge = Judge("not yet")
    run(second, CANARY)
    before = second.release.state()
    second.judge, second.share = Judge("better"), 0.5

    assert run(second, CANARY).passed
    assert second.release.state() == before


def test_what_is_in_production_is_no_candidate(second, house):
    second.model_id = house.production

    assert f"{house.production} is in production already" in failure(second, CANARY)


def test_another_canary_is_left_alone(second, house):
    other = retrain(second, C=0.25).model_id
    run(second, CANARY)
    second.model_id = house.candidate

    assert f"{other} is the canary now" in failure(second, CANARY)
    assert candidate_of(second).model_id == other


def test_the_verdict_about_another_canary_is_not_taken(second, house):
    """Somebody aborts ours while we wait, and starts another one, which is better."""
    other = retrain(second, C=0.25)
    other.release.registry.publish(other.run_dir)
    other_id, second.model_id = other.model_id, house.candidate

    def replace(now):
        second.release.abort_canary()
        second.release.start_canary(other_id, 0.1)

    time = Time(replace)
    second.sleep, second.clock, second.wait = time.sleep, time.clock, 5.0
    second.judge = Judge("not yet", "better")

    assert f"{house.candidate} is not the canary any more" in failure(second, CANARY)


def test_a_canary_that_somebody_aborts_meanwhile_is_no_success(second):
    time = Time(lambda now: second.release.abort_canary())
    second.sleep, second.clock, second.wait = time.sleep, time.clock, 5.0
    second.judge = Judge("not yet", "better")

    assert "There is no canary" in failure(second, CANARY)


def test_the_first_version_goes_into_production(first):
    assert run(first, PROMOTION).passed
    assert first.release.state().model_id == first.model_id


def test_the_first_version_too_must_pass_its_smoke_test(first):
    change_report(first, serving=None)

    assert "no specification of serving" in failure(first, PROMOTION)
    assert first.release.registry.versions(NAME, MODEL) == []


def test_a_canary_that_is_better_goes_into_production(second, house):
    run(second, CANARY)

    assert run(second, PROMOTION).passed
    state = second.release.state()
    assert (state.model_id, state.previous) == (house.candidate, house.production)
    assert state.history[-1].why == "validation: the labels say better"


def test_a_version_that_is_no_canary_is_not_promoted(second, house):
    assert "There is no canary" in failure(second, PROMOTION)
    assert second.release.state().model_id == house.production


@pytest.mark.parametrize("verdict", ["not yet", "worse"])
def test_a_canary_that_is_not_better_is_not_promoted(second, house, verdict):
    run(second, CANARY)
    second.judge = Judge(verdict)

    assert f"{verdict}: the labels say {verdict}" in failure(second, PROMOTION)
    assert second.release.state().model_id == house.production


def test_a_canary_that_took_the_place_of_the_one_that_was_judged_is_not_promoted(second, house):
    other = retrain(second, C=0.25)
    other.release.registry.publish(other.run_dir)
    other_id, second.model_id = other.model_id, house.candidate
    run(second, CANARY)

    def judge_and_lose(release):
        judged = Judge("better")(release)
        second.release.abort_canary()
        second.release.start_canary(other_id, 0.1)
        second.judge = lambda release: judged
        return judged

    second.judge = judge_and_lose

    assert f"{house.candidate} is not the canary any more" in failure(second, PROMOTION)
    assert second.release.state().model_id == house.production


def test_what_went_into_production_meanwhile_is_not_replaced(first, house):
    """Nothing was there when it was looked; then somebody deploys."""
    registry = first.release.registry
    production = first.settings.output_dir / house.production

    class Late:
        def __getattr__(self, name):
            return getattr(registry, name)

        def publish(self, run_dir):
            registry.deploy(production)
            return registry.publish(run_dir)

    first.release.registry = Late()

    assert f"meanwhile {house.production} went into production" in failure(first, PROMOTION)
    assert first.release.state().model_id == house.production


def test_a_canary_is_promoted_where_its_run_is_not(second, house):
    """As on a build server that starts anew for each step."""
    run(second, CANARY)
    shutil.rmtree(second.run_dir)

    assert run(second, PROMOTION).passed
    assert second.release.state().model_id == house.candidate


def test_the_first_release_goes_all_the_way(first):
    first.model_id = None

    report = run(first, *STEPS)

    assert [result.outcome for result in report.steps] == [
        "passed",
        "passed",
        "passed",
        "passed",
        "not needed",
        "passed",
    ]
    assert first.release.state().model_id == report.model_id


def test_the_second_release_goes_by_a_canary(second, house):
    second.model_id = None

    assert run(second, *STEPS).passed
    actions = [event.action for event in second.release.state().history]
    assert actions == ["deploy", "canary", "promote"]


def test_a_candidate_that_fails_its_evaluation_answers_nobody(second, house):
    second.model_id, second.parameters = None, WORSE_THAN_PRODUCTION

    report = run(second, *STEPS)

    assert [result.step for result in report.steps] == ["data", "training", "evaluation"]
    assert second.release.registry.versions(NAME, MODEL) == [house.production]


@pytest.fixture(scope="module")
def s3():
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        with mock_aws():
            yield boto3.client("s3")


@pytest.fixture
def validate(s3, settings, monkeypatch, tmp_path):
    """Run the command, on a bucket of the test's own."""
    bucket = f"shelf-{sha256(bytes(tmp_path))[:20]}"
    s3.create_bucket(Bucket=bucket)
    monkeypatch.setenv("S3_BUCKET", bucket)

    def invoke(*arguments):
        options = ["release", "validate", "--dataset", NAME, "--model", MODEL]
        return CliRunner().invoke(cli, [*options, *arguments])

    return invoke


def report_of(result):
    path = re.search(r"^The report: (.*)$", result.stdout, re.MULTILINE)[1]
    with open(path, "rb") as file:
        return ValidationReport.from_json(file.read())


def test_the_command_shows_each_step_and_keeps_a_report(validate):
    result = validate("-p", "C=0.5")

    assert result.exit_code == 0
    for step in STEPS:
        assert re.search(rf"^[✔-] {step.name} \(", result.stdout, re.MULTILINE)
    assert report_of(result).passed
    assert Registry().production(NAME, MODEL).model_id == report_of(result).model_id


def test_the_command_ends_with_status_1_where_a_step_fails(validate, settings, house):
    Registry().deploy(settings.output_dir / house.production)

    result = validate("-p", "C=0.01")

    assert result.exit_code == 1
    assert "✗ its log loss is at most a fifth above production's: its log loss is" in result.stdout
    assert "Next: validate another candidate" in result.stdout
    assert report_of(result).steps[-1].step == "evaluation"
    assert "smoke" not in result.stdout


def test_the_command_tells_how_to_go_on_with_a_canary(validate, settings, house):
    Registry().deploy(settings.output_dir / house.production)

    result = validate("--model-id", house.candidate[:8])

    again = (
        f"release validate canary promotion --dataset {NAME} --model {MODEL} "
        f"--model-id {house.candidate}"
    )
    assert result.exit_code == 1
    assert again in result.stdout


def test_a_version_that_is_on_s3_alone_is_found_by_the_start_of_its_id(validate, settings, house):
    Registry().publish(settings.output_dir / house.candidate)
    shutil.rmtree(settings.output_dir / house.candidate)

    result = validate("smoke", "--model-id", house.candidate[:6])

    assert result.exit_code == 0
    assert report_of(result).model_id == house.candidate


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["trainig"], "No step 'trainig'"),
        (["-p", "C"], "-p C says no value"),
        (["-p", "trees=3"], "has no parameter 'trees'"),
        (["--share", "0"], "A share of 0 is none"),
        (["--model-id", "ffffffff"], "No version ffffffff"),
        (["--model-id", "ffffffff", "-p", "C=1"], "-p is for the training"),
        (["training", "--model-id", "ffffffff"], "leave out --model-id, or training"),
    ],
)
def test_a_mistake_ends_in_a_sentence_before_anything_runs(validate, settings, arguments, sentence):
    result = validate(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert not (settings.output_dir / "validation").exists()
