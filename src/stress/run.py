"""One run of stress tests: of what, and what came out."""

from dataclasses import dataclass

from src.stress.case import Result
from src.stress.severity import Severity


@dataclass(frozen=True)
class Run:
    """A run, whole or as far as it got.

    Attributes:
        run_id: by which the store knows it.
        name: as the configuration calls it.
        project, model, reference, evaluation: names of what was registered.
        task: as MODEL_TASK_BINARY_CLASSIFICATION.
        seed: that decided all chances.
        status: of the job; see ``src.stress.job``.
        started_at, finished_at: UTC times in ISO format, "" where not yet.
        results: one a test, in the order of the catalogue.
    """

    run_id: str
    name: str
    project: str
    model: str
    reference: str
    evaluation: str
    task: str
    seed: int
    status: str
    started_at: str
    finished_at: str
    results: tuple[Result, ...] = ()

    @property
    def severity(self) -> Severity:
        """The worst of the results."""
        return max((result.severity for result in self.results), default=Severity.NONE)
