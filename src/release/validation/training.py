"""The second step: train the candidate, and see that what comes out is whole."""

from typing import Any

from src.release.validation.candidate import AS_ASKED, DISJOINT, FINITE, OWN_ID, WHOLE
from src.release.validation.context import Context
from src.release.validation.data import READABLE
from src.release.validation.report import DIGITS
from src.release.validation.runner import Step
from src.train.train import train


def _train(context: Context) -> dict[str, Any]:
    report = train(
        context.dataset,
        context.model,
        context.seed,
        dict(context.parameters),
        context.settings,
        context.progress,
    )
    context.model_id = report.model_id
    return {
        "model_id": report.model_id,
        "test_log_loss": report.test_log_loss,
        "mean_cv_log_loss": report.mean_cv_log_loss,
        "std_cv_log_loss": report.std_cv_log_loss,
    }


def _told(figures: dict[str, Any]) -> str:
    return f"{figures['model_id'][:DIGITS]}, log loss {figures['test_log_loss']:.4f}"


TRAINING = Step(
    "training",
    entry=(READABLE,),
    run=_train,
    exit=(WHOLE, FINITE, AS_ASKED, OWN_ID, DISJOINT),
    told=_told,
)
