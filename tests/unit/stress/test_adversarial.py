"""Small changes of numbers: how far they go, and whom they turn."""

import numpy as np
import pytest

from src.stress.running import run_test
from src.stress.severity import Severity
from src.stress.table import Column, Table
from src.stress.tests.adversarial import TESTS
from src.stress.tests.perturbation import Movable, movable
from tests.unit.stress.small_models import context_of, points, steep

ONE, SEVERAL = TESTS


def restless(frame):
    """Turns with each whole unit of the speed."""
    return np.where(np.floor(frame["speed"]) % 2 == 0, 0.95, 0.05)


def of_two_columns(frame):
    """Needs both columns to move: one alone is outvoted."""
    fine = np.sin(frame["speed"] * 2) + np.sin(frame["spin"] * 2)
    return np.where(fine > 1.0, 0.95, 0.05)


def with_spin(seed):
    frame, labels = points(300, seed=seed)
    spin = np.random.default_rng(seed + 10).normal(50, 10, 300)
    return Table(frame.assign(spin=spin), labels)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_a_smooth_model_is_hardly_turned(test):
    assert run_test(test, context_of(steep)).severity == Severity.NONE


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_a_restless_model_is_turned(test):
    result = run_test(test, context_of(restless))

    assert result.severity >= Severity.MEDIUM
    assert "speed" in result.worst.observation.features
    assert 0 < len(result.worst.observation.rows) <= 10


def test_the_column_that_does_not_matter_turns_nothing():
    result = run_test(ONE, context_of(restless))

    found = {case.observation.subject: case.observation.value for case in result.cases}
    assert found["hits"] == 0


def test_several_columns_turn_more_than_one():
    tables = {"reference": with_spin(1), "evaluation": with_spin(2)}
    context = context_of(of_two_columns, **tables)

    one, several = (run_test(test, context).worst.observation.value for test in TESTS)

    assert several > one


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_a_model_that_answers_by_chance_is_not_blamed_for_small_changes(test):
    rng = np.random.default_rng(0)

    result = run_test(test, context_of(lambda frame: rng.random(len(frame))))

    assert result.severity == Severity.NONE


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_the_same_seed_sees_the_same(test):
    assert run_test(test, context_of(restless)) == run_test(test, context_of(restless))


def test_what_the_model_is_asked_lies_near_the_rows_and_in_the_range():
    context = context_of(steep)
    asked = []

    def rule(frame):
        asked.append(frame)
        return steep(frame)

    spying = context_of(rule)
    for test in TESTS:
        run_test(test, spying)

    known, spread = context.reference.frame, context.reference.frame["speed"].std()
    rows = context.evaluation.frame["speed"].to_numpy()
    for frame in asked:
        speeds = frame["speed"].to_numpy()
        nearest = np.abs(speeds[:, None] - rows).min(axis=1)
        assert nearest.max() <= 0.1 * spread + 1e-9
        assert speeds.max() <= max(known["speed"].max(), rows.max())
        assert frame["hits"].dtype == "int64"
        assert frame["hits"].between(1, 20).all()


def moved(column, most, values, steps):
    return Movable(column, most).moved(np.array(values), np.array(steps)).tolist()


def test_a_number_moves_by_a_part_and_not_out_of_range():
    column = Column("speed", "number", 0.0, 10.0)

    assert moved(column, 2.0, [5.0, 9.0, 1.0], [0.5, 1.0, -1.0]) == [6.0, 10.0, 0.0]


def test_a_value_that_is_out_of_range_already_goes_no_further():
    column = Column("speed", "number", 0.0, 10.0)

    assert moved(column, 2.0, [12.0, 12.0], [1.0, -1.0]) == [12.0, 10.0]


def test_an_integer_moves_by_whole_steps():
    column = Column("hits", "integer", 0.0, 10.0)

    assert moved(column, 3.0, [5, 5, 5], [0.5, -0.5, 0.0]) == [7, 3, 5]


def test_an_integer_of_few_steps_does_not_move():
    frame, labels = points(300)
    table = Table(frame.assign(serve=np.arange(300) % 2 + 1), labels)
    context = context_of(steep, reference=table, evaluation=table)

    assert [each.column.name for each in movable(context, 0.1)] == ["speed", "hits"]


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_without_numbers_there_is_nothing_to_move(test):
    frame, labels = points(300)
    table = Table(frame[["stroke", "served"]], labels)
    context = context_of(lambda frame: frame["served"] * 0.5, reference=table, evaluation=table)

    assert run_test(test, context).skipped
