"""A folder a run: the application, its data, the attendee's files, and at most one edit."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from checker import bytecode, canary, edits
from checker.copies import Copies
from checker.course import Course, Edit, Exercise
from checker.errors import CheckerError
from checker.process import prefix, scratch

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.toml", "check_*.py", "*.md", "*.py.*")
CODE_ONLY = shutil.ignore_patterns("__pycache__", ".*")
CODE = "src"
APPLICATION = (CODE, "data")


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
        """Whether the attendee has worked on a file that others need.

        Who works in exercises/ has no scaffold beside it: there, a file with nothing left to write.
        """
        own = self.root / needed
        if not own.is_file():
            return False
        scaffold = course.exercises / needed
        text = own.read_bytes()
        return text != scaffold.read_bytes() or b"raise NotImplementedError" not in text


class Build:
    """Builds the workspaces of one exercise and one submission.

    It lays out one, the stage, and copies it for each run, or makes a used copy good again, which
    is sooner done. `with` removes them all at the end.

    Args:
        course: The application, with its exercises and solutions.
        exercise: Which exercise.
        submission: Whose tests.
        prepared: The state that the tests find (the folder output/), None for none.
        own_helpers: Whether files that the exercise needs come from the attendee where the attendee
            has them, or from the solutions.
    """

    def __init__(
        self,
        course: Course,
        exercise: Exercise,
        submission: Submission,
        prepared: Path | None = None,
        *,
        own_helpers: bool = True,
    ):
        self.course, self.exercise, self.submission = course, exercise, submission
        self.prepared, self.own_helpers = prepared, own_helpers
        self._stage: _Temporary | None = None
        self._copies = Copies(partial(_Temporary, "check"))
        self._lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._copies.forget()
        if self._stage is not None:
            self._stage.cleanup()

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

    @property
    def files(self) -> list[tuple[Path, str]]:
        """What goes into the workspace beside the application: each file, and where it goes."""
        self.submission.file(self.exercise)
        found = [(path, path.relative_to(self.submission.root)) for path in self._of_the_day()]
        found += [(self._helper(needed), Path(needed)) for needed in self.exercise.needs]
        found += [(self.course.solutions / one, Path(one)) for one in self.exercise.programs]
        found += [(self.course.exercises / "pytest.ini", Path("pytest.ini"))]
        if check := self.course.check(self.exercise):
            found += [(check, Path(self.target).relative_to("exercises"))]
        return [(path, f"exercises/{place.as_posix()}") for path, place in found]

    @contextmanager
    def workspace(
        self,
        edit: Edit | None = None,
        *,
        sings: bool = False,
        before: Callable[[Path], bool] | None = None,
    ) -> Iterator[Path]:
        """A workspace that nobody has touched, with one edit of a file made; `sings`: a canary.

        What is done in it is undone, or it is removed, at the end. An edit of the data is made by
        the run itself, which has the libraries for it. `before` is called with the workspace when
        the edit is not made yet; it tells whether it has left all there as it was.
        """
        with ExitStack() as given:
            root, touched = given.enter_context(self._copies.one(of=self.stage))
            if before is not None and not before(root):
                given.close()
                root, touched = given.enter_context(self._copies.one(of=self.stage))
            if edit is not None:
                touched.append(edits.edited_file(edit))
            if edit is not None and edit.file is not None:
                edits.apply(edit, root)
            if sings:
                canary.let_sing(root, [root / program for program in self._programs()])
            yield root

    @property
    def stage(self) -> Path:
        """The workspace that the others are copied from."""
        with self._lock:
            if self._stage is None:
                self._stage = _Temporary("stage")
                self._lay_out(Path(self._stage.name))
        return Path(self._stage.name)

    def keep_compiled(self, workspace: Path) -> None:
        """Keep the tests' bytecode that a run has left, so that the next need not compile them."""
        self._copies.forget()  # they are without
        # tests may have made anything of the folder: then the next ones compile
        with contextlib.suppress(OSError, RecursionError):
            for compiled in (workspace / "exercises").rglob("__pycache__/*.pyc"):
                place = self.stage / compiled.relative_to(workspace)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(compiled, place, follow_symlinks=False)

    def _lay_out(self, root: Path) -> None:
        lay_out_application(self.course, root)
        for path, place in self.files:
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, root / place)
        if self.prepared is not None:
            shutil.copytree(self.prepared, root / "output")

    def _programs(self) -> list[str]:
        """What is tested beside the application: the attendee's program, or ours."""
        own = [self.judged] if self.target != self.judged else []
        return [*own, *(f"exercises/{program}" for program in self.exercise.programs)]

    def _of_the_day(self) -> list[Path]:
        """The day's files, but for those of its other exercises that this one does not name.

        And but for programs that it tests: they are ours, whatever the attendee's do so far.
        """
        root = self.submission.root
        others = {root / path for path in self.course.files(self.exercise.day)}
        others.discard(root / self.exercise.path)
        ours = {root / path for path in self.exercise.programs}
        files = [path for path in _files(root / self.exercise.day) if path not in ours]
        text = b"".join(path.read_bytes() for path in files if path not in others)
        return [path for path in files if path not in others or _is_named(path, text)]

    def _helper(self, needed: str) -> Path:
        own = self.own_helpers and self.submission.has_its_own(needed, self.course)
        return (self.submission.root if own else self.course.solutions) / needed


def lay_out_application(course: Course, root: Path) -> None:
    """Copy the application and its data to root, and make the folders that a run has of its own."""
    for name in ("home", "tmp"):
        (root / name).mkdir()
    for name in APPLICATION:
        if (course.root / name).is_dir():
            shutil.copytree(course.root / name, root / name, ignore=CODE_ONLY)
    bytecode.lay_out(root / CODE, course.root / ".cache" / "bytecode")


class _Temporary(tempfile.TemporaryDirectory):
    """A folder that is removed whatever has become of it."""

    def __init__(self, kind: str):
        super().__init__(prefix=prefix(kind), dir=scratch(), ignore_cleanup_errors=True)

    def cleanup(self) -> None:
        try:
            super().cleanup()
        except RecursionError:  # folders nested deeper than Python nests calls
            subprocess.run(["rm", "-rf", self.name], check=False)


def _is_named(path: Path, text: bytes) -> bool:
    """Whether a module may be imported by these files: `train` alone is also a word of English."""
    whole = path.parent.name.encode() in text or b"from ." in text
    return whole and path.stem.encode() in text


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        left_out = LEFT_OUT(parent, [*folders, *names])
        folders[:] = sorted(set(folders) - left_out)
        paths = (Path(parent, name) for name in sorted(set(names) - left_out))
        yield from (path for path in paths if path.is_file())  # no pipe, no link to nowhere
