"""Verdicts kept by the content of all that they depend on: unchanged work is not run again."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from checker import fingerprint, kept
from checker.course import Course
from checker.known import Known, Nothing, taken_apart
from checker.verdict import Verdict
from checker.workspace import APPLICATION, Build

CHECKER = Path(__file__).parent
KEPT = 200  # verdicts; the ones that were not asked for longest go


class Cache:
    """The verdicts of a course, below .cache/verdicts."""

    def __init__(self, course: Course):
        self._folder = course.root / ".cache" / "verdicts"
        self._results = course.root / ".cache" / "results"
        self._verdicts = TypeAdapter(Verdict)
        self._all_share = fingerprint.of(  # as it is now: a cache is made for each check
            fingerprint.of_python(),
            fingerprint.of_folders(CHECKER, "."),
            fingerprint.of_folders(course.root, *APPLICATION),
        )

    def key(self, build: Build, *how: object) -> str:
        """The fingerprint of all that the verdict on this exercise and submission depends on.

        That is the attendee's files, the course's own that they may be judged with, the chaffs and
        wheats, the application and its data, the checker, Python and its packages.
        """
        return self._key(build, build.files, how)

    def known(self, build: Build, *how: object) -> Known:
        """What is known of single tests, as long as all that they share is as it was."""
        text = (build.stage / build.judged).read_bytes()  # what is run, whatever is saved now
        if build.target != build.judged or (parts := taken_apart(text)) is None:
            return Nothing()
        shared, tests = parts
        others = [(path, place) for path, place in build.files if place != build.judged]
        return Known(self._results, self._key(build, others, (*how, shared)), tests)

    def find(self, key: str) -> Verdict | None:
        """The verdict that was kept, if any."""
        file = self._folder / f"{key}.json"
        with contextlib.suppress(OSError, ValidationError):
            verdict = self._verdicts.validate_json(file.read_bytes())
            os.utime(file)
            return verdict
        return None

    def keep(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict; where that cannot be, it will be worked out again."""
        with contextlib.suppress(OSError):
            text = self._verdicts.dump_json(verdict, by_alias=True)
            kept.write(self._folder / f"{key}.json", text)
            kept.keep_newest(KEPT, self._folder)

    def _key(self, build: Build, files: Iterable[tuple[Path, str]], how: tuple) -> str:
        course, exercise = build.course, build.exercise
        ours = [(course.solutions / needed, needed) for needed in exercise.needs]
        scaffolds = [course.exercises / needed for needed in exercise.needs]
        return fingerprint.of(
            self._all_share,
            exercise.model_dump_json(),
            fingerprint.of_files(files),
            fingerprint.of_files(ours),
            fingerprint.of_files((path, "") for path in scaffolds if path.is_file()),
            how,
        )
