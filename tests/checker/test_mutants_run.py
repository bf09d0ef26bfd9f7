"""Running tests on mutants: how each ends, in real processes and without."""

import dataclasses
from collections import Counter

import pytest

from checker.course import pick
from checker.errors import CheckerError
from checker.mutants.mutant import Mutant, mutants
from checker.mutants.run import run_mutants
from checker.outcome import Outcome, TestResult
from checker.progress import Progress

CALCULATOR = "src/calculator.py"
ADDS = "exercises/day1/test_calculator.py::test_adds_two_numbers"
DIVIDES = "exercises/day1/test_calculator.py::test_divides_two_numbers"
REFERENCE = Outcome("finished", {ADDS: TestResult("passed"), DIVIDES: TestResult("skipped")})


@pytest.fixture
def calculator(toy):
    return pick(toy.day("day1"), "1")


@pytest.fixture
def mutate(toy):
    """A mutant of the calculator, in which one wording is replaced by another."""

    def mutate(was: str, now: str) -> Mutant:
        text = (toy.root / CALCULATOR).read_text()
        [mutant] = mutants(CALCULATOR, text, [text.replace(was, now)], Counter())
        return mutant

    return mutate


class FakeRunner:
    """Starts no process: the tests end as they are told to."""

    def __init__(self, on_mutants: Outcome, on_reference: Outcome = REFERENCE):
        self.on_mutants, self.on_reference = on_mutants, on_reference
        self.calls = []

    def collect(self, *where) -> bool:
        return True

    def run_tests(self, *where, module=None, **how) -> Outcome:
        return self.on_mutants if module else self.on_reference

    def cancel(self) -> None:
        self.calls.append("cancel")

    def resume(self) -> None:
        self.calls.append("resume")


class Heard(Progress):
    """Keeps what it is told."""

    def __init__(self):
        self.said, self.expected, self.over = [], 0, 0

    def say(self, text: str) -> None:
        self.said.append(text)

    def total(self, runs: int) -> None:
        self.expected += runs

    def advance(self) -> None:
        self.over += 1


def test_a_mutant_is_killed_by_a_test_or_survives_or_cannot_be_imported(toy, calculator, mutate):
    wrong = mutate("first + second", "first - second")
    reworded = mutate("cannot divide by zero", "no")
    broken = mutate("def add", "None.add\n\n\ndef add")

    results = run_mutants(toy, calculator, toy.solutions, [wrong, reworded, broken])

    of = {result.mutant: result for result in results}
    assert (of[wrong].ended, of[wrong].by) == ("killed", (ADDS.removeprefix("exercises/"),))
    assert (of[reworded].ended, of[reworded].by) == ("survived", ())
    assert of[broken].ended == "not importable"
    assert "'NoneType' object has no attribute 'add'" in of[broken].detail


@pytest.mark.parametrize(
    ("outcome", "ended"),
    [
        pytest.param({ADDS: "failed"}, "killed", id="a-test-fails"),
        pytest.param({ADDS: "passed"}, "survived", id="none-fails"),
        pytest.param({DIVIDES: "failed"}, "survived", id="one-fails-that-did-not-pass-before"),
        pytest.param("timeout", "timeout", id="timeout"),
        pytest.param("import_error", "not importable", id="module"),
        pytest.param("collection_error", "not importable", id="tests"),
        pytest.param("crashed", "crashed", id="crash"),
        pytest.param("out_of_memory", "crashed", id="memory"),
    ],
)
def test_only_a_failing_test_kills(toy, calculator, mutate, outcome, ended):
    if isinstance(outcome, str):
        on_mutant = Outcome(outcome, detail="why")
    else:
        tests = {test: TestResult(result) for test, result in outcome.items()}
        on_mutant = Outcome("finished", tests)
    mutant = mutate("+", "-")

    [result] = run_mutants(toy, calculator, toy.solutions, [mutant], runner=FakeRunner(on_mutant))

    assert result.ended == ended
    assert result.by == ((ADDS,) if ended == "killed" else ())
    assert result.detail == ("" if on_mutant.finished else on_mutant.explanation)


@pytest.mark.parametrize(
    "on_reference",
    [
        pytest.param(Outcome("timeout"), id="not-finished"),
        pytest.param(Outcome("finished", {ADDS: TestResult("failed")}), id="a-test-fails"),
        pytest.param(Outcome("finished", {ADDS: TestResult("todo")}), id="nothing-written"),
    ],
)
def test_tests_that_do_not_pass_on_the_reference_say_nothing_of_mutants(
    toy, calculator, mutate, on_reference
):
    runner = FakeRunner(REFERENCE, on_reference)

    with pytest.raises(CheckerError, match=r"do not pass on the reference.*make check-day1 EX=1"):
        list(run_mutants(toy, calculator, toy.solutions, [mutate("+", "-")], runner=runner))


def test_progress_is_told_how_much_there_is_and_how_much_is_over(toy, calculator, mutate):
    progress = Heard()
    both = [mutate("+", "-"), mutate("==", "!=")]
    slow = FakeRunner(REFERENCE, dataclasses.replace(REFERENCE, seconds=240))

    list(run_mutants(toy, calculator, toy.solutions, both, jobs=2, progress=progress, runner=slow))

    assert progress.said == ["1. Testing a calculator: 2 to try, in about 4 minutes."]
    assert (progress.expected, progress.over) == (2, 2)


def test_who_wants_no_more_ends_what_runs(toy, calculator, mutate):
    runner = FakeRunner(REFERENCE)
    several = [mutate("+", "-"), mutate("==", "!=")]
    results = run_mutants(toy, calculator, toy.solutions, several, jobs=1, runner=runner)

    next(results)
    results.close()

    assert runner.calls == ["cancel", "resume"]
