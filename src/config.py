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


@dataclass(frozen=True)
class Settings:
    """Where data comes from, where results go, and how old the server's knowledge may get."""

    data_dir: Path = ROOT / "data"
    output_dir: Path = ROOT / "output"
    bucket: str = "ml-models"
    refresh_seconds: float = 1.0

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read DATA_DIR, OUTPUT_DIR, S3_BUCKET and REFRESH_SECONDS; unset or empty is the default.

        Raises:
            UserError: a variable has a value that cannot be used.
        """
        environ = os.environ if environ is None else environ
        readers = {
            "data_dir": ("DATA_DIR", _folder),
            "output_dir": ("OUTPUT_DIR", _folder),
            "bucket": ("S3_BUCKET", _bucket),
            "refresh_seconds": ("REFRESH_SECONDS", _seconds),
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
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds >= 0):
        raise UserError(f"{variable} is {value!r}: give a number of seconds, 0 or more.")
    return seconds
