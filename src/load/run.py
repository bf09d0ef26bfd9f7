"""One run of load on one model: what was measured, and whether that is good enough."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from src.load.figures import Figures
from src.load.generator import LATE, STOPPED
from src.load.selection import Combination

PASSED, MISSED, INTERRUPTED, BROKEN = "passed", "missed", "interrupted", "broken"


@dataclass(frozen=True)
class Run:
    """A run, whole or as far as it got.

    Attributes:
        dataset, model: what was asked.
        number: 1 for the first run of this combination.
        status: "passed", "missed", "interrupted", or "broken" where Locust could not do it.
        figures: what was measured.
        missed: a sentence for each budget that was not held, and for what else went wrong.
        users: how many there were in the end.
        errors: kinds of failures with how often each occurred, the most frequent first.
        versions: how many requests each model id answered.
        is_generator_busy: whether Locust used its core up, and was itself what was slow.
        curve: the run second by second.
        folder: where Locust's files are, in that of the test.
    """

    dataset: str
    model: str
    number: int
    status: str
    figures: Figures = field(default_factory=Figures)
    missed: tuple[str, ...] = ()
    users: int = 0
    errors: tuple[dict[str, Any], ...] = ()
    versions: dict[str, int] = field(default_factory=dict)
    is_generator_busy: bool = False
    curve: tuple[dict[str, float], ...] = ()
    folder: str = ""

    @property
    def name(self) -> str:
        """What it is called where there are several."""
        again = f" (run {self.number})" if self.number > 1 else ""
        return f"{self.dataset} {self.model}{again}"


def read_run(folder: Path, combination: Combination, end: str, last_words: str) -> Run:
    """Answer the run whose result Locust's process left in a folder.

    Args:
        folder: of the run.
        combination: what was asked.
        end: how Locust ended, as Generator.follow says.
        last_words: of Locust's log, for where there is no result.
    """
    asked = asdict(combination) | {"folder": folder.name}
    try:
        result = json.loads((folder / "result.json").read_bytes())
    except (OSError, ValueError):
        if end == STOPPED:
            return Run(**asked, status=INTERRUPTED)
        why = f"Locust {_ways(end)} without a result: {last_words or 'its log is empty'}"
        return Run(**asked, status=BROKEN, missed=(why,))
    status = MISSED if result["missed"] else PASSED
    if result.pop("interrupted"):
        status = INTERRUPTED if end == STOPPED else BROKEN
    figures = Figures(**result.pop("figures"))
    lists = {name: tuple(result.pop(name)) for name in ("missed", "errors", "curve")}
    return Run(**asked, status=status, figures=figures, **lists, **result)


def _ways(end: str) -> str:
    return "did not end in time, and was ended" if end == LATE else "ended"
