import numpy as np
import pandas as pd
import pytest

from src.config import Settings
from src.errors import UserError
from src.train.dataset import data_hash, load, split
from tests.small_dataset import NAME, shots, write_small_dataset


@pytest.fixture
def path(tmp_path):
    """Path of the rows of a small dataset."""
    return write_small_dataset(tmp_path)


@pytest.fixture
def read(path):
    """Read the dataset, after other rows were written where some are given."""

    def read_dataset(rows=None):
        if rows is not None:
            rows.to_parquet(path, index=False)
        return load(NAME, Settings(data_dir=path.parents[1]))

    return read_dataset


# Loading


def test_a_dataset_has_the_rows_of_its_file(read):
    pd.testing.assert_frame_equal(read().frame, shots())


def test_features_are_the_columns_of_the_schema_in_its_order(read):
    rows = shots()

    pd.testing.assert_frame_equal(
        read(rows[rows.columns[::-1]]).X, rows[["speed", "rally", "served", "stroke"]]
    )


def test_the_target_is_the_column_that_the_schema_names(read):
    pd.testing.assert_series_equal(read().y, shots()["ending"])


def test_a_column_that_the_schema_does_not_know_is_left_out(read):
    pd.testing.assert_frame_equal(read(shots().assign(note="?")).frame, shots())


def test_whole_numbers_may_stand_where_floats_belong(read):
    rows = shots().assign(speed=np.arange(100))

    pd.testing.assert_frame_equal(read(rows).frame, rows)


@pytest.mark.parametrize("column", ["shot", "speed", "stroke", "ending"])
def test_a_missing_column_is_named(read, column):
    with pytest.raises(UserError, match=rf"shots\.parquet lacks the column {column}"):
        read(shots().drop(columns=column))


@pytest.mark.parametrize("column", ["speed", "stroke", "ending"])
def test_a_column_with_an_empty_value_is_named(read, column):
    rows = shots()
    rows.loc[3, column] = None

    with pytest.raises(UserError, match=f"has empty values in {column}"):
        read(rows)


@pytest.mark.parametrize(
    ("column", "values", "type_"),
    [
        ("speed", "12.5", "float"),
        ("speed", True, "float"),
        ("rally", 1.5, "integer"),
        ("served", 1, "boolean"),
        ("stroke", 2, "category"),
    ],
)
def test_a_column_of_another_type_is_named(read, column, values, type_):
    with pytest.raises(UserError, match=f"in {column}, where {type_} belongs"):
        read(shots().assign(**{column: values}))


def test_an_unknown_class_is_named(read):
    rows = shots()
    rows.loc[3, "ending"] = "LET"

    with pytest.raises(UserError, match="has 'LET' in ending, which is none of its classes"):
        read(rows)


def test_a_class_with_too_few_rows_to_learn_from_is_named(read):
    rows = shots()
    few = rows[rows["ending"] == "OUT"].head(9)

    with pytest.raises(UserError, match="has 9 rows of 'OUT' in ending"):
        read(pd.concat([rows[rows["ending"] == "IN"], few]))


def test_a_file_without_rows_is_refused(read):
    with pytest.raises(UserError, match="has 0 rows of 'IN'"):
        read(shots().head(0))


@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: b"no parquet", lambda content: content[:-20]],
    ids=["empty", "other", "truncated"],
)
def test_a_file_that_is_no_whole_parquet_is_named(read, path, damage):
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(UserError, match=r"shots\.parquet cannot be read"):
        read()


def test_a_missing_file_is_named(read, path):
    path.unlink()

    with pytest.raises(UserError, match=r"shots\.parquet cannot be read"):
        read()


# Splitting


def test_a_fifth_of_the_rows_is_held_out(read):
    X_train, X_test, y_train, y_test = split(read(), seed=1)

    assert [len(part) for part in (X_train, X_test, y_train, y_test)] == [80, 20, 80, 20]


def test_every_row_is_in_one_split_with_its_own_target(read):
    dataset = read()
    X_train, X_test, y_train, y_test = split(dataset, seed=1)

    pd.testing.assert_frame_equal(pd.concat([X_train, X_test]).sort_index(), dataset.X)
    pd.testing.assert_series_equal(pd.concat([y_train, y_test]).sort_index(), dataset.y)
    assert (X_train.index.tolist(), X_test.index.tolist()) == (
        y_train.index.tolist(),
        y_test.index.tolist(),
    )


def test_both_splits_have_the_classes_in_proportion(read):
    dataset = read()
    splits = split(dataset, seed=1)
    share = (dataset.y == "OUT").mean()

    assert (splits.y_train == "OUT").mean() == pytest.approx(share, abs=1 / 80)
    assert (splits.y_test == "OUT").mean() == pytest.approx(share, abs=1 / 20)


def test_the_same_seed_holds_out_the_same_rows(read):
    first, second = split(read(), seed=1), split(read(), seed=1)

    pd.testing.assert_frame_equal(first.X_test, second.X_test)


def test_another_seed_holds_out_other_rows(read):
    first, second = split(read(), seed=1), split(read(), seed=2)

    assert set(first.X_test.index) != set(second.X_test.index)


# Hash of the data


def test_equal_rows_have_an_equal_hash():
    assert data_hash(shots()) == data_hash(shots())


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.assign(speed=rows["speed"] + 1e-12),
        lambda rows: rows.rename(columns={"speed": "pace"}),
        lambda rows: rows[rows.columns[::-1]],
        lambda rows: rows[::-1],
        lambda rows: rows.head(99),
        lambda rows: rows.assign(rally=rows["rally"].astype("float64")),
        lambda rows: rows.assign(stroke=rows["stroke"].str.lower()),
    ],
    ids=["value", "name", "columns' order", "rows' order", "row less", "type", "category"],
)
def test_any_change_of_the_rows_changes_the_hash(change):
    assert data_hash(change(shots())) != data_hash(shots())
