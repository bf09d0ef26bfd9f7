"""What a stress test gets to work with."""

import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from src.stress.model import Model
from src.stress.table import Column, Table, describe

SAMPLE = 200  # rows that a transformation is tried on


@dataclass(frozen=True)
class Context:
    """Reference data, evaluation data and the model; no test may change any of it.

    Attributes:
        reference: what the model knows, as its training data.
        evaluation: what it is tested with.
        model: None where there is no model, but only data, or data with recorded predictions.
        seed: decides all chances; see `rng`.
        excluded: columns that no test looks at alone; the model still gets them.
        protected: columns that name people's groups, as sex or age.
        classes: in the order of probabilities' columns; where they are not given, the model's,
            else those of the labels, sorted.
    """

    reference: Table
    evaluation: Table
    model: Model | None = None
    seed: int = 0
    excluded: frozenset[str] = frozenset()
    protected: tuple[str, ...] = ()
    classes: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the classes where they are not given."""
        if not self.classes:
            object.__setattr__(self, "classes", classes_of(self.model, self.reference.labels))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """What the reference data shows of each column, but those that are excluded."""
        shown = describe(self.reference.frame)
        return tuple(column for column in shown if column.name not in self.excluded)

    def rng(self, *names: str) -> np.random.Generator:
        """Random numbers for a purpose: always the same ones, whatever else runs."""
        return np.random.default_rng([self.seed, zlib.crc32("/".join(names).encode())])

    @cached_property
    def sample(self) -> np.ndarray:
        """Positions of evaluation rows that transformations are tried on, in order.

        They are the same for each test, and at most SAMPLE.
        """
        rows = len(self.evaluation)
        chosen = self.rng("sample").choice(rows, size=min(SAMPLE, rows), replace=False)
        return np.sort(chosen)

    @cached_property
    def sample_frame(self) -> pd.DataFrame:
        """The rows of the sample, with the index 0, 1, 2, ...; a test changes a copy of it."""
        return self.evaluation.frame.iloc[self.sample].reset_index(drop=True)

    @cached_property
    def sample_probabilities(self) -> np.ndarray:
        """What the model answers for the sample as it is.

        Raises:
            ModelError: it cannot answer.
        """
        return self.model.predict_proba(self.sample_frame)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Probabilities for the evaluation data: those recorded, else what the model answers.

        Raises:
            ModelError: it cannot answer.
        """
        return self._probabilities(self.evaluation)

    @cached_property
    def reference_probabilities(self) -> np.ndarray:
        """Probabilities for the reference data: those recorded, else what the model answers.

        Raises:
            ModelError: it cannot answer.
        """
        return self._probabilities(self.reference)

    @property
    def has_predictions(self) -> bool:
        """Whether there are probabilities for the evaluation data."""
        return self.model is not None or self.evaluation.predictions is not None

    def _probabilities(self, table: Table) -> np.ndarray:
        if table.predictions is not None:
            return table.predictions
        return self.model.predict_proba(table.frame)


def classes_of(model: Model | None, labels: np.ndarray | None) -> list[Any]:
    """Answer the model's classes, else those of the labels, sorted; none where neither is there."""
    if model is not None:
        return list(model.classes)
    return [] if labels is None else sorted(pd.unique(labels).tolist())
