"""Predictions of whichever model is in production."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, Settings
from src.errors import UserError
from src.predict.direct import direct_walk
from src.predict.production import Production
from src.predict.threads import one_thread
from src.release.registry import Registry

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("predict", "predict_proba")


@dataclass(frozen=True)
class Answer:
    """Predictions in the order of the rows, and the id of the model that made them.

    A prediction is a class, or with predict_proba the probability of each class by its name. All
    of it are plain Python values, which JSON takes.
    """

    predictions: list[Any]
    model_id: str


def predict(
    rows: "list[dict[str, Any]] | pd.DataFrame",
    method: str = "predict",
    dataset: str = DEFAULT_DATASET,
    model: str = DEFAULT_MODEL,
) -> Answer:
    """Predict with the model in production, as Predictor.answer does."""
    return default_predictor().answer(rows, method, dataset, model)


@cache
def default_predictor() -> "Predictor":
    """Answer the predictor of this process, made when first asked for."""
    return Predictor(Registry(), Settings.from_env().refresh_seconds)


class Predictor:
    """Answers with the models in production; threads may share it."""

    def __init__(
        self,
        registry: Registry,
        refresh_seconds: float = Settings.refresh_seconds,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take models from a registry, and look there again after so many seconds.

        Args:
            registry: whatever has `production` and `load` like Registry. Nothing is asked of it
                before the first answer; nor, once a model is known, until the last look, good or
                failed, is too old. A version that stays in production is loaded once.
            refresh_seconds: how old a look may get.
            clock: answers seconds, from any start; it never goes back.
        """
        self._registry = registry
        self._refresh_seconds = refresh_seconds
        self._clock = clock
        self._productions: dict[tuple[str, str], Production] = {}

    def answer(
        self,
        rows: "list[dict[str, Any]] | pd.DataFrame",
        method: str = "predict",
        dataset: str = DEFAULT_DATASET,
        model: str = DEFAULT_MODEL,
    ) -> Answer:
        """Predict for rows with the model that is in production.

        Args:
            rows: records or a frame with the dataset's columns, valid by its schema; may be empty.
                Columns are found by name, in any order, and others are passed over. The answer to
                a row does not depend on the other rows, or on what was asked before.
            method: "predict" or "predict_proba".
            dataset: what the model was trained on.
            model: which kind of model.

        Raises:
            UserError: the method is unknown, or no model can be loaded.
        """
        if method not in METHODS:
            raise UserError(f"No method {method!r}: choose {' or '.join(METHODS)}.")
        loaded = self._production(dataset, model).now()
        predictions = ask(loaded.model, rows, method) if len(rows) else []
        return Answer(predictions, loaded.model_id)

    def _production(self, dataset: str, model: str) -> Production:
        known = self._productions.get((dataset, model))
        if known is None:
            new = Production(self._registry, dataset, model, self._refresh_seconds, self._clock)
            known = self._productions.setdefault((dataset, model), new)
        return known


def ask(model: Any, rows: "list[dict[str, Any]] | pd.DataFrame", method: str) -> list[Any]:
    """Ask a fitted model for at least one row; the one place that does.

    Args:
        model: a pipeline.
        rows: records or a frame with the dataset's columns, valid by its schema.
        method: "predict" or "predict_proba".
    """
    import pandas as pd

    walk = direct_walk(model, rows)
    if walk is not None:
        with suppress(Exception):  # the model itself says what is wrong, if anything is
            return _answers(walk, rows, method)
    frame = pd.DataFrame(rows)
    with one_thread():  # requests run side by side
        return _answers(model, frame, method)


def _answers(model: Any, frame: Any, method: str) -> list[Any]:
    if method == "predict":
        return model.predict(frame).tolist()
    names = [str(label) for label in model.classes_]
    return [dict(zip(names, row, strict=True)) for row in model.predict_proba(frame).tolist()]
