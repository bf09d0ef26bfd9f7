"""What a mutant costs in our engine and in mutmut 3, on the same mutants, and who says what."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import spent
from benchmarks.mutmut_side import NO_TESTS, run_mutmut
from benchmarks.spent import Spent
from checker.course import Course, Exercise
from checker.mutants.generation import generate, modules_of, spread
from checker.mutants.mutant import Mutant
from checker.mutants.run import MutantResult, run_mutants
from checker.progress import Progress
from checker.runner import Runner

JOBS = 2
DECIDED = ("killed", "survived")


@dataclass(frozen=True)
class Mutants:
    """Seconds a mutant, of those on which both ran tests, and on which they do not agree."""

    exercise: str
    mutants: int
    ours: Spent
    mutmut: Spent
    agreed: int
    disagreed: dict[str, tuple[str, str]]  # name: what we say, what mutmut says


def measure(course: Course, exercise: Exercise, count: int, say: Callable[[str], None]) -> Mutants:
    """Measure `count` mutants from all over the modules that the exercise tests."""
    made = [mutant for mutant in generate(course, modules_of(exercise)) if mutant.function]
    chosen = spread(made, count)
    say(f"{exercise.path}: mutmut, {len(chosen)} mutants")
    theirs = run_mutmut(course, exercise, chosen, jobs=JOBS)
    tried = [one for one in chosen if theirs.verdicts.get(one.name, NO_TESTS) != NO_TESTS]
    say(f"{exercise.path}: our engine, {len(tried)} mutants")
    each, results = _ours(course, exercise, tried)
    both = {
        result.mutant.name: (result.ended, theirs.verdicts[result.mutant.name])
        for result in results
        if result.ended in DECIDED and theirs.verdicts[result.mutant.name] in DECIDED
    }
    disagreed = {name: said for name, said in both.items() if said[0] != said[1]}
    agreed = len(both) - len(disagreed)
    return Mutants(exercise.path, len(tried), each, theirs.each, agreed, disagreed)


class _Begin(Progress):
    """Notes when the mutants begin: the reference has been run by then."""

    def __init__(self, runner: Runner):
        self.runner = runner
        self.at = Spent()

    def total(self, runs: int) -> None:
        self.at = spent.now(self.runner.pid)


def _ours(
    course: Course, exercise: Exercise, tried: list[Mutant]
) -> tuple[Spent, list[MutantResult]]:
    with Runner(course, [exercise]) as runner:
        begin = _Begin(runner)
        how = {"jobs": JOBS, "progress": begin, "runner": runner}
        results = list(run_mutants(course, exercise, course.solutions, tried, **how))
        return (spent.now(runner.pid) - begin.at) / len(tried), results
