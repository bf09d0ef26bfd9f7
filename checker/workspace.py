"""A fresh folder a run: the application, its data, the attendee's files, and at most one edit."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from checker import canary, edits
from checker.course import Course, Edit, Exercise
from checker.errors import CheckerError

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.toml", "check_*.py", "*.md")
CODE_ONLY = shutil.ignore_patterns("__pycache__", ".*")


@dataclass(frozen=True)
class Submission:
    """A folder laid out as exercises/: an attendee's work, the scaffolds, or the solutions."""

    root: Path

    def file(self, exercise: Exercise) -> Path:
        """The file that is judged; one that does not exist is an error."""
        path = self.root / exercise.path
        if not path.is_file():
            raise CheckerError(
                f"There is no {exercise.path} in {self.root}. Restore it with `git checkout`, "
                "or name a folder laid out as exercises/ with --of."
            )
        return path

    def has_its_own(self, needed: str, course: Course) -> bool:
        """Whether the attendee has worked on a file of another day."""
        own = self.root / needed
        return own.is_file() and own.read_bytes() != (course.exercises / needed).read_bytes()


@dataclass(frozen=True)
class Build:
    """How to build the workspaces of one exercise and one submission.

    `prepared` holds the state that the tests find (the folder output/, None for none);
    `own_helpers` tells whether files that the exercise needs come from the attendee where
    the attendee has them, or from the solutions.
    """

    course: Course
    exercise: Exercise
    submission: Submission
    prepared: Path | None = None
    own_helpers: bool = True

    @property
    def target(self) -> str:
        """The file of tests to run, below the workspace."""
        check = self.course.check(self.exercise)
        folder = Path("exercises", self.exercise.path).parent
        return (folder / check.name).as_posix() if check else self.judged

    @property
    def judged(self) -> str:
        """The attendee's file, below the workspace."""
        return f"exercises/{self.exercise.path}"

    @contextmanager
    def workspace(self, edit: Edit | None = None, *, sings: bool = False) -> Iterator[Path]:
        """A fresh workspace with one edit made, removed at the end; `sings`: a canary."""
        with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as folder:
            root = Path(folder)
            self._lay_out(root)
            if edit is not None:
                edits.apply(edit, root)
            if sings:
                program = root / self.judged if self.target != self.judged else None
                canary.let_sing(root, program)
            yield root

    def _lay_out(self, root: Path) -> None:
        for name in ("home", "tmp"):
            (root / name).mkdir()
        lay_out_application(self.course, root)
        exercises = root / "exercises"
        exercises.mkdir()
        shutil.copy(self.course.exercises / "pytest.ini", exercises)
        self.submission.file(self.exercise)
        day = self.exercise.day
        shutil.copytree(self.submission.root / day, exercises / day, ignore=LEFT_OUT)
        for needed in self.exercise.needs:
            (exercises / needed).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self._helper(needed), exercises / needed)
        if check := self.course.check(self.exercise):
            shutil.copy(check, root / self.target)
        if self.prepared is not None:
            shutil.copytree(self.prepared, root / "output")

    def _helper(self, needed: str) -> Path:
        own = self.own_helpers and self.submission.has_its_own(needed, self.course)
        return (self.submission.root if own else self.course.solutions) / needed


def lay_out_application(course: Course, root: Path) -> None:
    """Copy the application and its data to root."""
    for name in ("src", "data"):
        if (course.root / name).is_dir():
            shutil.copytree(course.root / name, root / name, ignore=CODE_ONLY)
