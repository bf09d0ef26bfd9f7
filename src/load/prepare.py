"""What must hold before there is load, and the plan of a run."""

from collections.abc import Sequence
from dataclasses import asdict

from src.config import Settings
from src.errors import UserError
from src.load.configuration import Configuration
from src.load.expectation import expected_answers
from src.load.plan import Plan
from src.load.rows import MOST, missing, read_rows, splits_of
from src.load.selection import Combination
from src.load.server import Server, check
from src.schema import load_schema


def check_all(
    configuration: Configuration, planned: Sequence[Combination], settings: Settings
) -> None:
    """See that everything is there for all runs, before the first makes any load.

    Raises:
        UserError: there are no splits of a dataset, no server, or no such model on it.
    """
    datasets = sorted({combination.dataset for combination in planned})
    absent = [name for name in datasets if not splits_of(name, settings.output_dir).exists()]
    if absent:
        raise UserError(missing(absent, settings.output_dir))
    server = Server(configuration.host)
    try:
        for dataset, model in dict.fromkeys((each.dataset, each.model) for each in planned):
            plan = _unasked(configuration, dataset, model, settings, rows=1)
            check(server, plan.path, plan.bodies()[0])
    finally:
        server.close()


def make_plan(configuration: Configuration, dataset: str, model: str, settings: Settings) -> Plan:
    """Answer the plan for one dataset and one kind of model; ask the server what is right.

    Raises:
        UserError: there are no splits of the dataset, no server, or no such model on it.
    """
    plan = _unasked(configuration, dataset, model, settings)
    server = Server(configuration.host)
    try:
        check(server, plan.path, plan.bodies()[0])
        plan.expected.update(expected_answers(server, plan, settings.output_dir))
    finally:
        server.close()
    return plan


def _unasked(
    configuration: Configuration, dataset: str, model: str, settings: Settings, rows: int = MOST
) -> Plan:
    return Plan(
        dataset=dataset,
        model=model,
        method=configuration.pred_method,
        classes=list(load_schema(dataset, settings.data_dir).classes),
        rows=read_rows(dataset, settings.output_dir, rows),
        expected={},
        shortest_wait=configuration.wait_time.min_seconds,
        longest_wait=configuration.wait_time.max_seconds,
        timeout=configuration.timeout,
        budgets=asdict(configuration.budgets),
    )
