"""What is known of a trained model: how good it is, what determined it, its artifacts."""

import dataclasses
import json
from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter, ValidationError

from src.errors import UserError
from src.train.specification import Serving


@dataclass(frozen=True)
class Report:
    """The content of a report.json: how good a model is, and its specification.

    The specification of the training is what determined the model, and the platform; that of
    serving is what the model takes and answers. An older report has no serving.

    Log losses are natural logarithms; the deviation is that of the folds as a population
    (NumPy's default, ddof=0). Hashes are SHA-256; artifacts has one for each file beside the
    report.
    """

    model_id: str
    test_log_loss: float
    mean_cv_log_loss: float
    std_cv_log_loss: float
    cv_log_losses: list[float]
    dataset: str
    model: str
    parameters: dict[str, object]
    seed: int
    data_hash: str
    code_hash: str
    packages: dict[str, str]
    artifacts: dict[str, str]
    trained_at: str
    platform: str = ""
    serving: Serving | None = None

    def to_json(self) -> bytes:
        """Bytes of the report.json, for people and programs."""
        return json.dumps(dataclasses.asdict(self), indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes) -> "Report":
        """Read the bytes of a report.json.

        Raises:
            UserError: they are no report.
        """
        try:
            return _reports().validate_json(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "its JSON"
            raise UserError(
                f"The report.json is damaged at {where} ({first['msg']}): train the model again."
            ) from error


@cache
def _reports() -> TypeAdapter[Report]:
    return TypeAdapter(Report)
