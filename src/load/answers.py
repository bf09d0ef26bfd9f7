"""Whether an answer of the server is right: not only its status, also what it says.

Nothing here knows Locust, so that tests and other programs may use it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

PROBA = "predict_proba"
TOLERANCE = 1e-9  # of a probability: what another order of summing may change


class Answers:
    """Knows what the rows of a run are answered, by each version of the model."""

    def __init__(
        self,
        classes: Sequence[int | str],
        method: str | None = None,
        expected: Mapping[str, Mapping[int, Any]] | None = None,
    ) -> None:
        """Know what can be known beforehand.

        Args:
            classes: of the dataset.
            method: "predict" or "predict_proba"; None is the server's default, "predict".
            expected: by model id, the prediction of each row whose prediction is known. What is
                not known, as that of a version deployed meanwhile, the first answer tells:
                the same version answers the same row always alike.
        """
        self._classes = {(type(name), name) for name in classes}
        self._names = {str(name) for name in classes}
        self._is_proba = method == PROBA
        self._expected = {name: dict(known) for name, known in (expected or {}).items()}
        self.versions: dict[str, int] = {}  # how often each version answered

    def problem(self, row: int, status: int, body: bytes) -> str | None:
        """Answer what is wrong with the answer for a row; None where it is right.

        A problem's wording does not tell the row, so that a report can count them by kind.
        """
        if status != 200:
            return f"status {status}"
        try:
            answer = json.loads(body)
        except ValueError:
            return "wrong answer: not JSON"
        if not isinstance(answer, dict):
            return "wrong answer: not a JSON object"
        predictions, model_id = answer.get("predictions"), answer.get("model_id")
        if not (isinstance(predictions, list) and len(predictions) == 1):
            return "wrong answer: not one prediction for one row"
        if not (isinstance(model_id, str) and model_id):
            return "wrong answer: no model id"
        return self._problem(row, predictions[0], model_id)

    def _problem(self, row: int, prediction: Any, model_id: str) -> str | None:
        self.versions[model_id] = self.versions.get(model_id, 0) + 1
        problem = self._malformed(prediction)
        if problem:
            return problem
        known = self._expected.setdefault(model_id, {}).setdefault(row, prediction)
        if known is not prediction and not self._same(known, prediction):
            return "wrong answer: not what this version answers for this row"
        return None

    def _malformed(self, prediction: Any) -> str | None:
        if not self._is_proba:
            hashable = isinstance(prediction, int | str)
            is_class = hashable and (type(prediction), prediction) in self._classes
            return None if is_class else "wrong answer: no class of the dataset"
        if not isinstance(prediction, dict) or prediction.keys() != self._names:
            return "wrong answer: not a probability for each class"
        if not all(_is_probability(value) for value in prediction.values()):
            return "wrong answer: a probability that is none"
        if abs(math.fsum(prediction.values()) - 1) > 1e-6:
            return "wrong answer: probabilities that do not add up to 1"
        return None

    def _same(self, known: Any, prediction: Any) -> bool:
        if not self._is_proba:
            return known == prediction
        return all(abs(known[name] - prediction[name]) <= TOLERANCE for name in known)


def _is_probability(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
