"""All that a process needs to know to make load: what to send, and what is right in return."""

import json
import random
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from src.load.answers import PROBA, Answers
from src.load.budgets import Budgets


@dataclass(frozen=True)
class Plan:
    """A run of load on one model, as it is written to a file and sent to other machines.

    Attributes:
        dataset: what the model was trained on.
        model: which kind of model.
        method: "predict" or "predict_proba"; None leaves it to the server.
        classes: of the dataset.
        rows: data points, as the server takes them; each request has one.
        expected: by model id, the prediction of each row, None where it is not known.
        shortest_wait, longest_wait: seconds between two requests of a user.
        timeout: seconds after which a request without an answer has failed.
        budgets: what decides whether the run is passed.
    """

    dataset: str
    model: str
    method: str | None
    classes: list[int | str]
    rows: list[dict[str, Any]]
    expected: dict[str, list[Any]]
    shortest_wait: float
    longest_wait: float
    timeout: float
    budgets: dict[str, float | None] = field(default_factory=dict)

    @classmethod
    def read(cls, file: str | Path) -> "Plan":
        """Read a file that has what to_json wrote."""
        return cls.from_json(Path(file).read_text(encoding="utf-8"))

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """Read what to_json wrote."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        """Answer it as text, for a file or another machine."""
        return json.dumps(asdict(self))

    @property
    def path(self) -> str:
        """Where on the server requests go."""
        query = {"dataset": self.dataset, "model": self.model, "method": self.method}
        given = {name: value for name, value in query.items() if value is not None}
        return f"/invocation?{urlencode(given)}"

    def bodies(self) -> list[bytes]:
        """Answer the body of the request for each row."""
        return [json.dumps(row).encode() for row in self.rows]

    def answers(self) -> Answers:
        """Answer what tells whether an answer is right."""
        expected = {
            model_id: {row: known for row, known in enumerate(predictions) if known is not None}
            for model_id, predictions in self.expected.items()
        }
        return Answers(self.classes, self.method, expected)

    def limits(self) -> Budgets:
        """Answer the budgets."""
        return Budgets(**self.budgets)


class Draw:
    """Draws rows by chance, each class as often as the others.

    A server that mixes up requests shows only where two of them have different answers, which of
    100 rows with two frauds are few.
    """

    def __init__(self, plan: Plan) -> None:
        """Group the rows of a plan by what they are answered, as far as that is known."""
        groups: dict[Any, list[int]] = {}
        known = next(iter(plan.expected.values()), [None] * len(plan.rows))
        for row, prediction in enumerate(known):
            groups.setdefault(None if plan.method == PROBA else prediction, []).append(row)
        self._groups = list(groups.values())

    def __call__(self) -> int:
        """Answer the number of a row."""
        return random.choice(random.choice(self._groups))
