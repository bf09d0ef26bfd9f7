"""The figures of canaries as tables."""

from collections.abc import Iterator, Sequence
from statistics import median

from rich.table import Table

from benchmarks.canary import ALIKE, POWER, PROMISED, SOON, TESTS, Measured
from benchmarks.report import promises
from benchmarks.throughput import SHARE, Throughput
from src.release.decision import ALPHA


def as_tables(measured: Sequence[Measured], cost: Throughput) -> list[Table]:
    """False alarms, power, requests a second, and what must hold."""
    alike = [one for one in measured if one.setting in ALIKE]
    different = [one for one in measured if one.setting not in ALIKE]
    return [
        _false_alarms(alike),
        _power(different),
        _throughput(cost),
        promises([*_rows(measured), _cost(cost)]),
    ]


def _false_alarms(measured: Sequence[Measured]) -> Table:
    table = Table(title="A canary without a difference: % at any look", title_justify="left")
    table.add_column("")
    for name in ("share", "rate", "looks", "better", "worse", "either", "std.\nerror"):
        table.add_column(name, justify="right")
    for one in measured:
        setting = one.setting
        table.add_row(
            setting.test,
            f"{setting.share:g}",
            f"{setting.candidate:g}",
            f"{setting.looks:,} x {setting.every}",
            *_percent(one.better, one.worse, one.alarms, one.error),
        )
    return table


def _power(measured: Sequence[Measured]) -> Table:
    """The last column is how many of the candidate's labels, or requests, a verdict took."""
    table = Table(title="A canary with a difference: % at any look", title_justify="left")
    table.add_column("")
    soon = f"right by\n{SOON:,}"
    for name in ("share", "rate", "than", "right", "wrong", "missed", soon, "median"):
        table.add_column(name, justify="right")
    for one in measured:
        setting = one.setting
        right, wrong = one.better, one.worse
        if setting.candidate > setting.production:
            right, wrong = wrong, right
        table.add_row(
            setting.test,
            f"{setting.share:g}",
            f"{setting.candidate:g}",
            f"{setting.production:g}",
            *_percent(right, wrong, one.missed, one.soon),
            f"{one.labels:,.0f}" if one.labels else "-",
        )
    return table


def _throughput(cost: Throughput) -> Table:
    table = Table(title="Requests a second, median of the rounds", title_justify="left")
    table.add_column("without a canary", justify="right")
    table.add_column(f"with one at {SHARE:.0%}", justify="right")
    table.add_row(f"{median(cost.without):,.0f}", f"{median(cost.with_canary):,.0f}")
    return table


def _cost(cost: Throughput) -> tuple:
    return "requests a second, with a canary over without", cost.ratio, 0.9, True, "x"


def _percent(*parts: float) -> Iterator[str]:
    return (f"{100 * part:.2f}" for part in parts)


def _rows(measured: Sequence[Measured]) -> Iterator[tuple]:
    for test, (bound, _) in TESTS.items():
        most = _most_alarms(measured, test)
        yield f"false alarms by {test}, the most", 100 * most, 100 * bound, False, "%"
    both = sum(_most_alarms(measured, test) for test in TESTS)
    yield "false alarms by either, at most", 100 * both, 100 * ALPHA, False, "%"
    [promised] = [one for one in measured if one.setting == PROMISED]
    what = f"{PROMISED.candidate:g} against {PROMISED.production:g}, proven by {SOON:,} labels"
    yield what, 100 * promised.soon, 100 * POWER, True, "%"


def _most_alarms(measured: Sequence[Measured], test: str) -> float:
    return max(one.alarms for one in measured if one.setting.test == test and one.setting in ALIKE)
