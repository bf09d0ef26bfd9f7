"""Tries an exercise's tests on its wheats and chaffs, as far as it is not known what they do."""

from collections.abc import Callable
from concurrent.futures import Future, as_completed
from dataclasses import replace

from checker.course import Chaff, Edit, Exercise, Wheat
from checker.known import Known
from checker.outcome import Outcome
from checker.plan import Plan, Planner
from checker.progress import Progress
from checker.verdict import decide


class Trials:
    """The trials of one submission's tests of one exercise.

    Args:
        exercise: Whose wheats and chaffs.
        known: What the tests did before; it learns what they do.
        run: Runs the tests on one version, as planned.
    """

    def __init__(self, exercise: Exercise, known: Known, run: Callable[..., Outcome]):
        self.exercise, self.known, self._run = exercise, known, run

    def on_correct(self, version: Wheat | None, reference: Outcome | None = None) -> Outcome:
        """What the tests do on a correct version: a wheat, or for None the reference.

        Without the outcome on the reference, which tests there are has still to be seen.
        """
        before = self.known.of(version)
        if reference and reference.tests.keys() <= before.keys():
            return _told_by(before)
        outcome = self._add(version, Plan(left_out=[*before]), before)
        return _told_by(before) if before and outcome.ended == "empty" else outcome

    def on_chaffs(
        self, planner: Planner, submit: Callable[[Callable], Future], progress: Progress
    ) -> dict[str, Outcome]:
        """What the tests do on each chaff, by its name.

        Args:
            planner: Says which tests to run on it, and learns what they do.
            submit: Has a run done, beside others.
            progress: Is told of each chaff that is decided.
        """
        known = {chaff: _told_by(self.known.of(chaff)) for chaff in self.exercise.chaffs}
        for chaff, outcome in known.items():
            planner.learn(chaff, outcome)
        tried = {
            submit(lambda one=one: self._try(*one, planner, progress)): one[0]
            for one in known.items()
        }
        for future in as_completed(tried):
            decision = decide(tried[future], future.result(), planner.reference)
            progress.decided(self.exercise, decision)
        outcomes = {chaff: future.result() for future, chaff in tried.items()}
        # the tests of which it is not certain yet that they catch nothing
        again = {
            chaff: submit(lambda one=(chaff, outcome): self._more(*one, planner))
            for chaff, outcome in outcomes.items()
            if planner.second_plan(chaff, outcome)
        }
        outcomes |= {chaff: future.result() for chaff, future in again.items()}
        return {chaff.name: outcome for chaff, outcome in outcomes.items()}

    def _try(self, chaff: Chaff, known: Outcome, planner: Planner, progress: Progress) -> Outcome:
        plan = planner.plan(chaff, known.tests)
        if plan is None:
            return known
        outcome = self._add(chaff, plan, known.tests)
        planner.learn(chaff, outcome)
        progress.ran(outcome)
        return outcome

    def _more(self, chaff: Chaff, outcome: Outcome, planner: Planner) -> Outcome:
        plan = planner.second_plan(chaff, outcome)
        if plan is None:  # meanwhile, they have all caught something
            return outcome
        more = self._add(chaff, plan, outcome.tests)
        planner.learn(chaff, more)
        return more if more.finished else outcome

    def _add(self, edit: Edit | None, plan: Plan, before: dict) -> Outcome:
        """Run what is planned, and add what is known before."""
        outcome = self._run(edit, plan=plan)
        self.known.learn(edit, outcome)
        return replace(outcome, tests=before | outcome.tests) if outcome.finished else outcome


def _told_by(tests: dict) -> Outcome:
    return Outcome("finished", tests)
