"""From what the runs showed to what the attendee's tests are worth."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checker.course import Chaff, Exercise
from checker.outcome import Outcome

REPEATABLE = ("finished", "collection_error", "import_error", "skipped", "empty")
NAMED = 3  # tests of which the same is said
NOTHING_CHECKED = "Every test is skipped or expected to fail: nothing is checked."


@dataclass(frozen=True)
class Runs:
    """The outcomes of one exercise: on the reference first, and where that is fine on the rest."""

    reference: Outcome
    backwards: Outcome | None = None  # the reference again, tests in reverse order
    wheats: Mapping[str, Outcome] = field(default_factory=dict)  # by name
    chaffs: Mapping[str, Outcome] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    proven: bool = True  # whether a test that caught nothing has had the chance on every chaff

    @property
    def can_be_kept(self) -> bool:
        """Whether the same runs would end the same: no limit of time or memory was met."""
        return all(outcome.ended in REPEATABLE for outcome in _all(self))


@dataclass(frozen=True)
class ChaffVerdict:
    """Whether a planted bug was caught (None: not tried), and by which tests."""

    name: str
    story: str
    hint: str
    caught: bool | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class WheatVerdict:
    """Whether the tests passed on another correct version (None: not tried)."""

    name: str
    promise: str
    passed: bool | None = None


@dataclass(frozen=True)
class Verdict:
    """What one exercise's tests are worth: todo, invalid, partial or done, and why."""

    exercise: Exercise
    status: str
    cases: int
    chaffs: tuple[ChaffVerdict, ...]
    wheats: tuple[WheatVerdict, ...]
    messages: tuple[str, ...]
    idle: tuple[str, ...]  # tests that catch nothing
    seconds: float

    @property
    def caught(self) -> list[ChaffVerdict]:
        """The bugs that the tests found."""
        return [chaff for chaff in self.chaffs if chaff.caught]

    @property
    def got_away(self) -> list[ChaffVerdict]:
        """The bugs that the tests let pass."""
        return [chaff for chaff in self.chaffs if chaff.caught is False]


def is_fine(reference: Outcome) -> bool:
    """Whether the run on the reference leaves something to judge: a test passes and none fails."""
    return reference.finished and bool(reference.passed) and not reference.failed


def decide(chaff: Chaff, outcome: Outcome | None, reference: Outcome) -> ChaffVerdict:
    """Whether a bug is caught: a test fails on it that passes on the reference."""
    verdict = ChaffVerdict(chaff.name, chaff.story, chaff.hint)
    if outcome is None:
        return verdict
    by = tuple(map(_short, _failing_here(outcome, reference))) if outcome.finished else ()
    return replace(verdict, caught=bool(by), by=by)


def judge(exercise: Exercise, runs: Runs, *, program: bool = False) -> Verdict:
    """The verdict on one exercise.

    Args:
        exercise: What was asked for.
        runs: What was seen.
        program: The attendee wrote a program, and the tests that ran on it are ours: a failing
            one is work left, not a fault in the attendee's tests.
    """
    chaffs = tuple(
        decide(chaff, runs.chaffs.get(chaff.name), runs.reference)
        for chaff in exercise.chaffs
        if _tried(chaff, runs, program)
    )
    wheats = tuple(_wheat(wheat, runs) for wheat in exercise.wheats)
    faults = _faults_of_program(runs.reference) if program else _faults(runs, wheats)
    return Verdict(
        exercise=exercise,
        status=_status(exercise, runs, faults, chaffs, program),
        cases=len(runs.reference.passed) if runs.reference.finished else 0,
        chaffs=chaffs,
        wheats=wheats,
        messages=(*faults, *_remarks(runs, program), *runs.notes),
        idle=_idle(runs, chaffs),
        seconds=round(sum(outcome.seconds for outcome in _all(runs)), 2),
    )


def _status(exercise, runs: Runs, faults: list[str], chaffs, program: bool) -> str:
    reference = runs.reference
    todo = reference.with_outcome("todo")
    if reference.finished and todo and not reference.passed and not reference.failed:
        return "todo"
    if faults and not (program and reference.finished):
        return "invalid"
    enough = len(reference.passed) >= exercise.at_least
    whole = enough and not todo and not faults
    return "done" if whole and all(chaff.caught for chaff in chaffs) else "partial"


