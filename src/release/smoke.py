"""The smoke test of a version: does it load here, fit the API, and answer as it did when new?"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from src.config import API_VERSION, Settings
from src.errors import UserError
from src.predict.predictor import ask
from src.release.training_run import MODEL, artifact_of, report_of
from src.schema import load_schema
from src.train.report import Report
from src.train.specification import columns_of
from src.utils import deserialise

TOLERANCE = 1e-9  # of a probability, as docs/api.md promises


class Unfit(UserError):
    """A version must not answer anyone here; says why."""


def check_version(registry: Any, dataset: str, model: str, model_id: str) -> None:
    """Smoke test a published version.

    Args:
        registry: whatever has the methods of Registry.
        dataset: what the model was trained on.
        model: which kind of model.
        model_id: which version.

    Raises:
        NotFound: there is no such version.
        Unfit: it must not serve.
    """
    report = registry.report(dataset, model, model_id)
    check_model(_loaded(lambda: registry.model_of(report), model_id), report)


def check_run(run_dir: Path) -> None:
    """Smoke test a training run on disk.

    Raises:
        UserError: the run is not whole.
        Unfit: it must not serve.
    """
    report = report_of(run_dir)
    digest = report.artifacts.get(MODEL, "no hash")
    data = artifact_of(run_dir / MODEL, digest)
    check_model(_loaded(lambda: deserialise(data, digest), report.model_id), report)


def check_model(model: Any, report: Report) -> None:
    """Smoke test a loaded model: compare it with what its report specifies.

    Raises:
        Unfit: it has no specification, that of another API, other columns or classes, or it does
            not give the expected answers to the sample.
    """
    problem = _problem(model, report)
    if problem:
        raise Unfit(
            f"{report.model_id} fails its smoke test: {problem}. "
            "Train it again where it shall serve, or release another version."
        )


def _loaded(load: Callable[[], Any], model_id: str) -> Any:
    try:
        return load()
    except Exception as error:  # a pickle of other versions may raise anything
        raise Unfit(f"{model_id} does not load here: {error}") from error


def _problem(model: Any, report: Report) -> str | None:
    serving = report.serving
    if serving is None:
        return "its report has no specification of serving"
    if not hasattr(model, "classes_"):
        return "it is no fitted model"
    if _major(serving.api_version) != _major(API_VERSION):
        return f"it was made for version {serving.api_version} of the API, this is {API_VERSION}"
    schema = load_schema(report.dataset, Settings.from_env().data_dir)
    different = _first_difference(serving.columns, columns_of(schema))
    if different:
        return f"the column {different} is not the one that the API takes"
    known = list(model.classes_)
    if serving.classes != known or set(serving.classes) != set(schema.classes):
        return f"its classes are not {', '.join(map(str, schema.classes))}"
    return _wrong_answer(model, serving.sample, serving.answers)


def _wrong_answer(model: Any, sample: list[dict], expected: dict[str, list]) -> str | None:
    if not sample or not expected:
        return "its specification has no sample"
    for method, answers in expected.items():
        try:
            actual = ask(model, sample, method)
        except Exception as error:
            return f"{method} fails on the sample ({type(error).__name__}: {error})"
        if len(actual) != len(answers):
            return f"{method} gives {len(actual)} answers to {len(answers)} points"
        for number, (was, now) in enumerate(zip(answers, actual, strict=True)):
            if not _agree(was, now):
                return f"{method} answers {now} for point {number} of the sample, not {was}"
    return None


def _agree(expected: Any, actual: Any) -> bool:
    if isinstance(expected, dict):
        return expected.keys() == actual.keys() and all(
            math.isclose(expected[name], actual[name], rel_tol=0, abs_tol=TOLERANCE)
            for name in expected
        )
    return expected == actual


def _first_difference(specified: list[dict], taken: list[dict]) -> str | None:
    by_name = {column["name"]: column for column in taken}
    for column in specified:
        if by_name.pop(column["name"], None) != column:
            return column["name"]
    return next(iter(by_name), None)


def _major(version: str) -> str:
    return version.partition(".")[0]
