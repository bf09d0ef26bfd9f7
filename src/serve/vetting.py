"""A version is loaded and smoke-tested here before it answers anyone."""

from dataclasses import dataclass
from typing import Any

from src import aws
from src.release.smoke import Unfit, check_model
from src.release.training_run import MODEL, REPORT
from src.serve.red_flags import DOES_NOT_LOAD, WRONG, RedFlag
from src.train.report import Report


@dataclass(frozen=True)
class Vetted:
    """A version, its fitted model or why that does not load, and its red flag if it has one."""

    model_id: str
    model: Any
    report: Report | None
    red_flag: RedFlag | None = None
    error: Exception | None = None


def vet(registry: Any, dataset: str, model: str, model_id: str) -> Vetted:
    """Load a published version, and smoke test it.

    A report from before there were smoke tests has none, and is believed.

    Raises:
        UserError: S3 is not there, so that nothing can be said of the version.
    """
    try:
        report = registry.report(dataset, model, model_id)
        loaded = registry.model_of(report)
    except Exception as error:
        if not _is_its_own_fault(registry, dataset, model, model_id):
            raise
        return Vetted(model_id, None, None, RedFlag(model_id, DOES_NOT_LOAD, str(error)), error)
    return Vetted(model_id, loaded, report, smoke(model_id, loaded, report))


def smoke(model_id: str, model: Any, report: Report) -> RedFlag | None:
    """Answer the red flag of a model that fails its smoke test; None where it passes."""
    if report.serving is None:
        return None
    try:
        check_model(model, report)
    except Unfit as error:
        return RedFlag(model_id, WRONG, str(error))
    except Exception as error:  # what is no model at all may raise anything
        return RedFlag(model_id, WRONG, f"{type(error).__name__}: {error}")
    return None


def _is_its_own_fault(registry: Any, dataset: str, model: str, model_id: str) -> bool:
    """Whether S3 answers, so that what does not load is to blame itself."""
    try:
        for name in (REPORT, MODEL):
            registry.artifact(dataset, model, model_id, name)
    except aws.NotFound:
        return True
    except Exception:
        return False
    return True
