"""Runs a submission's tests on the reference, the wheats and the chaffs of one exercise."""

from concurrent.futures import Future, as_completed
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from checker import edits
from checker.cache import Cache
from checker.course import Chaff, Edit, Exercise
from checker.errors import CheckerError
from checker.killers import Killers
from checker.outcome import Outcome
from checker.plan import Plan, Planner
from checker.prepare import prepared
from checker.process import Limits
from checker.progress import Progress
from checker.runner import Runner
from checker.verdict import Runs, Verdict, decide, is_fine, judge
from checker.workspace import Build

# A run that takes much longer than the one on the reference hangs. Ten seconds at least: the first
# seconds of a run may be imports, and other runs go on beside it.
PATIENCE, LEAST_SECONDS = 8, 10
REFERENCE, VALIDITY, CHAFFS = range(3)  # what is run first


class ExerciseCheck:
    """The check of one exercise."""

    def __init__(self, course, exercise, submission, runner, pool, progress: Progress, matrix):
        self.course, self.exercise, self.submission = course, exercise, submission
        self.runner, self.pool, self.progress = runner, pool, progress
        self.matrix = matrix
        self.program = course.check(exercise) is not None
        self.of_solution = submission.root == course.solutions
        self.limits = Limits(seconds=exercise.seconds)

    def verdict(self, cache: Cache | None, killers: Killers) -> Verdict:
        """What the tests are worth: from the cache, or by running them."""
        key = cache and self._key(cache)
        if cache and (kept := cache.find(key)):
            return kept
        state = prepared(self.course, self.exercise, self.runner, self.progress.say)
        runs = self._runs(state, killers)
        verdict = judge(self.exercise, runs, program=self.program)
        if cache and runs.can_be_kept and self._is_still(key, cache):
            cache.keep(key, verdict)
        return verdict

    def _key(self, cache: Cache) -> str:
        return cache.key(self._build(), self.matrix, self.of_solution)

    def _is_still(self, key: str, cache: Cache) -> bool:
        """Whether nothing was saved meanwhile: who knows which of the two was run."""
        with suppress(CheckerError, OSError):  # it may be gone altogether
            return self._key(cache) == key
        return False

    def _runs(self, state: Path | None, killers: Killers) -> Runs:
        """With the attendee's own earlier work if that goes well, else with the course's."""
        with ExitStack() as builds:
            build = builds.enter_context(self._build(prepared=state))
            reference = self._on_reference(build)
            notes = ()
            if not is_fine(reference) and (own := self._own_helpers()):
                with_ours = builds.enter_context(self._build(prepared=state, own_helpers=False))
                outcome = self._on_reference(with_ours)
                if is_fine(outcome):
                    reference, build = outcome, with_ours
                    notes = (f"{own[0]} fails here: the course's own is used.",)
            runs = Runs(reference, notes=notes)
            if is_fine(reference):
                return self._rest(build, runs, killers)
            self.progress.valid(judge(self.exercise, runs, program=self.program))
            return runs  # no chaff is run

    def _on_reference(self, build: Build) -> Outcome:
        def run() -> Outcome:
            with build.workspace() as root:
                outcome = run_tests(self.runner, build, root, self.limits, first=True)
                build.keep_compiled(root)
                return outcome

        return self._submit(REFERENCE, run).result()

    def _rest(self, build: Build, runs: Runs, killers: Killers) -> Runs:
        """Whether the tests are valid comes before how thorough they are."""
        self.limits = limits_after(runs.reference, self.exercise)
        backwards = self._submit(VALIDITY, lambda: self._backwards(build, runs.reference))
        wheats = {
            wheat.name: self._submit(VALIDITY, lambda wheat=wheat: self._run(build, wheat))
            for wheat in self.exercise.wheats
        }
        results = {name: future.result() for name, future in wheats.items()}
        runs = replace(runs, wheats=results)
        self.progress.valid(judge(self.exercise, runs, program=self.program))
        runs = replace(runs, backwards=backwards.result())
        planner = Planner(
            self.course,
            runs.reference,
            runs.backwards,
            killers.of(self.exercise.path),
            whole=self.matrix,
            proves=not self.program,  # the tests that run on a program are ours
        )
        chaffs = {
            self._submit(CHAFFS, lambda chaff=chaff: self._try(build, chaff, planner)): chaff
            for chaff in self.exercise.chaffs
            if self.of_solution or not self.program  # an attendee's program is not edited
        }
        for future in as_completed(chaffs):
            decision = decide(chaffs[future], future.result(), runs.reference)
            self.progress.decided(self.exercise, decision)
        killers.remember(self.exercise.path, planner.caught)
        outcomes = {chaff: future.result() for future, chaff in chaffs.items()}
        outcomes |= self._certain(build, outcomes, planner)
        tried = {chaff.name: outcome for chaff, outcome in outcomes.items()}
        return replace(runs, chaffs=tried, proven=planner.proves or planner.whole)

    def _certain(self, build: Build, outcomes: dict[Chaff, Outcome], planner: Planner) -> dict:
        """The outcomes with the tests of which it is not certain yet that they catch nothing."""
        again = {
            chaff: self._submit(
                CHAFFS, lambda one=(chaff, outcome): self._more(build, *one, planner)
            )
            for chaff, outcome in outcomes.items()
            if planner.second_plan(chaff, outcome)
        }
        return {chaff: future.result() for chaff, future in again.items()}

    def _backwards(self, build: Build, reference: Outcome) -> Outcome:
        return self._run(build, plan=Plan([*reversed(reference.tests)]), trace=True)

    def _try(self, build: Build, chaff: Chaff, planner: Planner) -> Outcome:
        outcome = self._run(build, chaff, plan=planner.plan(chaff))
        planner.learn(chaff, outcome)
        self.progress.ran(outcome)
        return outcome

    def _more(self, build: Build, chaff: Chaff, outcome: Outcome, planner: Planner) -> Outcome:
        plan = planner.second_plan(chaff, outcome)
        if plan is None:  # meanwhile, they have all caught something
            return outcome
        more = self._run(build, chaff, plan=plan)
        planner.learn(chaff, more)
        return replace(outcome, tests=outcome.tests | more.tests) if more.finished else outcome

    def _run(self, build: Build, edit: Edit | None = None, **how) -> Outcome:
        with build.workspace(edit) as root:
            return run_tests(self.runner, build, root, self.limits, edit, **how)

    def _submit(self, urgency: int, task) -> Future:
        self.progress.total(1)
        future = self.pool.submit(urgency, task)
        future.add_done_callback(lambda _: self.progress.advance())
        return future

    def _build(self, **how) -> Build:
        return Build(self.course, self.exercise, self.submission, **how)

    def _own_helpers(self) -> list[str]:
        return [
            needed
            for needed in self.exercise.needs
            if not self.of_solution and self.submission.has_its_own(needed, self.course)
        ]


def run_tests(
    runner: Runner, build: Build, root: Path, limits: Limits, edit=None, **how
) -> Outcome:
    """Run the tests of a built workspace, with the edit that is made in it."""
    module = edit.module if edit else None
    data = edits.of_data(edit, root) if edit and edit.data else None
    outcome = runner.run_tests(
        root, build.target, build.judged, limits, module=module, edit=data, **how
    )
    if outcome.ended == "misfit":
        raise edits.misfit(edit, outcome.detail)
    return outcome


def limits_after(reference: Outcome, exercise: Exercise) -> Limits:
    """What a run may use, once it is known how long one on the reference takes."""
    longest = max(LEAST_SECONDS, PATIENCE * reference.seconds)
    return Limits(seconds=min(exercise.seconds, longest))
