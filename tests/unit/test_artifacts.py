import pytest

from src.errors import UserError
from src.train.artifacts import read_run, write_run
from src.train.report import Report
from src.utils import sha256

ARTIFACTS = {"model.pkl": b"a model", "dataset.parquet": b"some rows"}
REPORT = Report(
    model_id="0a1b2c3d" * 5,
    test_log_loss=0.4,
    mean_cv_log_loss=0.5,
    std_cv_log_loss=0.1,
    cv_log_losses=[0.4, 0.6],
    dataset="shots",
    model="random_forest",
    parameters={},
    seed=42,
    data_hash="d",
    code_hash="c",
    packages={},
    artifacts={name: sha256(content) for name, content in ARTIFACTS.items()},
    trained_at="2030-01-02T03:04:05+00:00",
)


def content_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_run_is_a_folder_with_its_artifacts_and_its_report(tmp_path):
    write_run(tmp_path / "new" / "run", REPORT, ARTIFACTS)

    assert content_of(tmp_path / "new" / "run") == ARTIFACTS | {"report.json": REPORT.to_json()}


def test_a_run_takes_the_place_of_the_one_before(tmp_path):
    write_run(tmp_path / "run", REPORT, ARTIFACTS | {"more": b"of it"})
    write_run(tmp_path / "run", REPORT, ARTIFACTS)

    assert content_of(tmp_path / "run") == ARTIFACTS | {"report.json": REPORT.to_json()}


class Interrupted:
    """Artifacts of which the second is never there: Ctrl-C comes first."""

    def items(self):
        yield "model.pkl", b"a new model"
        raise KeyboardInterrupt


def test_a_write_that_is_interrupted_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        write_run(tmp_path / "run", REPORT, Interrupted())

    assert list(tmp_path.iterdir()) == []


def test_a_write_that_is_interrupted_leaves_the_run_before(tmp_path):
    write_run(tmp_path / "run", REPORT, ARTIFACTS)

    with pytest.raises(KeyboardInterrupt):
        write_run(tmp_path / "run", REPORT, Interrupted())

    assert read_run(tmp_path / "run") == REPORT
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "output").touch()

    with pytest.raises(UserError, match=r"run cannot be written .* OUTPUT_DIR"):
        write_run(tmp_path / "output" / "run", REPORT, ARTIFACTS)


def test_a_whole_run_is_read_as_its_report(tmp_path):
    write_run(tmp_path / "run", REPORT, ARTIFACTS)

    assert read_run(tmp_path / "run") == REPORT


@pytest.mark.parametrize("name", ["model.pkl", "dataset.parquet", "report.json"])
def test_a_run_that_lacks_a_file_is_none(tmp_path, name):
    write_run(tmp_path / "run", REPORT, ARTIFACTS)
    (tmp_path / "run" / name).unlink()

    assert read_run(tmp_path / "run") is None


@pytest.mark.parametrize("name", ["model.pkl", "dataset.parquet", "report.json"])
def test_a_run_with_a_damaged_file_is_none(tmp_path, name):
    write_run(tmp_path / "run", REPORT, ARTIFACTS)
    (tmp_path / "run" / name).write_bytes(b"damaged")

    assert read_run(tmp_path / "run") is None
