"""Runs an exercise's tests on mutants, as on chaffs."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from checker.course import Course, Exercise
from checker.errors import CheckerError
from checker.mutants.mutant import Mutant
from checker.outcome import Outcome
from checker.patience import limits_after
from checker.plan import BACKWARDS, Planner
from checker.prepare import prepared
from checker.process import Limits
from checker.progress import Progress
from checker.runner import Runner
from checker.runs import run, run_tests
from checker.verdict import is_fine
from checker.workspace import Build, Submission

ENDINGS = ("killed", "survived", "timeout", "not importable", "crashed")
# What an outcome that is not finished means; anything else is a crash.
UNFINISHED = {
    "timeout": "timeout",
    "import_error": "not importable",
    "collection_error": "not importable",  # what the tests import does not work
}


@dataclass(frozen=True)
class MutantResult:
    """How a mutant ended: killed by tests that failed on it, or another of ENDINGS."""

    mutant: Mutant
    ended: str
    by: tuple[str, ...] = ()  # the tests that failed
    detail: str = ""  # why the run does not count
    seconds: float = 0.0


def run_mutants(
    course: Course,
    exercise: Exercise,
    submission: Path,
    mutants: Sequence[Mutant],
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
) -> Iterator[MutantResult]:
    """Run the submission's tests on each mutant, several at once; answer each as it is decided.

    Args:
        course: The reference application with its exercises and solutions.
        exercise: Whose tests.
        submission: A folder laid out as exercises/.
        mutants: Of the application.
        jobs: How many runs go side by side; one a core where None.
        progress: Is told how the work goes on.
        runner: Starts the processes; one of its own where None.

    Raises:
        CheckerError: the tests do not pass on the reference.
    """
    progress, jobs = progress or Progress(), jobs or os.cpu_count() or 1
    with ExitStack() as opened:
        runner = runner or opened.enter_context(Runner(course, [exercise]))
        state = prepared(course, exercise, runner, progress.say)
        build = opened.enter_context(Build(course, exercise, Submission(submission), state))
        trial = _Trial(build, runner)
        progress.say(_announcement(exercise, mutants, trial.reference.seconds, jobs))
        progress.total(len(mutants))
        for result in _side_by_side(trial.of, mutants, jobs, runner):
            progress.advance()
            yield result


class _Trial:
    """The tests of one exercise, which pass on the reference, tried on mutants."""

    def __init__(self, build: Build, runner: Runner):
        self.build, self.runner = build, runner
        self.limits = Limits(seconds=build.exercise.seconds)
        self.reference = self._on_reference()
        self.limits = limits_after(self.reference, build.exercise)
        self.planner = Planner(build.course, self.reference, self._backwards(), proves=False)

    def of(self, mutant: Mutant) -> MutantResult:
        """How the mutant ends."""
        outcome = self._run(mutant)
        if not outcome.finished:
            ended = UNFINISHED.get(outcome.ended, "crashed")
            return MutantResult(mutant, ended, (), outcome.explanation, outcome.seconds)
        passed = set(self.reference.passed)
        by = tuple(test for test in outcome.failed if test in passed)
        return MutantResult(mutant, "killed" if by else "survived", by, "", outcome.seconds)

    def _run(self, mutant: Mutant) -> Outcome:
        """The tests on one mutant, until the first that fails: that is enough."""
        plan = self.planner.plan(mutant)
        return run(self.runner, self.build, self.limits, mutant, plan=plan)

    def _backwards(self) -> Outcome:
        return run(self.runner, self.build, self.limits, plan=BACKWARDS, trace=True)

    def _on_reference(self) -> Outcome:
        with self.build.workspace() as root:
            outcome = run_tests(self.runner, self.build, root, self.limits, first=True)
            self.build.keep_compiled(root)
        if not is_fine(outcome):
            exercise = self.build.exercise
            raise CheckerError(
                f"The tests of {exercise.path} do not pass on the reference: what they say of "
                f"mutants means nothing. See why: make check-{exercise.day} EX={exercise.number}"
            )
        return outcome


def _announcement(exercise: Exercise, mutants: Sequence[Mutant], seconds: float, jobs: int) -> str:
    """An estimate that is no lower than it comes: where a test fails, the others are not run."""
    minutes = round(len(mutants) * seconds / jobs / 60)
    long = "a minute" if minutes <= 1 else f"{minutes} minutes"
    return f"{exercise.number}. {exercise.title}: {len(mutants)} to try, in about {long}."


def _side_by_side(
    decide: Callable[[Mutant], MutantResult], mutants: Sequence[Mutant], jobs: int, runner: Runner
) -> Iterator[MutantResult]:
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(decide, mutant) for mutant in mutants]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:  # Ctrl-C too, and nobody who wants the rest
            runner.cancel()
            pool.shutdown(cancel_futures=True)
            runner.resume()
            raise
