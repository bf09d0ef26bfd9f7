"""Where each setting comes from: the command line, the environment, the file, or the default."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from src.config import ROOT
from src.errors import UserError
from src.load.configuration import Configuration, configurations, fields_of
from src.load.settings import SETTINGS, Setting

DEFAULT_FILE = Path(__file__).with_name("config.json")
DEFAULT = "default"


@dataclass(frozen=True)
class Resolved:
    """A configuration, and for each path of SETTINGS where its value comes from."""

    configuration: Configuration
    origins: dict[str, str]

    def value(self, path: str) -> Any:
        """Answer the value of a setting."""
        value = self.configuration
        for name in path.split("."):
            value = getattr(value, name)
        return value

    def by_hand(self, path: str) -> bool:
        """Whether a setting was given on the command line."""
        return self.origins[path].startswith("--")

    def by_environment(self, path: str) -> bool:
        """Whether a variable says it."""
        return any(self.origins[path] in setting.variables for setting in SETTINGS)


def resolve(
    flags: Mapping[str, str | None], environ: Mapping[str, str], file: Path = DEFAULT_FILE
) -> Resolved:
    """Put the configuration together: flags count before the environment, that before the file.

    Args:
        flags: by the path of a setting, what the command line says; None where it says nothing.
        environ: variables; an empty one counts as unset.
        file: a JSON object with the fields of Configuration.

    Raises:
        UserError: the file cannot be read, a field is unknown, or a value cannot be used.
    """
    table = read_file(file)
    origins = {}
    for setting in SETTINGS:
        *parents, name = setting.path.split(".")
        inner = table
        for parent in parents:
            inner = inner.setdefault(parent, {})
        origin, value = _override(setting, flags, environ)
        if origin:
            inner[name] = value
        origins[setting.path] = origin or (shown(file) if name in inner else DEFAULT)
    try:
        return Resolved(configurations().validate_python(table), origins)
    except ValidationError as error:
        raise _refusal(error, origins, "") from None


def read_file(file: Path) -> dict[str, Any]:
    """Read a file of settings, each of which is sound by itself.

    Raises:
        UserError: it cannot be read, a field is unknown, or a value cannot be used.
    """
    try:
        text = file.read_text(encoding="utf-8")
        table = json.loads(text)
    except OSError as error:
        raise UserError(
            f"{shown(file)} cannot be read ({error.strerror}): give another with --config."
        ) from error
    except ValueError as error:
        raise UserError(f"{shown(file)} is not JSON ({error}): correct it there.") from error
    try:
        configurations().validate_json(text, strict=True)
    except ValidationError as error:
        raise _refusal(error, {}, shown(file)) from None
    return table


def shown(file: Path) -> str:
    """Answer a path from the repository on, or as it is where it is elsewhere."""
    absolute = file.absolute()
    return str(absolute.relative_to(ROOT)) if absolute.is_relative_to(ROOT) else str(file)


def _override(
    setting: Setting, flags: Mapping[str, str | None], environ: Mapping[str, str]
) -> tuple[str, str | None]:
    """What comes before the file, with its name; "" where nothing does."""
    given = flags.get(setting.path)
    if given is not None:
        return setting.flag, given
    for variable in setting.variables:
        if environ.get(variable):
            return variable, environ[variable]
    return "", None


def _refusal(error: ValidationError, origins: Mapping[str, str], where: str) -> UserError:
    first = error.errors(include_url=False)[0]
    path, known = _place(first["loc"])
    if first["type"] == "unexpected_keyword_argument":
        return UserError(f"{where}: {path!r} is no setting; there are {', '.join(known)}.")
    given = [origins[name] for name in origins if name.startswith(path) and origins[name]]
    place = where or next((origin for origin in given if origin != DEFAULT), DEFAULT)
    message = first["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    return UserError(f"{place}: {path or 'the file'} is {first['input']!r}: {message}.")


def _place(location: tuple) -> tuple[str, list[str]]:
    """The path of a field that pydantic speaks of, and the fields beside it."""
    kind, names = Configuration, []
    for name in location:
        known = fields_of(kind)
        names.append(str(name))
        kind = known.get(name)
        if not is_dataclass(kind):
            break
    else:
        known = fields_of(kind)
    return ".".join(names), list(known)
