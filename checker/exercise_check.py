"""Runs a submission's tests on the reference, the wheats and the chaffs of one exercise."""

from collections.abc import Mapping
from concurrent.futures import Future, as_completed, wait
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from checker.cache import Cache
from checker.course import Chaff, Edit, Wheat
from checker.errors import CheckerError
from checker.killers import Killers
from checker.known import Known, Nothing
from checker.outcome import Outcome
from checker.patience import announcement, limits_after
from checker.plan import EMPTY, Plan, Planner, function
from checker.prepare import prepared
from checker.process import Limits
from checker.progress import Progress
from checker.runs import run, run_tests
from checker.verdict import Runs, Verdict, decide, is_fine, judge
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
        self.known: Known = Nothing()
        self._urgency = CHAFFS + exercise.number

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
            self.known.keep()
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
            self.known = self._known(build, cache)
            on_reference = self._on_reference(build)
            early = self._begin_early(build)
            reference, notes = on_reference.result(), ()
            if not is_fine(reference):
                early = _dropped(early)
            if not is_fine(reference) and (own := self._own_helpers()):
                with_ours = builds.enter_context(self._build(prepared=state, own_helpers=False))
                outcome = self._on_reference(with_ours).result()
                if is_fine(outcome):
                    reference, build = outcome, with_ours
                    self.known = self._known(build, cache)
                    notes = (f"{own[0]} fails here: the course's own is used.",)
            runs = Runs(reference, notes=notes)
            if is_fine(reference):
                return self._rest(build, runs, killers, early)
            self.progress.valid(judge(self.exercise, runs, program=self.program))
            return runs  # no chaff is run

    def _on_reference(self, build: Build) -> Future:
        def in_a_stem() -> Outcome:  # which the wheats that begin beside it need as well
            return self._run(build, first=True)

        def from_the_start() -> Outcome:
            with build.workspace() as root:
                outcome = run_tests(self.runner, build, root, self.limits, first=True)
                build.keep_compiled(root)
                return outcome

        early = self.known.was_kept and not self.exercise.processes
        return self._submit(REFERENCE, in_a_stem if early else from_the_start)

    def _known(self, build: Build, cache: Cache | None) -> Known:
        return cache.known(build, self.of_solution) if cache else Nothing()

    def _begin_early(self, build: Build) -> dict[str, Future]:
        """Begin wheats beside the reference, where a few tests were changed that passed before."""
        return {
            wheat.name: self._submit(VALIDITY, lambda wheat=wheat: self._on_wheat(build, wheat))
            for wheat in self.exercise.wheats
            if self.known.was_kept and self.known.lacks(wheat)
        }

    def _rest(
        self, build: Build, runs: Runs, killers: Killers, early: Mapping[str, Future] = EMPTY
    ) -> Runs:
        """Whether the tests are valid comes before how thorough they are."""
        reference = runs.reference
        self.limits = limits_after(reference, self.exercise)
        if self.exercise.processes:
            self.progress.say(announcement(self.exercise, reference, self.pool.workers))
        wheats = {
            wheat.name: early.get(wheat.name)
            or self._submit(VALIDITY, lambda wheat=wheat: self._on_wheat(build, wheat, reference))
            for wheat in self.exercise.wheats
        }
        backwards = None
        expected = {**self._expected(), **killers.of(self.exercise.path)}
        if self.of_solution or not self.program:  # an attendee's program is not edited
            # where results were kept, few tests are left to be planned
            trace = not self.known.was_kept and not self._is_foreseen(reference, expected)
            backwards = self._submit(VALIDITY, lambda: self._backwards(build, reference, trace))
        results = {name: future.result() for name, future in wheats.items()}
        runs = replace(runs, wheats=results)
        self.progress.valid(judge(self.exercise, runs, program=self.program))
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
            known, self.known = self.known, Nothing()
            if known.was_kept:
                return self._rest(build, runs, killers)
        runs = replace(runs, chaffs=self._on_chaffs(build, planner))
        killers.remember(self.exercise.path, planner.caught)
        return replace(runs, proven=planner.proves or planner.whole)

    def _on_chaffs(self, build: Build, planner: Planner) -> dict[str, Outcome]:
        chaffs = self.exercise.chaffs
        known = {chaff: _told_by(self.known.of(chaff)) for chaff in chaffs}
        for chaff, outcome in known.items():
            planner.learn(chaff, outcome)
        tried = {
            self._submit(self._urgency, lambda one=one: self._try(build, *one, planner)): one[0]
            for one in known.items()
        }
        for future in as_completed(tried):
            decision = decide(tried[future], future.result(), planner.reference)
            self.progress.decided(self.exercise, decision)
        outcomes = {chaff: future.result() for future, chaff in tried.items()}
        outcomes |= self._certain(build, outcomes, planner)
        return {chaff.name: outcome for chaff, outcome in outcomes.items()}

    def _certain(
        self, build: Build, outcomes: dict[Chaff, Outcome], planner: Planner
    ) -> dict[Chaff, Outcome]:
        """The outcomes with the tests of which it is not certain yet that they catch nothing."""
        again = {
            chaff: self._submit(
                self._urgency, lambda one=(chaff, outcome): self._more(build, *one, planner)
            )
            for chaff, outcome in outcomes.items()
            if planner.second_plan(chaff, outcome)
        }
        return {chaff: future.result() for chaff, future in again.items()}

    def _backwards(self, build: Build, reference: Outcome, trace: bool) -> Outcome:
        return self._run(build, plan=Plan([*reversed(reference.tests)]), trace=trace)

    def _on_wheat(self, build: Build, wheat: Wheat, reference: Outcome | None = None) -> Outcome:
        """What the tests do on a wheat; which there are may still have to be seen."""
        before = self.known.of(wheat)
        if reference and reference.tests.keys() <= before.keys():
            return _told_by(before)
        outcome = self._add(build, wheat, Plan(left_out=[*before]), before)
        return _told_by(before) if before and outcome.ended == "empty" else outcome

    def _try(self, build: Build, chaff: Chaff, known: Outcome, planner: Planner) -> Outcome:
        plan = planner.plan(chaff, known.tests)
        if plan is None:
            return known
        outcome = self._add(build, chaff, plan, known.tests)
        planner.learn(chaff, outcome)
        self.progress.ran(outcome)
        return outcome

    def _more(self, build: Build, chaff: Chaff, outcome: Outcome, planner: Planner) -> Outcome:
        plan = planner.second_plan(chaff, outcome)
        if plan is None:  # meanwhile, they have all caught something
            return outcome
        more = self._add(build, chaff, plan, outcome.tests)
        planner.learn(chaff, more)
        return more if more.finished else outcome

    def _add(self, build: Build, edit: Edit, plan: Plan, before: dict) -> Outcome:
        """Run what is planned, and add what is known before."""
        outcome = self._run(build, edit, plan=plan)
        self.known.learn(edit, outcome)
        return replace(outcome, tests=before | outcome.tests) if outcome.finished else outcome

    def _run(self, build: Build, edit: Edit | None = None, **how) -> Outcome:
        return run(self.runner, build, self.limits, edit, **how)

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


def _dropped(early: Mapping[str, Future]) -> Mapping[str, Future]:
    """Nothing of it; what runs already is over then."""
    wait([one for one in early.values() if not one.cancel()])
    return EMPTY


def _told_by(tests: dict) -> Outcome:
    return Outcome("finished", tests)
