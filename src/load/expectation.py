"""What rows should be answered: by the models on disk, or as the server answers them unloaded."""

from pathlib import Path
from typing import Any

from src.errors import UserError
from src.load.plan import Plan
from src.load.server import Server, predictions
from src.release.training_run import MODEL, artifact_of, report_of

FIRST = 20  # rows that are asked for in any case
SECONDS = 5.0  # for the others, where no model on disk can tell


def expected_answers(server: Server, plan: Plan, output_dir: Path) -> dict[str, list[Any]]:
    """Answer, by model id, the prediction of each row of a plan; None where it cannot be known.

    Args:
        server: that answers, without load so far.
        plan: what will be asked.
        output_dir: where training keeps models.
    """
    bodies = plan.bodies()
    seen = predictions(server, plan.path, bodies[:FIRST], SECONDS)
    known = {model_id: _by_disk(model_id, plan, output_dir) for model_id in seen}
    if known and all(known.values()):
        return known
    return predictions(server, plan.path, bodies, SECONDS)


def _by_disk(model_id: str, plan: Plan, output_dir: Path) -> list[Any] | None:
    """What a model of ours predicts; None where it is not on disk, or not whole."""
    folder = output_dir / model_id
    if not (model_id.isalnum() and folder.is_dir()):
        return None
    from src.predict.predictor import ask
    from src.utils import deserialise

    try:
        digest = report_of(folder).artifacts[MODEL]
        model = deserialise(artifact_of(folder / MODEL, digest), digest)
    except (UserError, KeyError):
        return None
    return ask(model, plan.rows, plan.method or "predict")
