"""Settings, read from the environment when asked for."""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from src.errors import UserError

ROOT = Path(__file__).absolute().parents[1]
DEFAULT_DATASET = "tennis_points"
DEFAULT_MODEL = "random_forest"
DEFAULT_SEED = 42
API_VERSION = "1.1.0"
OFF = "off"


@dataclass(frozen=True)
class Settings:
    """Where data comes from, where results go, and what a server does.

    refresh_seconds is how old its knowledge of what is in production may get. A version gets a red
    flag where it fails more than error_budget of its requests (a share), or where more than 5 % of
    the small ones take longer than latency_budget_ms; None is no limit.
    """

    data_dir: Path = ROOT / "data"
    output_dir: Path = ROOT / "output"
    bucket: str = "ml-models"
    refresh_seconds: float = 1.0
    error_budget: float | None = 0.02
    latency_budget_ms: float | None = 1000.0

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read DATA_DIR, OUTPUT_DIR, S3_BUCKET, REFRESH_SECONDS, ERROR_BUDGET, LATENCY_BUDGET_MS.

        Unset or empty is the default; a budget that is "off" is no limit.

        Raises:
            UserError: a variable has a value that cannot be used.
        """
        environ = os.environ if environ is None else environ
        readers = {
            "data_dir": ("DATA_DIR", _folder),
            "output_dir": ("OUTPUT_DIR", _folder),
            "bucket": ("S3_BUCKET", _bucket),
            "refresh_seconds": ("REFRESH_SECONDS", _seconds),
            "error_budget": ("ERROR_BUDGET", _share),
            "latency_budget_ms": ("LATENCY_BUDGET_MS", _milliseconds),
        }
        return cls(
            **{
                field: read(variable, environ[variable])
                for field, (variable, read) in readers.items()
                if environ.get(variable)
            }
        )


def _folder(variable: str, value: str) -> Path:
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise UserError(f"{variable} is {value!r}, whose home folder is unknown.") from error


def _bucket(variable: str, value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", value):
        raise UserError(
            f"{variable} is {value!r}, which no S3 bucket can be called: "
            "use 3 to 63 lower-case letters, digits, dots and hyphens."
        )
    return value


def _seconds(variable: str, value: str) -> float:
    seconds = _number(value)
    if not (math.isfinite(seconds) and seconds >= 0):
        raise UserError(f"{variable} is {value!r}: give a number of seconds, 0 or more.")
    return seconds


def _share(variable: str, value: str) -> float | None:
    share = _number(value)
    if value != OFF and not 0 <= share <= 1:
        raise UserError(f"{variable} is {value!r}: give a share from 0 to 1, or off.")
    return None if value == OFF else share


def _milliseconds(variable: str, value: str) -> float | None:
    milliseconds = _number(value)
    if value != OFF and not (math.isfinite(milliseconds) and milliseconds > 0):
        raise UserError(f"{variable} is {value!r}: give milliseconds, more than 0, or off.")
    return None if value == OFF else milliseconds


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan
