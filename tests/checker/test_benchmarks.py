"""The benchmark's arithmetic: what is measured is compared with what has to be."""

import io
import subprocess
import sys

import pytest
from benchmarks import canary_report, spent
from benchmarks.canary import ALIKE, PROMISED, Measured
from benchmarks.chaffs import Costs
from benchmarks.day import Day
from benchmarks.mutants import Mutants
from benchmarks.report import as_tables
from benchmarks.saves import Wait, Waits
from benchmarks.spent import Spent
from benchmarks.throughput import Throughput
from rich.console import Console

FAST = Spent(wall=0.02, cpu=0.04)
PARENT = """
import subprocess, sys
CHILD = "import sys, time; sum(range(10**7)); print(time.process_time(), flush=True); input()"
subprocess.run([sys.executable, "-c", CHILD], stderr=subprocess.DEVNULL)
"""
GOOD_DAY = Day(nothing_cached=7, again=0.5, memory=300)
GOOD_MUTANTS = Mutants("day1/test_1.py", 9, FAST, Spent(0.04, 0.08), agreed=9, disagreed={})


def costs(**more) -> Costs:
    usual = {
        "naive": Spent(wall=2.0, cpu=2.0),
        "first": FAST,
        "first_on_two": FAST,
        "again": FAST,
        "again_on_two": FAST,
        "floor": Spent(wall=0.03, cpu=0.03),
        "tests": 0.01,
        "waits": Waits(whole=Wait(2.0, 5.0), one_test=Wait(0.5, 2.0)),
    }
    return Costs("day1/test_1.py", 10, **usual | more)


def promises(*measured: Costs, mutants: Mutants | None = GOOD_MUTANTS, day: Day = GOOD_DAY) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(as_tables(measured, mutants, day)[-1])
    return console.file.getvalue()


def broken(text: str) -> list[str]:
    """What is marked as not held."""
    rows = [line.strip("│ ").split("│") for line in text.splitlines() if "✘" in line]
    return [row[0].strip() for row in rows]


def test_what_holds_is_not_marked():
    assert broken(promises(costs())) == []


@pytest.mark.parametrize(
    ("changed", "marked"),
    [
        ({"again": Spent(0.1, 0.1)}, "processor time a chaff, naive over ours, again"),
        ({"again_on_two": Spent(0.1, 0.04)}, "wall time a chaff on two cores, again"),
        ({"tests": -0.1}, "a chaff without its tests' own time, over the floor"),
        (
            {"waits": Waits(whole=Wait(2.0, 5.0), one_test=Wait(1.1, 2.0))},
            "from a save of one test to validity, the slowest",
        ),
        (
            {"waits": Waits(whole=Wait(2.0, 5.0), one_test=Wait(0.5, 3.1))},
            "from a save of one test to all chaffs, the slowest",
        ),
    ],
)
def test_what_does_not_hold_is_marked(changed, marked):
    assert marked in broken(promises(costs(**changed)))


@pytest.mark.parametrize(
    ("day", "marked"),
    [
        (Day(9, 0.5, 300), "the day of solutions, nothing cached"),
        (Day(7, 1.5, 300), "again, cached"),
        (Day(7, 0.5, 401), "the most memory meanwhile"),
    ],
)
def test_a_slow_day_is_marked(day, marked):
    assert broken(promises(costs(), day=day)) == [marked]


def test_a_mutant_that_mutmut_sees_otherwise_is_marked():
    differ = Mutants("x", 9, FAST, Spent(1, 1), 8, {"sums-add-1": ("killed", "survived")})

    assert broken(promises(costs(), mutants=differ)) == ["mutants on which we and mutmut differ"]


def canary_promises(alarms=0.02, soon=0.9, throughput=950.0) -> str:
    """Of canaries with so many false alarms by mistakes in one setting, such power and cost."""
    measured = [Measured(one, 100, 0.0, 0.001, 0.0, 0.0, None) for one in ALIKE]
    measured[1] = Measured(ALIKE[1], 100, alarms / 2, alarms / 2, 0.0, 0.0, None)
    console = Console(file=io.StringIO(), width=120)
    measured.append(Measured(PROMISED, 100, 1, 0, 0, soon, 900.0))
    cost = Throughput(without=[500.0, 1000.0, 1000.0], with_canary=[500.0, throughput, throughput])
    console.print(*canary_report.as_tables(measured, cost))
    return console.file.getvalue()


def test_a_canary_that_errs_seldom_enough_is_not_marked():
    assert broken(canary_promises()) == []


def test_too_many_false_alarms_in_one_setting_are_marked():
    assert broken(canary_promises(alarms=0.06)) == [
        "false alarms by mistakes, the most",
        "false alarms by either, at most",
    ]


def test_a_canary_that_costs_the_server_too_much_is_marked():
    assert broken(canary_promises(throughput=890.0)) == [
        "requests a second, with a canary over without"
    ]


def test_a_difference_that_is_found_too_seldom_is_marked():
    assert broken(canary_promises(soon=0.7)) == ["0.15 against 0.2, proven by 2,000 labels"]


def test_an_exercise_counts_as_often_as_it_has_chaffs():
    slow = Costs(**{**vars(costs()), "chaffs": 30, "again": Spent(0.02, 0.08)})

    text = promises(costs(), slow)

    assert "28.6 x" in text  # 2 s over (10 * 0.04 + 30 * 0.08) / 40 s


def test_what_a_process_spends_is_counted():
    before = spent.now()
    sum(range(1_000_000))

    used = spent.now() - before

    assert used.cpu > 0
    assert used.wall > 0


def test_what_the_living_children_of_another_process_have_spent_is_counted():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        by_the_child = float(parent.stdout.readline())
        ours = spent.now()

        all_of_it = spent.now(parent.pid) - ours
        parent.stdin.close()

    assert all_of_it.cpu > by_the_child - 2 * spent.TICK  # user's and system's are rounded down
