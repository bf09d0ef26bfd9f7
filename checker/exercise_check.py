"""Runs a submission's tests on the reference, the wheats and the chaffs of one exercise."""

from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from checker.cache import Cache
from checker.course import Edit
from checker.errors import CheckerError
from checker.head_start import HeadStart
from checker.killers import Killers
from checker.known import Nothing
from checker.outcome import Outcome
from checker.patience import announcement, limits_after
from checker.plan import BACKWARDS, Planner, function
from checker.prepare import prepared
from checker.process import Limits
from checker.progress import Progress
from checker.runs import run, run_tests
from checker.trials import Trials
from checker.verdict import Runs, Verdict, is_fine, judge
from checker.workspace import Build

REFERENCE, VALIDITY, CHAFFS = range(3)  # what is run first; chaffs one exercise after the other


class ExerciseCheck:
    """The check of one exercise."""

    def __init__(self, course, exercise, submission, runner, pool, progress: Progress, matrix):
        self.course, self.exercise, self.submission = course, exercise, submission
        self.runner, self.pool, self.progress = runner, pool, progress
        self.matrix = matrix
        self.program = course.is_program(exercise)
        self.of_solution = submission.root == course.solutions
        self.limits = Limits(seconds=exercise.seconds)
        self.told: Verdict | None = None

    def verdict(self, cache: Cache | None, killers: Killers) -> Verdict:
        """What the tests are worth: from the cache, or by running them."""
        key = cache and self._key(cache)
        if cache and (kept := cache.find(key)):
            return kept
        state = prepared(self.course, self.exercise, self.runner, self.progress.say)
        runs = self._runs(state, cache, killers)
        self.runner.tidy()
        verdict = judge(self.exercise, runs, program=self.program)
        if cache and self._is_still(key):
            self.trials.known.keep()
            if runs.can_be_kept:
                cache.keep(key, verdict)
        return verdict

    def _key(self, cache: Cache) -> str:
        return cache.key(self._build(), self.matrix, self.of_solution)

    def _is_still(self, key: str) -> bool:
        """Whether nothing was saved meanwhile: who knows which of the two was run."""
        with suppress(CheckerError, OSError):  # it may be gone altogether
            return self._key(Cache(self.course)) == key
        return False

    def _runs(self, state: Path | None, cache: Cache | None, killers: Killers) -> Runs:
        """With the attendee's own earlier work if that goes well, else with the course's."""
        with ExitStack() as builds:
            build = builds.enter_context(self._build(prepared=state))
            self.trials = self._trials(build, cache)
            begun = self._begin_early(build)
            on_reference = self._on_reference(build, VALIDITY if begun else REFERENCE)
            begun = begun and self._tell_early(begun)
            reference, notes = on_reference.result(), ()
            if begun and not is_fine(reference):
                begun.drop()
                begun = None
            if not is_fine(reference) and (own := self._own_helpers()):
                with_ours = builds.enter_context(self._build(prepared=state, own_helpers=False))
                outcome = self._on_reference(with_ours, REFERENCE).result()
                if is_fine(outcome):
                    reference, build = outcome, with_ours
                    self.trials = self._trials(build, cache)
                    notes = (f"{own[0]} fails here: the course's own is used.",)
            runs = Runs(reference, notes=notes)
            if is_fine(reference):
                return self._rest(build, runs, killers, begun)
            self._tell(runs)
            return runs  # no chaff is run

    def _on_reference(self, build: Build, urgency: int) -> Future:
        def in_a_stem() -> Outcome:  # which runs of the changed tests need as well
            return self._run(build, first=True)

        def from_the_start() -> Outcome:
            with build.workspace() as root:
                outcome = run_tests(self.runner, build, root, self.limits, first=True)
                build.keep_compiled(root)
                return outcome

        return self._submit(urgency, in_a_stem if self._is_likely_to_pass() else from_the_start)

    def _trials(self, build: Build, cache: Cache | None) -> Trials:
        known = cache.known(build, self.of_solution) if cache else Nothing()
        return Trials(self.exercise, known, partial(self._run, build))

    def _begin_early(self, build: Build) -> HeadStart | None:
        """Begin with the tests that were changed, where they are few."""
        lacking = [wheat for wheat in self.exercise.wheats if self.trials.known.lacks(wheat)]
        if not lacking or not self._is_likely_to_pass():
            return None
        on_correct = self.trials.on_correct
        return HeadStart(
            self._submit(REFERENCE, lambda: on_correct(None)),
            {one.name: self._submit(VALIDITY, lambda one=one: on_correct(one)) for one in lacking},
            self._submit(VALIDITY, lambda: self._run(build, plan=BACKWARDS)),
        )

    def _tell_early(self, begun: HeadStart) -> HeadStart | None:
        """Tell whether the changed tests are valid, for of the others it is known; what goes on.

        How they all get on with each other is seen when they run together, which comes next.
        """
        reference = begun.reference.result()
        if not is_fine(reference):
            self._tell(Runs(reference))
            begun.drop()
            return None
        wheats = {
            wheat.name: begun.wheats[wheat.name].result()
            if wheat.name in begun.wheats
            else self.trials.on_correct(wheat, reference)
            for wheat in self.exercise.wheats
        }
        self._tell(Runs(reference, wheats=wheats))
        return begun

    def _is_likely_to_pass(self) -> bool:
        """Whether most tests passed before, and little is lost if now they do not."""
        return self.trials.known.was_kept and not self.exercise.processes

    def _rest(
        self, build: Build, runs: Runs, killers: Killers, begun: HeadStart | None = None
    ) -> Runs:
        """Whether the tests are valid comes before how thorough they are."""
        reference = runs.reference
        self.trials.known.learn(None, reference)
        self.limits = limits_after(reference, self.exercise)
        if self.exercise.processes:
            self.progress.say(announcement(self.exercise, reference, self.pool.workers))
        wheats = {
            wheat.name: (begun and begun.wheats.get(wheat.name))
            or self._submit(VALIDITY, lambda wheat=wheat: self.trials.on_correct(wheat, reference))
            for wheat in self.exercise.wheats
        }
        backwards = begun and begun.backwards
        expected = {**self._expected(), **killers.of(self.exercise.path)}
        # an attendee's program is not edited; where results were kept, little is left to be planned
        if not begun and (self.of_solution or not self.program):
            trace = not self.trials.known.was_kept and not self._is_foreseen(reference, expected)
            how = {"plan": BACKWARDS, "trace": trace}
            backwards = self._submit(VALIDITY, lambda: self._run(build, **how))
        results = {name: future.result() for name, future in wheats.items()}
        runs = replace(runs, wheats=results)
        self._tell(runs)
        if backwards is None:
            return runs
        runs = replace(runs, backwards=backwards.result())
        planner = Planner(
            self.course,
            reference,
            runs.backwards,
            expected,
            whole=self.matrix,
            proves=not self.program,  # the tests that run on a program are ours
        )
        if planner.order_matters:  # then no test can be seen alone
            known, self.trials = self.trials.known, self._trials(build, cache=None)
            if known.was_kept:
                return self._rest(build, runs, killers)
        submit = partial(self._submit, CHAFFS + self.exercise.number)
        runs = replace(runs, chaffs=self.trials.on_chaffs(planner, submit, self.progress))
        killers.remember(self.exercise.path, planner.caught)
        return replace(runs, proven=planner.proves or planner.whole)

    def _run(self, build: Build, edit: Edit | None = None, **how) -> Outcome:
        return run(self.runner, build, self.limits, edit, **how)

    def _tell(self, runs: Runs) -> None:
        """Tell whether the tests are valid, where that was not told before."""
        verdict = judge(self.exercise, runs, program=self.program)
        if replace(verdict, seconds=0) != self.told:
            self.told = replace(verdict, seconds=0)
            self.progress.valid(verdict)

    def _submit(self, urgency: int, task) -> Future:
        self.progress.total(1)
        future = self.pool.submit(urgency, task)
        future.add_done_callback(lambda _: self.progress.advance())
        return future

    def _expected(self) -> dict[str, str]:
        """Chaff -> the function that the course says will catch it."""
        return {chaff.name: chaff.caught_by for chaff in self.exercise.chaffs if chaff.caught_by}

    def _is_foreseen(self, reference: Outcome, expected: dict[str, str]) -> bool:
        """Whether for each chaff a test is named that should catch it, and each test is named."""
        functions = {function(test) for test in reference.passed}
        foreseen = {function(test) for test in expected.values()}
        named = all(chaff.name in expected for chaff in self.exercise.chaffs)
        return named and (functions == foreseen or self.program) and not self.matrix

    def _build(self, **how) -> Build:
        return Build(self.course, self.exercise, self.submission, **how)

    def _own_helpers(self) -> list[str]:
        return [
            needed
            for needed in self.exercise.needs
            if not self.of_solution and self.submission.has_its_own(needed, self.course)
        ]
