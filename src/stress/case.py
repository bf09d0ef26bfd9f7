"""What a stress test is, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from src.stress.severity import Severity, Thresholds

if TYPE_CHECKING:
    from src.stress.context import Context

Options = dict[str, Any]


class Skipped(Exception):
    """The test cannot be tried on this data; the message says why, in a few words."""


@dataclass(frozen=True)
class Observation:
    """What a test saw at one subject: a column, some columns, a slice, or all of the data.

    Attributes:
        value: what the thresholds grade, the larger the worse; None where it cannot be judged.
        told: one sentence for people, with the figures.
        subject: of what it is told, as "hitpoint" or "speed from 20 to 31.5"; "" is all of it.
        features: the columns that it is about.
        figures: what was observed, by name.
        rows: positions of rows of the evaluation data that show it, at most ten.
        error: what the model raised, where it did; that is of high severity.
    """

    value: float | None
    told: str
    subject: str = ""
    features: tuple[str, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class About:
    """What a test is about, for people.

    Attributes:
        name: as it is called in a configuration, as "unseen_category".
        category: as "transformations"; see ``src.stress.catalogue``.
        vulnerability: what may go wrong, in a sentence.
        does: what the test does about it, in a sentence.
        measure: what an observation's value is, as "share of predictions that change".
        advice: what to do where it finds something.
    """

    name: str
    category: str
    vulnerability: str
    does: str
    measure: str
    advice: str

    def __str__(self) -> str:
        """The name: pytest's ``ids=str``."""
        return self.name


@dataclass(frozen=True)
class StressTest(About):
    """One test against one vulnerability.

    Attributes:
        thresholds: from which values on it is of low, medium and high severity.
        observe: answers the observations, one a subject; none where the data has no such subject.
        options: what else can be configured, with defaults.
        needs_model: whether it asks the model.
    """

    thresholds: Thresholds
    observe: Callable[["Context", Options], Iterable[Observation]]
    options: Options = field(default_factory=dict)
    needs_model: bool = True


@dataclass(frozen=True)
class Case:
    """A graded observation; severity is None where it could not be judged."""

    severity: Severity | None
    observation: Observation


@dataclass(frozen=True)
class Result:
    """All cases of one test, and the thresholds that they were graded by.

    skipped tells why the test did not run; it is "" where it ran.
    """

    test: About
    thresholds: Thresholds
    cases: tuple[Case, ...] = ()
    skipped: str = ""

    @property
    def severity(self) -> Severity:
        """The worst of the cases; none where there is no case."""
        graded = [case.severity for case in self.cases if case.severity is not None]
        return max(graded, default=Severity.NONE)

    @property
    def worst(self) -> Case | None:
        """The case that the severity comes from, of several the one with the largest value."""
        graded = [case for case in self.cases if case.severity is not None]
        return max(graded, key=_badness, default=None)

    @property
    def gist(self) -> str:
        """One sentence: the worst that was seen, or why nothing was."""
        if self.worst:
            return self.worst.observation.told
        if self.skipped:
            return f"Skipped: {self.skipped}."
        return self.cases[0].observation.told if self.cases else ""

    def __repr__(self) -> str:
        """One line, as pytest shows what an assertion compared."""
        return f"<{self.test.name}: {self.severity}, {self.gist}>"

    def __str__(self) -> str:
        """The story, for the message of an assertion."""
        told = [f"{self.test.name}: {self.severity}. {self.gist}"]
        worst = self.worst
        if worst is None:
            return told[0]
        return "\n  ".join([*told, *_evidence(worst, self), f"What to do: {self.test.advice}"])


def _evidence(case: Case, result: Result) -> list[str]:
    seen, limits = case.observation, result.thresholds
    told = [f"What may go wrong: {result.test.vulnerability}"]
    if seen.value is not None:
        told.append(
            f"{result.test.measure}: {seen.value:.4g} (low from {limits.low:g}, "
            f"medium from {limits.medium:g}, high from {limits.high:g})"
        )
    if seen.figures:
        told.append(", ".join(f"{name}: {value:.4g}" for name, value in seen.figures.items()))
    if seen.rows:
        told.append(f"rows of the evaluation data: {', '.join(map(str, seen.rows))}")
    return told


def _badness(case: Case) -> tuple[Severity, float]:
    value = case.observation.value
    return case.severity, float("inf") if value is None else value
