"""The figures as tables: what was measured, the ratio, and what it has to be."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from benchmarks.chaffs import Costs
from benchmarks.day import Day
from benchmarks.mutants import Mutants
from benchmarks.saves import Wait
from benchmarks.spent import Spent


def as_tables(costs: Sequence[Costs], compared: Mutants | None, whole: Day) -> list[Table]:
    """A table of the costs, one of what an attendee waits for, and one of what must hold."""
    return [_costs(costs), _waits(costs), promises(_rows(costs, compared, whole))]


def _costs(costs: Sequence[Costs]) -> Table:
    table = Table(title="Milliseconds a chaff: processor / wall", title_justify="left")
    table.add_column("exercise")
    for name in (
        "naive loop\n(median)",
        "first time\n1 core",
        "first time\n2 cores",
        "again\n1 core",
        "again\n2 cores",
        "floor\n(median)",
        "tests'\nown",
    ):
        table.add_column(name, justify="right")
    for cost in costs:
        measured = (cost.naive, cost.first, cost.first_on_two, cost.again, cost.again_on_two)
        table.add_row(
            cost.exercise.rpartition("/")[2],
            *map(_both, (*measured, cost.floor)),
            f"{cost.tests * 1000:.0f}",
        )
    return table


def _waits(costs: Sequence[Costs]) -> Table:
    table = Table(title="Seconds from a save: to validity / to all chaffs", title_justify="left")
    table.add_column("exercise")
    table.add_column("one test\n(slowest)", justify="right")
    table.add_column("what all\ntests share", justify="right")
    for cost in costs:
        table.add_row(
            cost.exercise.rpartition("/")[2],
            *(
                f"{wait.to_valid:.2f} / {wait.to_end:.2f}"
                for wait in (cost.waits.one_test, cost.waits.whole)
            ),
        )
    return table


def _both(cost: Spent) -> str:
    return f"{cost.cpu * 1000:.0f} / {cost.wall * 1000:.0f}"


def promises(rows: Iterable[tuple[str, float, float, bool, str]]) -> Table:
    """A table of what must hold: what, its value, the bound, whether it is the least, the unit."""
    table = Table(title="What must hold", title_justify="left")
    for name in ("", "measured", "has to be", ""):
        table.add_column(name)
    for what, value, bound, is_least, unit in rows:
        kept = value >= bound if is_least else value <= bound
        table.add_row(
            what,
            f"{value:.3g} {unit}",
            f"{'≥' if is_least else '≤'} {bound:g} {unit}",
            Text("✔", "green") if kept else Text("✘", "red"),
        )
    return table


def _rows(costs: Sequence[Costs], compared: Mutants | None, whole: Day):
    naive = _mean(costs, lambda cost: cost.naive.cpu)
    for name, one, two in (
        ("first time", "first", "first_on_two"),
        ("again", "again", "again_on_two"),
    ):
        cpu = _mean(costs, lambda cost, one=one: getattr(cost, one).cpu)
        wall = _mean(costs, lambda cost, two=two: getattr(cost, two).wall)
        yield f"processor time a chaff, naive over ours, {name}", naive / cpu, 25, True, "x"
        naive_wall = _mean(costs, lambda cost: cost.naive.wall)
        yield f"wall time a chaff on two cores, {name}", naive_wall / wall, 40, True, "x"
    over = _mean(costs, lambda cost: cost.again.cpu - cost.tests)
    floor = _mean(costs, lambda cost: cost.floor.cpu)
    yield "a chaff without its tests' own time, over the floor", over / floor, 2.5, False, "x"
    if compared:
        ratio = compared.mutmut.wall / compared.ours.wall
        yield "wall time a mutant, mutmut over ours, two processes", ratio, 1.5, True, "x"
        ratio = compared.mutmut.cpu / compared.ours.cpu
        yield "processor time a mutant, mutmut over ours", ratio, 1.5, True, "x"
        yield "mutants on which we and mutmut differ", len(compared.disagreed), 0, False, ""
    yield "the day of solutions, nothing cached", whole.nothing_cached, 8, False, "s"
    yield "again, cached", whole.again, 1, False, "s"
    yield "the most memory meanwhile", whole.memory, 400, False, "MB"
    one_test = [cost.waits.one_test for cost in costs]
    yield "from a save of one test to validity, the slowest", _slowest(one_test)[0], 1, False, "s"
    yield "from a save of one test to all chaffs, the slowest", _slowest(one_test)[1], 3, False, "s"


def _slowest(waits: Sequence[Wait]) -> tuple[float, float]:
    return max(wait.to_valid for wait in waits), max(wait.to_end for wait in waits)


def _mean(costs: Sequence[Costs], of) -> float:
    """A chaff's, over all exercises: each counts as often as it has chaffs."""
    return sum(of(cost) * cost.chaffs for cost in costs) / sum(cost.chaffs for cost in costs)
