"""Two runs of stress tests compared, test by test."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from src.stress.case import About, Result
from src.stress.report.outline import EVERYWHERE
from src.stress.run import Run
from src.stress.severity import Severity

Kind = Literal["worse", "better", "new", "gone", "same"]
KINDS: dict[Kind, str] = {
    "worse": "Worse",
    "better": "Better",
    "new": "New: judged in the second run only",
    "gone": "Gone: judged in the first run only",
    "same": "The same severity",
}
MOVED = "The same severity, but not in all places"
FACTS = ("model", "reference", "evaluation", "task", "seed")


@dataclass(frozen=True)
class Change:
    """A test in two runs; what was not judged is None.

    Attributes:
        test: which one.
        was: its result in the first run.
        now: its result in the second run.
    """

    test: About
    was: Result | None
    now: Result | None

    @property
    def kind(self) -> Kind:
        """What became of it."""
        if self.was is None or self.now is None:
            return "new" if self.was is None else "gone"
        if self.was.severity == self.now.severity:
            return "same"
        return "worse" if self.now.severity > self.was.severity else "better"

    @property
    def appeared(self) -> list[str]:
        """Subjects of medium or high severity that were not so in the first run."""
        return [subject for subject in _severe(self.now) if subject not in _severe(self.was)]

    @property
    def cleared(self) -> list[str]:
        """Subjects that were of medium or high severity, and are not any more; judged by both."""
        if self.now is None:
            return []
        return [subject for subject in _severe(self.was) if subject not in _severe(self.now)]

    @property
    def has_moved(self) -> bool:
        """Whether it is severe at other places than it was, or was not so by these thresholds."""
        return bool(self.appeared or self.cleared or self.is_graded_otherwise)

    @property
    def is_graded_otherwise(self) -> bool:
        """Whether the thresholds differ, so that a severity says something else."""
        both = self.was is not None and self.now is not None
        return both and self.was.thresholds != self.now.thresholds


@dataclass(frozen=True)
class Comparison:
    """How the second run differs from the first."""

    first: Run
    second: Run
    changes: tuple[Change, ...]

    @cached_property
    def by_kind(self) -> dict[Kind, list[Change]]:
        """The tests by what became of them, each kind in the order of the catalogue."""
        return {kind: [each for each in self.changes if each.kind == kind] for kind in KINDS}

    @property
    def facts(self) -> dict[str, tuple[str, str]]:
        """What else differs between the runs, as the model: what it was, and what it is."""
        pairs = {name: (getattr(self.first, name), getattr(self.second, name)) for name in FACTS}
        return {name: (str(was), str(now)) for name, (was, now) in pairs.items() if was != now}

    @property
    def verdict(self) -> str:
        """What it comes to, in a sentence."""
        numbers = {kind: len(changes) for kind, changes in self.by_kind.items()}
        told = ", ".join(f"{count} {kind}" for kind, count in numbers.items() if count)
        return f"Of {len(self.changes)} tests: {told}." if told else "No test was judged."


def compare(first: Run, second: Run) -> Comparison:
    """Compare two runs; tests that neither could judge are left out."""
    before, after = _judged(first), _judged(second)
    tests = {name: (after.get(name) or before[name]).test for name in after | before}
    changes = (Change(test, before.get(name), after.get(name)) for name, test in tests.items())
    return Comparison(first, second, tuple(changes))


def _judged(run: Run) -> dict[str, Result]:
    return {result.test.name: result for result in run.results if result.worst is not None}


def _severe(result: Result | None) -> list[str]:
    cases = result.cases if result else ()
    severe = [case for case in cases if (case.severity or Severity.NONE) >= Severity.MEDIUM]
    return list(dict.fromkeys(case.observation.subject or EVERYWHERE for case in severe))
