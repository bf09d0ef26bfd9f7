"""The configuration of a load test: each field with what it may be."""

import math
import re
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter

from src.load.budgets import Budgets
from src.predict.predictor import METHODS

ALL = "all"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
TIME = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?|(\d+)")


def seconds(text: str) -> int:
    """Answer how many seconds a time of Locust's notation has; 0 where it is none."""
    found = TIME.fullmatch(text)
    if not found:
        return 0
    hours, minutes, rest, plain = (int(number or 0) for number in found.groups())
    return hours * 3600 + minutes * 60 + rest + plain


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("give a URL, like http://localhost:8000")
    return value.rstrip("/")


def _time(value: str | int) -> str:
    if not seconds(str(value)):
        raise ValueError("give a time, like 2m, 90s or 1h30m")
    return str(value)


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


@dataclass(frozen=True)
class WaitTime:
    """How long a user waits before the next request: any time between the two."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    min_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.01
    max_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.1

    def __post_init__(self) -> None:
        """Refuse times in the wrong order."""
        if self.min_seconds > self.max_seconds:
            raise ValueError("min_seconds is more than max_seconds")


@dataclass(frozen=True)
class Configuration:
    """What load goes where, for how long, and what it may cost.

    Attributes:
        host: base URL of the server.
        users: how many ask at once, at the most.
        spawn_rate: how many users come every second, until all are there.
        duration: of a run, as "2m", "90s" or "1h30m".
        stop_timeout: seconds in which requests that are under way at the end may be answered.
        timeout: seconds after which a request without an answer has failed.
        wait_time: between two requests of a user.
        pred_method: "predict" or "predict_proba"; None leaves it to the server.
        dataset_name: a dataset, several with commas between them, or "all".
        model_name: a kind of model, several with commas between them, or "all".
        runs: how often each combination is tested.
        loglevel: of Locust's log.
        budgets: what decides whether the test is passed.
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    host: Annotated[str, AfterValidator(_url)] = "http://localhost:8000"
    users: Annotated[int, Field(ge=1)] = 200
    spawn_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 20
    duration: Annotated[str | int, AfterValidator(_time)] = "2m"
    stop_timeout: Annotated[int, Field(ge=0)] = 60
    timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 10.0
    wait_time: WaitTime = field(default_factory=WaitTime)
    pred_method: Literal[METHODS] | None = None
    dataset_name: str = ALL
    model_name: str = ALL
    runs: Annotated[int, Field(ge=1)] = 1
    loglevel: Annotated[Literal[LOG_LEVELS], BeforeValidator(_upper)] = "INFO"
    budgets: Budgets = field(default_factory=Budgets)

    @property
    def seconds(self) -> int:
        """How long a run takes."""
        return seconds(str(self.duration))

    @property
    def most_per_second(self) -> float:
        """How many requests the users make where answers take no time at all."""
        wait = (self.wait_time.min_seconds + self.wait_time.max_seconds) / 2
        return self.users / wait if wait else math.inf


@cache
def configurations() -> TypeAdapter[Configuration]:
    """Answer what checks a configuration, made when first asked for."""
    return TypeAdapter(Configuration)


def fields_of(kind: Any) -> dict[str, Any]:
    """Answer the name and the type of each field of a configuration, or of a part of one."""
    return {each.name: each.type for each in fields(kind)}
