"""Datasets of users become tables, from five formats, or it is told what is wrong with them."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest

from src.errors import UserError
from src.stress import files
from src.stress.configuration import DataConfig
from src.stress.data import fingerprint_of, load_table

ROWS = pd.DataFrame(
    {
        "speed": [1.5, 2.5, None],
        "stroke": ["F", "B", "F"],
        "ending": ["IN", "OUT", "IN"],
        "was": ["OUT", "OUT", "IN"],
        "p": [0.1, 0.9, 0.25],
        "q": [0.9, 0.1, 0.75],
        "at": ["2026-01-01", "2026-01-02", "2026-01-03"],
    }
)
FEATURES = ["speed", "stroke"]
BESIDE = ["was", "p", "q", "at"]


def lines(frame):
    return frame.to_json(orient="records", lines=True).encode()


WRITERS = {
    "csv": lambda frame: frame.to_csv(index=False).encode(),
    "parquet": lambda frame: frame.to_parquet(index=False),
    "jsonl": lines,
    "jsonl.gz": lambda frame: gzip.compress(lines(frame)),
    "json.gz": lambda frame: gzip.compress(frame.to_json(orient="records").encode()),
}


@pytest.fixture
def write(tmp_path):
    """Write a file of some format, and answer its path."""

    def write_file(content, name="rows.csv"):
        path = tmp_path / name
        if isinstance(content, pd.DataFrame):
            content = WRITERS[name.partition(".")[2]](content)
        path.write_bytes(content)
        return path

    return write_file


@pytest.fixture
def load(write):
    """Write the rows, and load them with a configuration."""

    def load_rows(rows=ROWS, exclude_cols=("was", "p", "q", "at"), **config):
        config = {"label_col": "ending", "exclude_cols": list(exclude_cols)} | config
        return load_table({"path": write(rows), **config})

    return load_rows


@pytest.mark.parametrize("suffix", WRITERS)
def test_each_format_gives_the_same_table(write, suffix):
    config = {"path": write(ROWS, f"rows.{suffix}"), "label_col": "ending", "exclude_cols": BESIDE}

    table = load_table(config)

    pd.testing.assert_frame_equal(table.frame, ROWS[FEATURES])
    assert table.labels.tolist() == ["IN", "OUT", "IN"]


def test_json_gz_may_hold_a_record_a_line(write):
    path = write(gzip.compress(lines(ROWS[FEATURES])), "rows.json.gz")

    pd.testing.assert_frame_equal(load_table({"path": path}).frame, ROWS[FEATURES])


def test_what_is_named_is_no_feature(load):
    table = load(pred_col="p", timestamp_col="at", exclude_cols=["was", "q"])

    assert list(table.frame) == FEATURES
    assert table.timestamps.dt.day.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("pred_col", "expected"),
    [
        ("was", [[0, 1], [0, 1], [1, 0]]),
        ("p", [[0.9, 0.1], [0.1, 0.9], [0.75, 0.25]]),
        (["q", "p"], [[0.9, 0.1], [0.1, 0.9], [0.75, 0.25]]),
    ],
)
def test_predictions_are_classes_or_probabilities_of_the_second_or_a_column_a_class(
    load, pred_col, expected
):
    assert np.allclose(load(pred_col=pred_col).predictions, expected)


def test_whole_numbers_that_are_classes_are_classes(load):
    """Of the classes 1 and 2, a prediction of 1 is the first, not certainty of the second."""
    rows = ROWS.assign(ending=[1, 2, 1], was=[1, 1, 1])

    assert load(rows, pred_col="was").predictions.tolist() == [[1, 0]] * 3


def test_labels_and_predictions_may_lie_in_files_of_their_own(write):
    table = load_table(
        {
            "path": write(ROWS[FEATURES], "X.parquet"),
            "label_path": write(ROWS[["ending"]], "y.csv"),
            "pred_path": write(ROWS[["q", "p"]], "p.jsonl"),
        }
    )

    assert list(table.frame) == FEATURES
    assert table.labels.tolist() == ["IN", "OUT", "IN"]
    assert table.predictions.tolist() == ROWS[["q", "p"]].to_numpy().tolist()


def test_labels_are_the_models_classes_however_they_are_written(write):
    path = write(b"x,y\n1,0.0\n2,1.0\n")

    assert load_table({"path": path, "label_col": "y"}, classes=[0, 1]).labels.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"label_col": "endings"}, "label_col: No column of .* did you mean 'ending'"),
        ({"pred_col": "pp"}, "pred_col: No column of"),
        ({"pred_col": "speed"}, "predictions of .* cannot be used"),
        ({"timestamp_col": "stroke"}, "timestamp_col: stroke of .* that is no time"),
        ({"exclude_cols": ["who"]}, "exclude_cols: No column"),
        ({"label_col": "speed"}, "has no label in row 2"),
        ({"exclude_cols": [*FEATURES, *BESIDE]}, "no column left"),
    ],
)
def test_a_column_that_is_of_no_use_is_told(load, config, told):
    with pytest.raises(UserError, match=told):
        load(**config)


def test_a_label_that_the_model_does_not_know_is_told(write):
    path = write(b"x,y\n1,IN\n2,NET\n")

    with pytest.raises(UserError, match="the label 'NET' is none of the classes IN, OUT"):
        load_table({"path": path, "label_col": "y"}, classes=["IN", "OUT"])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rows.xlsx", b"", "csv, parquet, jsonl, jsonl.gz, json.gz"),
        ("rows.csv", b"", "cannot be read as its name says"),
        ("rows.csv", b"a,b\n", "holds no row"),
        ("rows.csv", b"\xff\xfe\x00", "cannot be read as its name says"),
        ("rows.parquet", b"PAR1 no", "cannot be read as its name says"),
        ("rows.jsonl", b"[1, 2]\n", "record 1 is no JSON object"),
        ("rows.jsonl", b'{"a": [1]}\n', "list in row 0 of a"),
        ("rows.jsonl.gz", b"{}", "cannot be read as its name says"),
        (
            "rows.json.gz",
            gzip.compress(b'[{"a": 1}', mtime=0)[:-9],
            "cannot be read as its name says",
        ),
        ("rows.json.gz", gzip.compress(b"[" * 100_000, mtime=0), "cannot be read as its name says"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told(write, name, content, told):
    with pytest.raises(UserError, match=told):
        load_table({"path": write(content, name)})


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UserError, match=r"nowhere.csv cannot be read \(No such file"):
        load_table({"path": tmp_path / "nowhere.csv"})


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(write, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    content = gzip.compress(json.dumps([{"a": 1}] * 1000).encode())

    with pytest.raises(UserError, match="is too large"):
        load_table({"path": write(content, "rows.json.gz")})


def test_a_table_of_too_many_rows_is_refused(write, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 2)

    with pytest.raises(UserError, match="is too large, more than 2 rows"):
        load_table({"path": write(ROWS)})


def test_the_fingerprint_is_of_content_and_configuration_not_of_the_place(write):
    first = DataConfig(path=write(ROWS, "a.csv"))

    assert fingerprint_of(DataConfig(path=write(ROWS, "b.csv"))) == fingerprint_of(first)
    assert fingerprint_of(DataConfig(path=write(ROWS[:2], "c.csv"))) != fingerprint_of(first)
    labelled = DataConfig(path=first.path, label_col="ending")
    assert fingerprint_of(labelled) != fingerprint_of(first)
