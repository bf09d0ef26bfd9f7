"""Releases of models on S3: versions never change, and production changes in one step."""

import dataclasses
import json

import boto3
import pytest
from moto import mock_aws

from src import aws
from src.errors import UserError
from src.release.registry import NotInProduction, Registry, StaleRelease, Version
from src.train.report import Report
from src.utils import serialise, sha256

DATASET, MODEL = "tennis_points", "random_forest"
FIRST, SECOND, THIRD = "1" * 40, "2" * 40, "3" * 40


class Interrupted(Exception):
    pass


class Shop:
    """The store, with something that happens at the nth upload."""

    def __init__(self, nth, happening):
        self.uploads_until = nth
        self.happening = happening

    def upload(self, key, body, **conditions):
        self.uploads_until -= 1
        if self.uploads_until == 0:
            self.happening()
        return aws.upload(key, body, **conditions)

    def __getattr__(self, name):
        return getattr(aws, name)


@pytest.fixture(scope="module")
def s3():
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        with mock_aws():
            yield boto3.client("s3")


@pytest.fixture
def registry(s3, monkeypatch, tmp_path):
    """A registry on a bucket of the test's own."""
    bucket = f"shelf-{sha256(bytes(tmp_path))[:20]}"
    s3.create_bucket(Bucket=bucket)
    monkeypatch.setenv("S3_BUCKET", bucket)
    return Registry()


@pytest.fixture
def run_of(tmp_path):
    """Makes the folder of a training run whose model is a dictionary."""

    def make(model_id, model=None, folder="output"):
        run_dir = tmp_path / folder / model_id
        run_dir.mkdir(parents=True, exist_ok=True)
        artifacts = {
            "model.pkl": serialise(model or {"id": model_id}),
            "dataset.parquet": b"rows",
        }
        for name, content in artifacts.items():
            (run_dir / name).write_bytes(content)
        hashes = {name: sha256(content) for name, content in artifacts.items()}
        (run_dir / "report.json").write_bytes(report_of(model_id, hashes).to_json())
        return run_dir

    return make


def report_of(model_id, artifacts):
    return Report(
        model_id=model_id,
        test_log_loss=0.4,
        mean_cv_log_loss=0.5,
        std_cv_log_loss=0.1,
        cv_log_losses=[0.4, 0.6],
        dataset=DATASET,
        model=MODEL,
        parameters={},
        seed=42,
        data_hash="",
        code_hash="",
        packages={},
        artifacts=artifacts,
        trained_at="2026-01-01T00:00:00+00:00",
    )


def production():
    """The id of the model in production, which loads."""
    registry = Registry()
    model_id = registry.production(DATASET, MODEL).model_id
    assert registry.load(DATASET, MODEL, model_id) == {"id": model_id}
    return model_id


def pointer():
    return json.loads(aws.download(f"models/{DATASET}/{MODEL}/production.json").body)


def test_a_deploy_publishes_a_version_and_puts_it_in_production(registry, run_of):
    registry.deploy(run_of(FIRST))

    prefix = f"models/{DATASET}/{MODEL}"
    assert aws.list_keys("") == [
        f"{prefix}/{FIRST}/dataset.parquet",
        f"{prefix}/{FIRST}/model.pkl",
        f"{prefix}/{FIRST}/report.json",
        f"{prefix}/production.json",
    ]
    assert production() == FIRST


def test_the_pointer_tells_what_was_in_production_before(registry, run_of):
    registry.deploy(run_of(FIRST))
    first = pointer()
    registry.deploy(run_of(SECOND))

    assert (first["model_id"], first["previous"]) == (FIRST, None)
    assert (pointer()["model_id"], pointer()["previous"]) == (SECOND, FIRST)


def test_the_version_before_stays_published(registry, run_of):
    registry.deploy(run_of(FIRST))
    registry.deploy(run_of(SECOND))

    assert registry.load(DATASET, MODEL, FIRST) == {"id": FIRST}


def test_deploying_what_is_in_production_changes_nothing(registry, run_of):
    registry.deploy(run_of(FIRST))
    before = registry.production(DATASET, MODEL)
    registry.deploy(run_of(FIRST))

    assert registry.production(DATASET, MODEL) == before


def test_the_report_of_a_version_is_the_one_of_its_training(registry, run_of):
    run_dir = run_of(FIRST)
    registry.publish(run_dir)

    assert registry.report(DATASET, MODEL, FIRST) == Report.from_json(
        (run_dir / "report.json").read_bytes()
    )


def test_publishing_alone_puts_nothing_in_production(registry, run_of):
    registry.publish(run_of(FIRST))

    with pytest.raises(NotInProduction, match="python -m src deploy"):
        registry.production(DATASET, MODEL)


def test_a_version_that_was_trained_again_is_published_already(registry, run_of):
    """The same inputs give the same model; only the time in the report differs."""
    run_dir = run_of(FIRST)
    published = registry.publish(run_dir)
    again = dataclasses.replace(published, trained_at="2027-01-01T00:00:00+00:00")
    (run_dir / "report.json").write_bytes(again.to_json())
    registry.publish(run_dir)

    assert registry.report(DATASET, MODEL, FIRST) == published


def test_a_version_never_changes(registry, run_of):
    registry.deploy(run_of(FIRST))

    with pytest.raises(UserError, match="a version never changes"):
        registry.deploy(run_of(FIRST, model={"id": "another"}, folder="elsewhere"))
    assert production() == FIRST


def test_what_an_interrupted_deploy_left_of_another_content_is_not_built_upon(registry, run_of):
    """As two machines whose numeric libraries differ may leave it."""
    key = f"models/{DATASET}/{MODEL}/{FIRST}/model.pkl"
    aws.upload(key, b"of another machine")

    with pytest.raises(UserError, match=f"{key} is on S3 with another content"):
        registry.deploy(run_of(FIRST))
    with pytest.raises(NotInProduction):
        registry.production(DATASET, MODEL)


