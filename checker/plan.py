"""Which of the tests run on a chaff, and in which order: those that may catch it first."""

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache
from types import MappingProxyType

from checker.course import Course, Edit
from checker.outcome import Outcome, TestResult
from checker.syntax import tree_of

EMPTY: Mapping = MappingProxyType({})
FAR = 5  # times less likely to notice: a test that, to all appearance, never comes by


@dataclass(frozen=True)
class Plan:
    """What to run: all tests in the file's order where `tests` is None, but for those `left_out`.

    Or `backwards`, in the reverse of that order.

    `others` are the tests that the plan does not know. Once a test of `counts` has failed, and only
    tests of `spared` are left, the run is over.
    """

    tests: Sequence[str] | None = None
    others: bool = True
    left_out: Sequence[str] = ()
    backwards: bool = False
    counts: Sequence[str] = ()
    spared: Sequence[str] = ()

    def without(self, known: Collection[str], tests: Iterable[str]) -> "Plan | None":
        """The plan for what is not known of these tests; None where there is nothing left."""
        if not known:
            return self
        left = [test for test in tests if test not in known]
        return replace(self, tests=left, others=False) if left else None

    def as_job(self) -> dict:
        """As plain data, for the process that runs the tests."""
        tests = None if self.tests is None else list(self.tests)
        return {
            "tests": tests,
            "others": self.others,
            "left_out": list(self.left_out),
            "backwards": self.backwards,
            "counts": list(self.counts),
            "spared": list(self.spared),
        }


ALL, BACKWARDS = Plan(), Plan(backwards=True)


@dataclass
class Planner:
    """Plans the runs of one exercise's chaffs, and learns from each that is over.

    Every test runs on every chaff unless another has caught it: what the coverage of the clean run
    tells only puts tests first. A test that has not caught anything yet runs on each chaff that it
    reaches all the same, and in the end on the others too, so that tests that catch nothing are
    known for certain.

    Args:
        course: The reference, to look edits up in.
        reference: The clean run.
        backwards: The clean run in reverse order, which has noted what each test reaches.
        killers: Chaff -> the test that caught it the last time, or the name of a function that
            is expected to.
        whole: Whether every test runs on every chaff.
        proves: Whether it matters which tests catch nothing.
    """

    course: Course
    reference: Outcome
    backwards: Outcome
    killers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    proves: bool = True
    caught: dict[str, str] = field(default_factory=dict)  # chaff -> a test that catches it
    _busy: set[str] = field(default_factory=set)  # functions that have caught a chaff

    def __post_init__(self):
        self._expected = {function(test) for test in self.killers.values()}

    @property
    def order_matters(self) -> bool:
        """Whether tests pass or fail by what has run before them: then they are left alone."""
        return set(self.backwards.passed) != set(self.reference.passed)

    def plan(self, edit: Edit, known: Mapping[str, TestResult] = EMPTY) -> Plan | None:
        """The plan for a chaff of which this much is known; None where that is enough."""
        passed = self.reference.passed
        if self.whole or self.order_matters:
            plan = Plan(self.reference.tests.keys(), counts=passed)
            return plan.without(known, plan.tests)
        reaching = set(self._reaching(edit))
        hopeful = sorted(passed, key=lambda test: self._cost(test, reaching))
        unproven = [test for test in hopeful if test in reaching and self._is_unproven(test)]
        killer = [test for test in hopeful if self._is_expected(test, edit)]
        order = dict.fromkeys([*killer, *unproven, *hopeful, *self.reference.tests])
        spared = order.keys() - set(unproven)
        plan = Plan([*order], counts=passed, spared=sorted(spared))
        caught = any(test in passed for test in known if known[test].outcome == "failed")
        return plan.without(known, unproven if caught else order)

    def learn(self, edit: Edit, outcome: Outcome) -> None:
        """Remember who caught something."""
        passed = set(self.reference.passed)
        failed = [test for test in outcome.failed if outcome.finished and test in passed]
        # of several the one that has not caught anything: it need not be proven the next time
        first = [test for test in failed if function(test) not in self._busy] or failed
        self._busy |= {function(test) for test in failed}
        if failed:
            self.caught[edit.name] = first[0]

    def second_plan(self, edit: Edit, outcome: Outcome) -> Plan | None:
        """What is left to run on a chaff to be certain of tests that have not caught anything.

        Also those that do not reach it, to all appearance: what one test has imported, cached or
        started, the next ones use unseen.
        """
        left = [
            test
            for test in self.reference.passed
            if self.proves and test not in outcome.tests and function(test) not in self._busy
        ]
        return Plan(left, others=False) if left and outcome.finished else None

    def _is_expected(self, test: str, edit: Edit) -> bool:
        return self.killers.get(edit.name) in (test, function(test))

    def _is_unproven(self, test: str) -> bool:
        return self.proves and function(test) not in self._busy | self._expected

    def _cost(self, test: str, reaching: set[str]) -> float:
        return self._seconds(test) * (1 if test in reaching else FAR)

    def _seconds(self, test: str) -> float:
        """Seconds that the test took, without what it was only the first to need."""
        return min(run.tests[test].seconds for run in (self.reference, self.backwards))

    def _reaching(self, edit: Edit) -> Iterable[str]:
        reach, tests = self.backwards.reach, self.reference.passed
        lines = edited_lines(edit, self.course)
        if reach is None or lines is None:
            return tests
        near = [
            test
            for test in tests
            if test in reach.unseen
            or not reach.lines.get(test)
            or not lines.isdisjoint(reach.lines[test].get(edit.file, ()))
        ]
        return near or tests


def edited_lines(edit: Edit, course: Course) -> set[int] | None:
    """The lines of the function that the edit changes; None for data, or outside of functions."""
    if edit.module is None:
        return None
    text = course.original(edit.file).read_text(encoding="utf-8")
    changed = _changed_lines(text, edit)
    around = [lines for lines in _functions(text) if {min(changed), max(changed)} <= set(lines)]
    return set(max(around, key=min)) if around else None


@lru_cache(maxsize=64)  # most files have many edits
def _functions(text: str) -> list[range]:
    """The lines of each function's body."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    functions = [node for node in ast.walk(tree_of(text)) if isinstance(node, kinds)]
    return [range(node.body[0].lineno, node.end_lineno + 1) for node in functions]


def _changed_lines(text: str, edit: Edit) -> set[int]:
    first = text[: text.index(edit.was)].count("\n") + 1
    was, now = edit.was.splitlines(), edit.now.splitlines()
    changed = set()
    for kind, begin, end, _, _ in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind != "equal":
            changed |= set(range(first + begin, first + max(end, begin + 1)))
    return changed or {first}


def function(test: str) -> str:
    """The name of a test without its file and parameters."""
    return test.split("::", 1)[-1].split("[", 1)[0]
