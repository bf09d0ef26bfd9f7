"""The results of a check for other programs: a module a format, imported when it is asked for."""

import importlib
from collections.abc import Callable

Format = Callable[..., str]  # (day, title, verdicts) -> the text of a results file


def _named(name: str) -> Format:
    def text(day, title, verdicts) -> str:
        return importlib.import_module(f"checker.formats.{name}").text(day, title, verdicts)

    return text


FORMATS: dict[str, Format] = {
    name: _named(name) for name in ("json", "junit", "gradescope", "exercism")
}
