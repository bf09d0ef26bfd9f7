"""The model in production as a process knows it: loaded once, looked after now and then."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from src.release.registry import Registry

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    """A fitted model and its id."""

    model: Any
    model_id: str


class Production:
    """What is in production for one dataset and one kind of model; threads may share it."""

    def __init__(
        self,
        registry: Registry,
        dataset: str,
        model: str,
        refresh_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        """Know nothing yet; look at the registry when first asked."""
        self._registry = registry
        self._dataset = dataset
        self._model = model
        self._refresh_seconds = refresh_seconds
        self._clock = clock
        self._loaded: Loaded | None = None
        self._good_until = 0.0
        self._looking = threading.Lock()

    def now(self) -> Loaded:
        """Answer what was in production at most `refresh_seconds` ago.

        While one thread looks, the others get what was known before. So does everyone when the
        look fails, which is logged; the next look is due as after one that went well.

        Raises:
            UserError: the look failed, and no model was known before.
        """
        if self._is_due() and self._looking.acquire(blocking=self._loaded is None):
            try:
                if self._is_due():  # and no other thread has looked since
                    self._look()
            finally:
                self._looking.release()
        return self._loaded

    def _is_due(self) -> bool:
        return self._loaded is None or self._clock() >= self._good_until

    def _look(self) -> None:
        started = self._clock()
        try:
            model_id = self._registry.production(self._dataset, self._model).model_id
            if self._loaded is None or self._loaded.model_id != model_id:
                model = self._registry.load(self._dataset, self._model, model_id)
                self._loaded = Loaded(model, model_id)
        except Exception as error:
            if self._loaded is None:
                raise
            log.error("%s keeps answering: %s", self._loaded.model_id, error)
        self._good_until = started + self._refresh_seconds
