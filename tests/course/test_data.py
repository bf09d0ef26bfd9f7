"""The datasets that ship: file, schema, generator and README say the same."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from data import __main__ as command
from src.schema import Schema, dataset_names, load_schema

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
NAMES = dataset_names(DATA)
GENERATED = sorted(path.parent.name for path in DATA.glob("*/generate.py"))
ANOTHER_SEED = 7

DTYPES = {"float": "float64", "integer": "int64", "boolean": "bool", "category": "str"}
STUCK = (-0.947, -0.946, -0.945)


def read(name: str) -> pd.DataFrame:
    return pd.read_parquet(DATA / name / f"{name}.parquet")


def generate(name: str, **arguments: int) -> pd.DataFrame:
    return import_module(f"data.{name}.generate").generate(**arguments)


def numbers(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    return frame[list(schema.feature_names)].select_dtypes(["number", "bool"]).astype(float)


@pytest.fixture(scope="module", params=NAMES)
def schema(request):
    return load_schema(request.param, DATA)


@pytest.fixture(scope="module", params=["file", "another seed"])
def extraction(request, schema):
    """The rows that ship, and a second extraction of the same kind."""
    if request.param == "file":
        return read(schema.name)
    if schema.name not in GENERATED:
        pytest.skip("this dataset has no generator")
    return generate(schema.name, seed=ANOTHER_SEED)


@pytest.fixture(scope="module", params=["file", "another seed"])
def points(request):
    if request.param == "file":
        return read("tennis_points")
    return generate("tennis_points", seed=ANOTHER_SEED)


@pytest.fixture(scope="module", params=["file", "another seed"])
def transactions(request):
    if request.param == "file":
        return read("credit_card_transactions")
    return generate("credit_card_transactions", seed=ANOTHER_SEED)


def test_the_four_datasets_are_found():
    promised = {"breast_cancer", "credit_card_transactions", "digits", "tennis_points"}

    assert promised <= set(NAMES)


def test_the_columns_are_those_of_the_schema_in_its_order(extraction, schema):
    ids = [schema.id] if schema.id else []

    assert list(extraction.columns) == [*ids, *schema.feature_names, schema.target]


def test_the_types_are_those_of_the_schema(extraction, schema):
    types = {column.name: DTYPES[column.type] for column in schema.columns}

    assert extraction[list(schema.feature_names)].dtypes.astype(str).to_dict() == types


def test_the_schema_tells_how_many_rows_there_are(extraction, schema):
    assert len(extraction) == schema.rows


def test_nothing_is_missing(extraction):
    assert extraction.isna().sum().sum() == 0


def test_no_row_comes_twice(extraction, schema):
    rows = extraction.drop(columns=schema.id) if schema.id else extraction

    assert rows.duplicated().sum() == 0


def test_numbers_lie_in_the_range_of_the_schema(extraction, schema):
    outside = [
        column.name
        for column in schema.columns
        if column.type in ("float", "integer")
        and not extraction[column.name].between(column.minimum, column.maximum).all()
    ]

    assert outside == []


def test_the_categories_are_those_of_the_schema(extraction, schema):
    expected = {column.name: column.categories for column in schema.columns if column.categories}

    assert {name: tuple(sorted(set(extraction[name]))) for name in expected} == expected


def test_the_classes_are_those_of_the_schema(extraction, schema):
    assert tuple(sorted(set(extraction[schema.target]))) == schema.classes


def test_the_schema_describes_every_column(schema):
    assert [column.name for column in schema.columns if not column.description] == []


def test_the_schema_bears_the_name_of_its_folder():
    assert [load_schema(name, DATA).name for name in NAMES] == NAMES


def test_the_file_is_small(schema):
    path = DATA / schema.name / f"{schema.name}.parquet"

    assert path.stat().st_size < 1_500_000


def test_the_readme_has_a_line_on_the_dataset(schema):
    cells = f"| [{schema.name}]({schema.name}/schema.toml) | {schema.rows:,} | "
    cells += f"{len(schema.columns)} | `{schema.target}`"

    assert cells in (DATA / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GENERATED)
def test_the_generator_gives_the_values_of_the_file(name):
    pd.testing.assert_frame_equal(generate(name), read(name), check_exact=True)


@pytest.mark.parametrize("name", GENERATED)
def test_another_seed_gives_other_rows(name):
    assert not generate(name, seed=ANOTHER_SEED).equals(read(name))


@pytest.mark.parametrize("name", GENERATED)
def test_another_seed_gives_alike_distributions(name):
    schema, first = load_schema(name, DATA), read(name)
    second = generate(name, seed=ANOTHER_SEED)
    first_numbers, second_numbers = numbers(first, schema), numbers(second, schema)

    moved = (first_numbers.mean() - second_numbers.mean()).abs() > 0.1 * first_numbers.std()
    shares = first[schema.target].value_counts(normalize=True)

    assert list(moved[moved].index) == []
    assert second[schema.target].value_counts(normalize=True).to_dict() == pytest.approx(
        shares.to_dict(), abs=0.03
    )


@pytest.mark.parametrize("name", GENERATED)
def test_a_generator_makes_as_many_rows_as_asked(name):
    assert len(generate(name, rows=123)) == 123


def test_ids_of_points_are_unique_integers(points):
    assert points["point_id"].dtype == "int64"
    assert points["point_id"].is_unique


def test_a_ball_outside_is_never_a_winner(points):
    outside = points["outside_sideline"] | points["outside_baseline"]

    assert set(points.loc[outside, "outcome"]) == {"FE", "UE"}


def test_a_ball_in_the_net_is_rarely_a_winner(points):
    netted = (points["net_clearance"] < 0) & ~points["net_clearance"].isin(STUCK)

    assert 0 < (points.loc[netted, "outcome"] == "W").mean() < 0.05


def test_a_ball_inside_lies_within_the_court(points):
    inside = points[~points["outside_sideline"]]
    past_the_net = points[points["outcome"] == "W"]

    assert inside["distance_from_sideline"].max() <= 4.115
    assert past_the_net["depth"].max() <= 11.885


def test_players_run_at_least_the_straight_line(points):
    assert (points["player_distance_travelled"] >= straight_line(points)).all()


def test_some_players_do_not_move_and_they_alone_travel_nothing(points):
    still = points["player_distance_travelled"] == 0

    assert still.sum() > 10
    assert still.equals(straight_line(points) == 0)


def straight_line(points: pd.DataFrame) -> pd.Series:
    return np.hypot(
        points["player_depth"] - points["player_impact_depth"],
        points["player_distance_from_center"] - points["player_impact_distance_from_center"],
    )


def test_the_server_hits_the_last_of_an_odd_number_of_shots(points):
    assert points["server_is_impact_player"].equals(points["rally"] % 2 == 1)


def test_the_net_sensor_is_stuck_in_about_two_points_of_a_hundred(points):
    assert points["net_clearance"].isin(STUCK).mean() == pytest.approx(0.02, abs=0.006)
    assert points.loc[~points["net_clearance"].isin(STUCK), "net_clearance"].min() > -0.9


def test_a_stuck_net_sensor_tells_nothing_about_the_point(points):
    shares = points["outcome"].value_counts(normalize=True)
    stuck = points.loc[points["net_clearance"].isin(STUCK), "outcome"]

    assert stuck.value_counts(normalize=True).to_dict() == pytest.approx(shares.to_dict(), abs=0.15)


def test_not_knowing_the_point_costs_a_log_loss_near_one(points):
    shares = points["outcome"].value_counts(normalize=True)

    assert -(shares * np.log(shares)).sum() == pytest.approx(1.07, abs=0.02)


def test_ids_of_transactions_are_unique_integers(transactions):
    assert transactions["transaction_id"].dtype == "int64"
    assert transactions["transaction_id"].is_unique


def test_about_one_transaction_in_fifty_is_a_fraud(transactions):
    assert transactions["is_fraud"].mean() == pytest.approx(0.02, abs=0.004)


def test_a_card_is_present_where_it_was_read_at_a_till(transactions):
    at_a_till = transactions["entry_mode"].isin(["chip", "contactless", "swipe"])

    assert transactions["card_present"].equals(at_a_till)
    assert transactions.loc[~at_a_till, "distance_from_home"].max() == 0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of data without rows, which the command writes to instead of the real one."""
    for name in GENERATED:
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "generate.py").touch()
    monkeypatch.setattr(command, "FOLDER", tmp_path / "data")
    return tmp_path / "data"


def test_the_command_writes_all_datasets(folder):
    result = CliRunner().invoke(command.main)

    assert result.exit_code == 0
    assert sorted(path.stem for path in folder.glob("*/*.parquet")) == GENERATED


def test_the_command_writes_the_same_values(folder):
    CliRunner().invoke(command.main, ["--only", "tennis_points"])

    written = pd.read_parquet(folder / "tennis_points" / "tennis_points.parquet")
    pd.testing.assert_frame_equal(written, read("tennis_points"), check_exact=True)


def test_the_command_writes_one_dataset_alone(folder):
    CliRunner().invoke(command.main, ["--only", "digits"])

    assert [path.name for path in folder.glob("*/*.parquet")] == ["digits.parquet"]


def test_the_command_names_the_datasets_to_someone_who_asks_for_another(folder):
    result = CliRunner().invoke(command.main, ["--only", "golf"])

    assert result.exit_code == 2
    assert f"no dataset 'golf'; choose from {', '.join(GENERATED)}." in result.output


def test_no_generator_imports_the_application():
    sources = {path: path.read_text(encoding="utf-8") for path in DATA.rglob("*.py")}

    assert [path for path, text in sources.items() if "import src" in text or "src." in text] == []
