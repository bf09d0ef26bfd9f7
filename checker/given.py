"""The hints that were given so far, kept between two calls."""

import json
from pathlib import Path

from pydantic import BaseModel, NonNegativeInt, TypeAdapter, ValidationError

from checker import safekeeping


class Given(BaseModel):
    """What was said of an exercise: how much of each bug, and of which one last."""

    last: str | None = None
    steps: dict[str, NonNegativeInt] = {}

    def and_one_of(self, bug: str) -> "Given":
        """This, and one more step of a bug."""
        return Given(last=bug, steps={**self.steps, bug: self.steps.get(bug, 0) + 1})


BY_FILE = TypeAdapter(dict[str, Given])


class Memory:
    """What was given for each attendee's file, in one file of JSON; a broken one is as none."""

    def __init__(self, file: Path):
        self._file = file

    def of(self, attendees_file: Path) -> Given:
        """What was given for this file."""
        return self._read().get(str(attendees_file), Given())

    def keep(self, attendees_file: Path, given: Given) -> None:
        """Remember what was given for this file; where that cannot be, a CheckerError."""
        everything = {**self._read(), str(attendees_file): given}
        data = BY_FILE.dump_python(everything)
        safekeeping.put(self._file, (json.dumps(data, indent=2) + "\n").encode())

    def _read(self) -> dict[str, Given]:
        try:
            return BY_FILE.validate_json(self._file.read_bytes())
        except (OSError, ValidationError):
            return {}
