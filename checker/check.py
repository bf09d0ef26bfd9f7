"""Runs a submission's tests on the reference, the wheats and the chaffs of its exercises."""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from checker import edits
from checker.course import Course, Edit, Exercise
from checker.outcome import Outcome
from checker.prepare import prepared
from checker.process import Limits
from checker.runner import Runner
from checker.verdict import Runs, Verdict, is_fine, judge
from checker.workspace import Build, Submission

# A run that takes much longer than the one on the reference hangs. Ten seconds at least: the first
# seconds of a run are imports, and other runs go on beside it.
PATIENCE, LEAST_SECONDS = 8, 10


class Progress:
    """Is told how the work goes on; this one keeps it to itself."""

    def say(self, text: str) -> None:
        """A step that may take a while."""

    def total(self, runs: int) -> None:
        """How many runs there will be in all, as far as is known."""

    def advance(self) -> None:
        """One more run is over."""


def check(
    course: Course,
    exercises: list[Exercise],
    submission: Path,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
) -> list[Verdict]:
    """Judge the submission's tests of these exercises, several runs at once.

    Args:
        course: The reference application with its exercises and solutions.
        exercises: Which to judge.
        submission: A folder laid out as exercises/.
        jobs: How many runs go side by side; one a core where None.
        progress: Is told how the work goes on.
        runner: Starts the processes; one of its own where None.
    """
    progress = progress or Progress()
    if runner is None:
        with Runner(course) as own:
            return check(course, exercises, submission, jobs=jobs, progress=progress, runner=own)
    for exercise in exercises:
        check_that_edits_fit(course, exercise)
    with ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        try:
            checks = [
                _Check(course, exercise, Submission(submission), runner, pool, progress)
                for exercise in exercises
            ]
            progress.total(len(checks))
            first = [pool.submit(one.try_reference) for one in checks]
            for one, future in zip(checks, first, strict=True):
                future.result()
                one.start_the_rest()
            progress.total(sum(one.count for one in checks))
            return [one.verdict() for one in checks]
        except BaseException:  # Ctrl-C too: no run may outlive the checker
            runner.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def check_that_edits_fit(course: Course, exercise: Exercise) -> None:
    """Raise a CheckerError for the first chaff or wheat whose `was` is not there exactly once."""
    with Build(course, exercise, Submission(course.solutions)).workspace() as root:
        for edit in (*exercise.chaffs, *exercise.wheats):
            if edit.file is not None:
                edits.edited_text(edit, root)


class _Check:
    """The runs of one exercise."""

    def __init__(self, course, exercise, submission, runner, pool, progress: Progress):
        self.exercise = exercise
        self.program = course.check(exercise) is not None
        self.of_solution = submission.root == course.solutions
        self.runner, self.pool, self.progress = runner, pool, progress
        self.limits = Limits(seconds=exercise.seconds)
        self.build = Build(course, exercise, submission)
        self.notes: list[str] = []
        self.backwards: Future | None = None
        self.wheats: dict[str, Future] = {}
        self.chaffs: dict[str, Future] = {}

    def try_reference(self) -> None:
        """Run on the reference, with the attendee's own earlier work if that goes well."""
        state = prepared(self.build.course, self.exercise, self.runner, self.progress.say)
        self.build = replace(self.build, prepared=state)
        self.reference = self._run()
        if not is_fine(self.reference) and self._own_helpers():
            with_ours = replace(self.build, own_helpers=False)
            outcome = self._run(build=with_ours)
            if is_fine(outcome):
                self.reference, self.build = outcome, with_ours
                self.notes.append(f"{self._own_helpers()[0]} fails here: the course's own is used.")
        self.progress.advance()

    def start_the_rest(self) -> None:
        """Wheats first: whether the tests are valid comes before how thorough they are."""
        if not is_fine(self.reference):
            return
        longest = max(LEAST_SECONDS, PATIENCE * self.reference.seconds)
        self.limits = replace(self.limits, seconds=min(self.limits.seconds, longest))
        self.wheats = {wheat.name: self._submit(wheat) for wheat in self.exercise.wheats}
        self.backwards = self._submit(order="reversed")
        self.chaffs = {
            chaff.name: self._submit(chaff)
            for chaff in self.exercise.chaffs
            if self.of_solution or not self.program  # an attendee's program is not edited
        }

    @property
    def count(self) -> int:
        """How many runs there are."""
        return 1 + bool(self.backwards) + len(self.wheats) + len(self.chaffs)

    def verdict(self) -> Verdict:
        """Wait for all runs and judge."""
        runs = Runs(
            self.reference,
            self.backwards.result() if self.backwards else None,
            {name: future.result() for name, future in self.wheats.items()},
            {name: future.result() for name, future in self.chaffs.items()},
            tuple(self.notes),
        )
        return judge(self.exercise, runs, program=self.program)

    def _own_helpers(self) -> list[str]:
        course, submission = self.build.course, self.build.submission
        return [
            needed
            for needed in self.exercise.needs
            if submission.root != course.solutions and submission.has_its_own(needed, course)
        ]

    def _submit(self, edit: Edit | None = None, order: str | None = None) -> Future:
        future = self.pool.submit(self._run, edit, order)
        future.add_done_callback(lambda _: self.progress.advance())
        return future

    def _run(self, edit=None, order=None, build: Build | None = None) -> Outcome:
        build = build or self.build
        with build.workspace(edit) as root:
            return run_tests(self.runner, build, root, self.limits, edit=edit, order=order)


def run_tests(runner: Runner, build: Build, root: Path, limits: Limits, edit=None, **how):
    """Run the tests of a built workspace."""
    module = edit.module if edit else None
    return runner.run_tests(root, build.target, build.judged, limits, module=module, **how)
