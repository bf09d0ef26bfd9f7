"""What one run of the tests showed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checker.report import Event, events

HOW_IT_ENDED = {
    "collection_error": "the file cannot be imported",
    "import_error": "the edited module cannot be imported",
    "skipped": "the whole file is skipped",
    "empty": "no test was collected: pytest looks for functions called test_something",
    "crashed": "the run ended before its tests did",
    "timeout": "the run took longer than its time limit and was ended",
    "flooded": "the run printed without end and was ended",
    "out_of_memory": "the run asked for more memory than its limit",
    "overfilled": "the run wrote more to the disk than its limit and was ended",
    "overcrowded": "the run started more processes than its limit and was ended",
    "forked": "a test forked, and the copy came back from it to run the other tests again",
}
STOPPED = "something stopped pytest"
DAMAGED = "something wrote into the checker's notes on it"
ORDINARY = (0, 1, 5)  # pytest's own status: all passed, some failed, none collected


@dataclass(frozen=True)
class TestResult:
    """How one test ended: passed, failed, todo, skipped or xfailed."""

    __test__ = False  # no test case, whatever pytest makes of the name

    outcome: str
    message: str = ""
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Reach:
    """Which lines of the application each test ran, and which tests ran more than could be seen."""

    lines: Mapping[str, Mapping[str, list[int]]]  # test -> file -> lines
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """How a run ended (`finished`, or a key of HOW_IT_ENDED) and how each of its tests did."""

    ended: str
    tests: dict[str, TestResult] = field(default_factory=dict)  # by pytest's id, in order run
    detail: str = ""
    seconds: float = 0.0
    reach: Reach | None = None  # where it was asked for
    libraries: tuple[str, ...] = ()  # modules of others that it imported, where it was asked for

    @property
    def finished(self) -> bool:
        """Whether every collected test ran to its end."""
        return self.ended == "finished"

    @property
    def passed(self) -> list[str]:
        """The ids of the tests that passed."""
        return self.with_outcome("passed")

    @property
    def failed(self) -> list[str]:
        """The ids of the tests that failed."""
        return self.with_outcome("failed")

    def with_outcome(self, outcome: str) -> list[str]:
        """The ids of the tests that ended so."""
        return [test for test, result in self.tests.items() if result.outcome == outcome]

    @property
    def explanation(self) -> str:
        """Why the run does not count, in a sentence."""
        told = HOW_IT_ENDED[self.ended]
        return f"{told}: {self.detail.removesuffix('.')}." if self.detail else f"{told}."


def read(report: str, status: int, seconds: float) -> Outcome:
    """The outcome that a child's report tells; one that is not whole is a crash."""
    try:
        told = events(report)
    except ValueError:  # the child died in the middle of a line, or a test wrote into the report
        detail = _status(status) if status else DAMAGED
        return Outcome("crashed", detail=detail, seconds=seconds)
    of = {event.event: event for event in told}
    for ended in ("misfit", "unfit", "import_error", "collection_error", "skipped", "forked"):
        if ended in of:
            return Outcome(ended, detail=of[ended].message, seconds=seconds)
    tests = {
        event.id: TestResult(event.outcome, event.message, event.seconds)
        for event in told
        if event.event == "test"
    }
    ended, detail = _ended(of, tests, status)
    reach = Reach(of["reach"].lines, of["reach"].unseen) if "reach" in of else None
    libraries = of["libraries"].modules if "libraries" in of else ()
    return Outcome(ended, tests if ended != "empty" else {}, detail, seconds, reach, libraries)


def _ended(of: dict[str, Event], tests: Mapping[str, TestResult], status: int) -> tuple[str, str]:
    if "stopped" in of:
        return "crashed", f"{STOPPED}: {of['stopped'].message}"
    if "finished" not in of or status != 0:
        return "crashed", _status(status)
    collected = set(of["collected"].tests) if "collected" in of else set()
    if "enough" in of:
        stopped = not tests.keys() <= collected
    else:
        stopped = of["finished"].status not in ORDINARY or collected != tests.keys()
    stopped = stopped or any(result.outcome is None for result in tests.values())
    if stopped and (collected or of["finished"].status not in ORDINARY):
        return "crashed", STOPPED
    if not collected:
        return "empty", ""
    starved = any(result.outcome == "out_of_memory" for result in tests.values())
    return ("out_of_memory" if starved else "finished"), ""


def _status(status: int) -> str:
    if status < 0:
        return f"the process was killed by signal {-status}"
    return f"the process ended with status {status}"