@pytest.mark.parametrize("nth", [1, 2, 3, 4], ids=["model", "dataset", "report", "pointer"])
def test_a_deploy_that_ends_halfway_leaves_production_whole_and_can_be_made_again(
    registry, run_of, nth
):
    def interrupt():
        raise Interrupted

    registry.deploy(run_of(FIRST))
    with pytest.raises(Interrupted):
        Registry(Shop(nth, interrupt)).deploy(run_of(SECOND))
    meanwhile = production()
    registry.deploy(run_of(SECOND))

    assert (meanwhile, production()) == (FIRST, SECOND)


@pytest.mark.parametrize("nth", [1, 2, 3, 4], ids=["model", "dataset", "report", "pointer"])
@pytest.mark.parametrize("there", [True, False], ids=["something there", "nothing there"])
def test_a_deploy_that_loses_the_race_changes_nothing(registry, run_of, nth, there):
    """Another deploy, a whole one, happens at each place of the first."""
    if there:
        registry.deploy(run_of(THIRD))
    shop = Shop(nth, lambda: registry.deploy(run_of(FIRST)))

    with pytest.raises(StaleRelease, match=f"{SECOND} was not released: meanwhile {FIRST}"):
        Registry(shop).deploy(run_of(SECOND))

    assert production() == FIRST
    assert pointer()["previous"] == (THIRD if there else None)


def test_the_loser_of_a_race_may_deploy_again(registry, run_of):
    shop = Shop(1, lambda: registry.deploy(run_of(FIRST)))
    with pytest.raises(StaleRelease):
        Registry(shop).deploy(run_of(SECOND))

    registry.deploy(run_of(SECOND))

    assert production() == SECOND


def test_a_promotion_that_expects_nothing_does_not_replace_something(registry, run_of):
    registry.deploy(run_of(FIRST))
    registry.publish(run_of(SECOND))

    with pytest.raises(StaleRelease):
        registry.promote(DATASET, MODEL, SECOND, expected=None)
    assert production() == FIRST


def test_a_promotion_over_a_pointer_that_is_gone_is_stale(registry, run_of):
    registry.publish(run_of(SECOND))

    with pytest.raises(StaleRelease, match="nothing went into production"):
        registry.promote(DATASET, MODEL, SECOND, expected=Version(FIRST, '"gone"'))


def test_a_promotion_whose_answer_was_lost_is_no_conflict_with_itself(registry, run_of):
    """Clients of S3 send a request again when no answer came, and the first may have arrived."""

    class Forgetful(Shop):
        def upload(self, key, body, **conditions):
            aws.upload(key, body, **conditions)
            return super().upload(key, body, **conditions)

    Registry(Forgetful(0, None)).deploy(run_of(FIRST))

    assert production() == FIRST


def test_a_run_that_is_not_as_its_report_tells_is_not_published(registry, run_of):
    run_dir = run_of(FIRST)
    (run_dir / "model.pkl").write_bytes(b"cut off")

    with pytest.raises(UserError, match=r"model\.pkl is not what the report beside it tells of"):
        registry.deploy(run_dir)
    assert aws.list_keys("") == []


@pytest.mark.parametrize("name", ["model.pkl", "dataset.parquet", "report.json"])
def test_a_run_without_one_of_its_files_is_not_put_in_production(registry, run_of, name):
    run_dir = run_of(FIRST)
    (run_dir / name).unlink()

    with pytest.raises(UserError, match=f"{name} cannot be read"):
        registry.deploy(run_dir)
    with pytest.raises(NotInProduction):
        registry.production(DATASET, MODEL)


class Trap:
    """Unpickling it raises."""

    def __reduce__(self):
        return pytest.fail, ("a model was unpickled that its report does not tell of",)


def test_a_model_that_is_not_as_its_report_tells_is_refused_unread(registry, run_of):
    registry.deploy(run_of(FIRST))
    aws.upload(f"models/{DATASET}/{MODEL}/{FIRST}/model.pkl", serialise(Trap()))

    with pytest.raises(UserError, match="Refusing to load a model"):
        registry.load(DATASET, MODEL, FIRST)


def test_a_report_that_tells_of_no_model_lets_none_be_loaded(registry, run_of):
    registry.deploy(run_of(FIRST))
    aws.upload(
        f"models/{DATASET}/{MODEL}/{FIRST}/report.json", report_of(FIRST, artifacts={}).to_json()
    )

    with pytest.raises(UserError, match="Refusing to load a model"):
        registry.load(DATASET, MODEL, FIRST)


def test_a_version_that_was_never_published_is_not_found(registry):
    with pytest.raises(aws.NotFound, match=SECOND):
        registry.load(DATASET, MODEL, SECOND)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff", b'{"model": "x"}'])
def test_a_damaged_pointer_is_told_with_the_next_step(registry, body):
    aws.upload(f"models/{DATASET}/{MODEL}/production.json", body)

    with pytest.raises(UserError, match=r"production\.json on S3 is damaged: remove it"):
        registry.production(DATASET, MODEL)


def test_a_deploy_of_what_was_replaced_meanwhile_is_told(registry, run_of):
    """It was in production at first, so nothing was to be promoted: it must not claim success."""
    first, second = run_of(FIRST), run_of(SECOND)
    registry.deploy(first)
    late = Registry(Shop(1, lambda: Registry().deploy(second)))

    with pytest.raises(StaleRelease, match=FIRST):
        late.deploy(first)

    assert production() == SECOND
