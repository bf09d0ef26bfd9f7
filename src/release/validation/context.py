"""What the steps of a validation are given, and what they hand on to each other."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, Settings
from src.errors import UserError
from src.release.release import Release
from src.utils import find_experiment

if TYPE_CHECKING:
    from src.release.validation.data import Findings
    from src.release.validation.evaluation import Evaluation


@dataclass
class Context:
    """The part above the blank line is given, the rest comes from the steps, each for later ones.

    Attributes:
        release: of the dataset and the model; the steps ask its registry too.
        judge: called with the release, answers a Judgement of its canary.
        share: which part of the requests a canary answers.
        wait: seconds, at most, for the decision about it.
        sleep: called with seconds between two looks at it.
        clock: answers seconds, from any start.
        progress: called with what was done last and which part of the training is done.
    """

    dataset: str
    model: str
    seed: int
    settings: Settings
    release: Release
    judge: Callable[[Release], Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    share: float = 0.1
    wait: float = 0.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    progress: Callable[[str, float], None] = lambda what, done: None

    model_id: str | None = None
    data_hash: str | None = None
    data: "Findings | None" = None
    evaluation: "Evaluation | None" = None
    judgement: Any = None

    @property
    def run_dir(self) -> Path:
        """Folder of the candidate's training run.

        Raises:
            UserError: there is no candidate, or no run of it here.
        """
        if self.model_id is None:
            raise UserError("there is none: give --model-id, or run training before it")
        return find_experiment(self.model_id, self.settings.output_dir)

    @property
    def arguments(self) -> str:
        """Arguments of the command line that name the candidate."""
        kind = {"dataset": (self.dataset, DEFAULT_DATASET), "model": (self.model, DEFAULT_MODEL)}
        named = [f"--{name} {value}" for name, (value, usual) in kind.items() if value != usual]
        return " ".join([*named, *([f"--model-id {self.model_id}"] if self.model_id else [])])
