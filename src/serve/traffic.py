"""Who answers a request: production, a canary, or who steps in for a version at fault.

Nobody waits for S3: where ``on_duty`` runs, a thread looks what is in production, loads versions
and smoke tests them before they answer, exchanges records and labels, and acts on red flags.
Without it, a request looks when that is due, and red flags wait for a call of ``duty``.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from src import aws
from src.config import Settings
from src.errors import UserError
from src.predict.predictor import Answer, Predictor, ask
from src.release.operator import operator
from src.release.registry import Registry, Version
from src.release.release import Release
from src.serve.canary import Canary
from src.serve.duty import attempt, on_duty
from src.serve.guard import guard
from src.serve.house import House
from src.serve.lane import Lane
from src.serve.red_flags import Budget
from src.serve.request_id import NO_CANARY, RequestId, new_number, new_server

SHORTEST_TICK, LONGEST_TICK = 0.05, 1.0  # seconds between two rounds of the duty

log = logging.getLogger(__name__)

Key = Callable[[], bytes]


@dataclass(frozen=True)
class Answered(Answer):
    """An answer, and the id of the request by which its labels come in."""

    request_id: RequestId


class Traffic:
    """Answers requests with the versions that the registry says; threads may share it."""

    def __init__(
        self,
        registry: Any = None,
        store: Any = aws,
        release_of: Callable[[str, str], Any] | None = None,
        refresh_seconds: float = Settings.refresh_seconds,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        server: str | None = None,
    ) -> None:
        """Look at nothing yet.

        Args:
            registry: whatever has the methods of Registry; by default one on the store.
            store: whatever has upload, download and list_keys like ``src.aws``; for records and
                labels of a canary.
            release_of: answers whatever has abort_canary and rollback like Release, for a dataset
                and a model.
            refresh_seconds: how old the knowledge of what is in production may get.
            budget: what a version may cost before it gets a red flag; by default a Budget().
            clock: answers seconds, from any start; it never goes back.
            now: answers the time, with its zone.
            server: the name of this server, 8 hexadecimal digits; by default a new one.
        """
        registry = registry or Registry(store)
        server = server or new_server()
        self._house = House(
            registry, store, server, budget or Budget(), refresh_seconds, clock, now
        )
        self._release_of = release_of or self._release
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._predictor = Predictor(_InMemory(registry, self._lane), refresh_seconds=0, clock=clock)
        self._is_on_duty = False

    def answer(
        self,
        rows: list[dict[str, Any]],
        method: str,
        dataset: str,
        model: str,
        key: Key = lambda: b"",
    ) -> Answered:
        """Predict for rows, as Predictor.answer does.

        A canary answers the requests whose keys are in its share, and always the same ones. What
        it fails, production answers; what production fails, the version before it, if it is fit.

        Args:
            rows: records, valid by the dataset's schema; none are production's to answer.
            method: "predict" or "predict_proba".
            dataset: what the model was trained on.
            model: which kind of model.
            key: answers what a request is known by; asked only while there is a canary.

        Raises:
            UserError: no model can be loaded.
            Exception: no version can answer.
        """
        lane = self._ready_lane(dataset, model)
        canary = lane.canary if len(rows) else None
        number = new_number()
        if canary is None:
            answer, _ = self._by_production(lane, rows, method)
            tag = NO_CANARY
        else:
            answer, arm = self._compared(lane, canary, rows, method, key)
            canary.remember(number, answer.predictions, arm)
            tag = canary.tag
        request_id = RequestId(self._house.server, tag, number, dataset, model)
        return Answered(answer.predictions, answer.model_id, request_id)

    def label(self, request_id: RequestId, labels: list[Any]) -> None:
        """Count labels for whichever version answered a request, on whichever server.

        They count only for the canary that was under way then, while it is; and for nobody where a
        version failed and another one stepped in.

        Raises:
            UnknownRequest: the answer is forgotten, or no server gave it.
            BadPayload: the request had another number of points.
        """
        try:
            canary = self._ready_lane(request_id.dataset, request_id.model).canary
        except UserError:
            return  # nothing is in production here, so no canary is
        if canary is None or canary.tag != request_id.canary:
            return
        if request_id.server == self._house.server:
            canary.label(request_id.number, labels)
        else:
            canary.forward(request_id.server, request_id.number, labels)

    def warning(self, dataset: str, model: str) -> str | None:
        """Answer what an operator should know although requests are answered; None if nothing."""
        return self._lane(dataset, model).warning()

    def duty(self) -> None:
        """Do once what is due besides answering; what fails is logged, and tried next time."""
        for lane in list(self._lanes.values()):
            if lane.answering is not None:  # else requests look for themselves, and are told
                self._look_after(lane)

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Have a thread do the duty meanwhile, and a last time at the end."""
        seconds = self._house.refresh_seconds
        tick = min(max(seconds, SHORTEST_TICK), LONGEST_TICK)
        with on_duty(self.duty, self._close_books, tick):
            self._is_on_duty = seconds >= SHORTEST_TICK
            try:
                yield
            finally:
                self._is_on_duty = False

    def _close_books(self) -> None:
        for lane in list(self._lanes.values()):
            self._keep_books(lane)

    def _look_after(self, lane: Lane) -> None:
        if not lane.look():
            return
        attempt(lambda: self._keep_books(lane), "The canary's records")
        attempt(lane.smoke_again, "The smoke test")
        attempt(lambda: self._guard(lane), "Acting on a red flag")

    def _keep_books(self, lane: Lane) -> None:
        for canary in lane.canaries():
            canary.exchange()
            canary.write()
            lane.forget(canary)

    def _guard(self, lane: Lane) -> None:
        guard(lane, self._release_of(lane.dataset, lane.model))

    def _release(self, dataset: str, model: str) -> Release:
        by = f"server {self._house.server} ({operator()})"
        return Release(dataset, model, self._house.registry, by)

    def _lane(self, dataset: str, model: str) -> Lane:
        lane = self._lanes.get((dataset, model))
        if lane is None:
            new = Lane(self._house, dataset, model)
            lane = self._lanes.setdefault((dataset, model), new)
        return lane

    def _ready_lane(self, dataset: str, model: str) -> Lane:
        lane = self._lane(dataset, model)
        lane.ready(inline=not self._is_on_duty)
        return lane

    def _compared(
        self, lane: Lane, canary: Canary, rows: list, method: str, key: Key
    ) -> tuple[Answer, Any]:
        """Answer, and whose the labels are: nobody's where another version stepped in."""
        if canary.takes(key()):
            try:
                predictions = canary.answer(rows, method)
                return Answer(predictions, canary.version.model_id), canary.challenger
            except Exception as error:
                log.error("The canary failed, and production answers: %s", error)
            return self._by_production(lane, rows, method)[0], None
        try:
            answer, milliseconds = self._by_production(lane, rows, method)
        except Exception:
            canary.by_production(None)
            raise
        canary.by_production(milliseconds)
        return answer, None if milliseconds is None else canary.production

    def _by_production(self, lane: Lane, rows: list, method: str) -> tuple[Answer, float | None]:
        """Answer, and in how many milliseconds; None where production failed."""
        window, clock = lane.window, self._house.clock
        started = clock()
        try:
            answer = self._predictor.answer(rows, method, lane.dataset, lane.model)
        except Exception:
            window.failed()
            stand_in = lane.stand_in()
            if stand_in is None:
                raise
            log.exception("Production failed, and %s answers.", stand_in.model_id)
            return Answer(ask(stand_in.model, rows, method), stand_in.model_id), None
        milliseconds = (clock() - started) * 1000
        if len(rows):
            window.answered(len(rows), milliseconds)
        return answer, milliseconds


@cache
def default_traffic() -> Traffic:
    """Answer the traffic of this process, made when first asked for."""
    settings = Settings.from_env()
    budget = Budget(settings.error_budget, settings.latency_budget_ms)
    return Traffic(refresh_seconds=settings.refresh_seconds, budget=budget)


class _InMemory:
    """What the predictor takes for the registry: versions that were tested, and are in memory."""

    def __init__(self, registry: Any, lane_of: Callable[[str, str], Lane]) -> None:
        self._registry = registry
        self._lane_of = lane_of

    def production(self, dataset: str, model: str) -> Version:
        return Version(self._lane_of(dataset, model).answering.model_id, etag="")

    def load(self, dataset: str, model: str, model_id: str) -> Any:
        answering = self._lane_of(dataset, model).answering
        if answering.model_id == model_id:
            return answering.model
        return self._registry.load(dataset, model, model_id)
