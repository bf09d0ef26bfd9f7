"""The steps in their order, and which of them a request means."""

from collections.abc import Sequence

from src.errors import UserError
from src.release.validation.canary import CANARY
from src.release.validation.data import DATA
from src.release.validation.evaluation import EVALUATION
from src.release.validation.promotion import PROMOTION
from src.release.validation.runner import Step
from src.release.validation.smoke import SMOKE
from src.release.validation.training import TRAINING

STEPS = (DATA, TRAINING, EVALUATION, SMOKE, CANARY, PROMOTION)


def chosen_steps(names: Sequence[str], trained: bool) -> list[Step]:
    """Answer the steps that are named, in the pipeline's order; without a name, all.

    Args:
        names: of steps.
        trained: a trained candidate is given, so that none is to be trained.

    Raises:
        UserError: a name is unknown, or it is to train what is trained.
    """
    known = [step.name for step in STEPS]
    for name in names:
        if name not in known:
            raise UserError(f"No step {name!r}: choose among {', '.join(known)}.")
    if trained and "training" in names:
        raise UserError(
            "The candidate of --model-id is trained already: leave out --model-id, or training."
        )
    wanted = set(names or known) - ({"training"} if trained else set())
    return [step for step in STEPS if step.name in wanted]
