"""The fourth step: would the candidate load and answer where it is to serve?"""

from typing import Any

from src.release.smoke import check_run, check_version
from src.release.validation.candidate import AT_HAND, run_here
from src.release.validation.context import Context
from src.release.validation.runner import Condition, Step


def _name(context: Context) -> dict[str, Any]:
    return {"model_id": context.model_id}


def _fit(context: Context) -> None:
    run_dir = run_here(context)
    if run_dir:
        check_run(run_dir)
    else:
        check_version(context.release.registry, context.dataset, context.model, context.model_id)


FIT = Condition("it loads here, fits the API and gives the expected answers", _fit)

SMOKE = Step("smoke", entry=(AT_HAND,), run=_name, exit=(FIT,))