def _faults(runs: Runs, wheats: tuple[WheatVerdict, ...]) -> list[str]:
    reference = runs.reference
    if not reference.finished:
        return [f"On the reference, {reference.explanation}"]
    if reference.failed:
        return [_failure(reference, test, "the reference") for test in reference.failed]
    if not reference.passed and not reference.with_outcome("todo"):
        return [NOTHING_CHECKED]
    return [_goes_beyond(wheat, runs) for wheat in wheats if wheat.passed is False]


def _goes_beyond(wheat: WheatVerdict, runs: Runs) -> str:
    outcome = runs.wheats[wheat.name]
    if not outcome.finished:
        return f"On another correct version ({wheat.name}), {outcome.explanation}"
    tests = _failing_here(outcome, runs.reference)
    fail = "fails" if len(tests) == 1 else "fail"
    return (
        f"{_listed(list(map(_short, tests)))} {fail} on another correct version ({wheat.name}): "
        f"{outcome.tests[tests[0]].message}. "
        f"That goes beyond what is promised: {wheat.promise}"
    )


def _faults_of_program(reference: Outcome) -> list[str]:
    if not reference.finished:
        return [f"The program could not be tried: {reference.explanation}"]
    by_message: dict[str, list[str]] = {}  # a crash of the program fails many tests alike
    for test in reference.failed:
        message = reference.tests[test].message.removeprefix("AssertionError: ")
        by_message.setdefault(message, []).append(_short(test))
    return [f"{_listed(tests)}: {message}" for message, tests in by_message.items()]


def _remarks(runs: Runs, program: bool) -> list[str]:
    reference = runs.reference
    remarks = []
    todo = _todo(reference)
    if reference.finished and todo and (reference.passed or reference.failed):
        what = "Meet a part that is still to be written" if program else "Still to be written"
        remarks.append(f"{what}: {_listed(todo)}.")
    if runs.backwards is not None:
        remarks += _remarks_on_order(runs.backwards, runs)
    remarks += [
        f"On the bug {name!r}, {outcome.explanation} That is no catch."
        for name, outcome in runs.chaffs.items()
        if not outcome.finished
    ]
    return remarks


def _remarks_on_order(backwards: Outcome, runs: Runs) -> list[str]:
    if not backwards.finished:
        return [f"In another order, {backwards.explanation}"]
    return [
        f"{_short(test)} passes only together with others: in another order it fails."
        for test in _failing_here(backwards, runs.reference)
    ]


def _wheat(wheat, runs: Runs) -> WheatVerdict:
    outcome = runs.wheats.get(wheat.name)
    passed = outcome and outcome.finished and not _failing_here(outcome, runs.reference)
    return WheatVerdict(wheat.name, wheat.promise, passed)


def _tried(chaff, runs: Runs, program: bool) -> bool:
    return not program or chaff.name in runs.chaffs


def _failing_here(outcome: Outcome, reference: Outcome) -> list[str]:
    """The tests that fail now and passed on the reference: the others prove nothing."""
    passed = set(reference.passed)
    return [test for test in outcome.failed if test in passed]


def _idle(runs: Runs, chaffs: tuple[ChaffVerdict, ...]) -> tuple[str, ...]:
    if not runs.chaffs or not runs.proven:
        return ()
    busy = {_function(test) for chaff in chaffs for test in chaff.by}
    tests = dict.fromkeys(_function(_short(test)) for test in runs.reference.passed)
    return tuple(test for test in tests if test not in busy)


def _todo(outcome: Outcome) -> list[str]:
    return list(dict.fromkeys(_function(_short(test)) for test in outcome.with_outcome("todo")))


def _listed(names: list[str]) -> str:
    """Such as `a, b, c and 9 more`."""
    shown, rest = names[:NAMED], len(names) - NAMED
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def _failure(outcome: Outcome, test: str, where: str) -> str:
    return f"{_short(test)} fails on {where}: {outcome.tests[test].message}."


def _short(test: str) -> str:
    return test.split("::", 1)[-1]


def _function(test: str) -> str:
    return test.split("[", 1)[0]


def _all(runs: Runs) -> list[Outcome]:
    again = [runs.backwards] if runs.backwards else []
    return [runs.reference, *again, *runs.wheats.values(), *runs.chaffs.values()]
