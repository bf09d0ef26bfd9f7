"""What one run of the tests showed."""

import json
from dataclasses import dataclass, field

HOW_IT_ENDED = {
    "collection_error": "the file cannot be imported",
    "import_error": "the edited module cannot be imported",
    "skipped": "the whole file is skipped",
    "empty": "no test was collected: pytest looks for functions called test_something",
    "crashed": "the run ended before its tests did",
    "timeout": "the run took longer than its time limit and was ended",
    "flooded": "the run printed without end and was ended",
    "out_of_memory": "the run asked for more memory than its limit",
}
STOPPED = "something stopped pytest"
ORDINARY = (0, 1, 5)  # pytest's own status: all passed, some failed, none collected


@dataclass(frozen=True)
class TestResult:
    """How one test ended: passed, failed, todo, skipped or xfailed."""

    __test__ = False  # no test case, whatever pytest makes of the name

    outcome: str
    message: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a run ended (`finished`, or a key of HOW_IT_ENDED) and how each of its tests did."""

    ended: str
    tests: dict[str, TestResult] = field(default_factory=dict)  # by pytest's id, in order run
    detail: str = ""
    seconds: float = 0.0

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
        events = [json.loads(line) for line in report.splitlines()]
    except json.JSONDecodeError:  # the child died in the middle of a line
        return Outcome("crashed", detail=_status(status), seconds=seconds)
    of = {event["event"]: event for event in events}
    tests = {
        event["id"]: TestResult(event["outcome"], event["message"])
        for event in events
        if event["event"] == "test"
    }
    for ended in ("import_error", "collection_error", "skipped"):
        if ended in of:
            return Outcome(ended, detail=of[ended]["message"], seconds=seconds)
    if "finished" not in of or status != 0:
        return Outcome("crashed", tests, detail=_status(status), seconds=seconds)
    if of["finished"]["status"] not in ORDINARY:
        return Outcome("crashed", tests, detail=STOPPED, seconds=seconds)
    if not of.get("collected", {}).get("tests"):
        return Outcome("empty", seconds=seconds)
    if set(of["collected"]["tests"]) != set(tests):
        return Outcome("crashed", tests, detail=STOPPED, seconds=seconds)
    if any(result.outcome == "out_of_memory" for result in tests.values()):
        return Outcome("out_of_memory", tests, seconds=seconds)
    return Outcome("finished", tests, seconds=seconds)


def _status(status: int) -> str:
    if status < 0:
        return f"the process was killed by signal {-status}"
    return f"the process ended with status {status}"
