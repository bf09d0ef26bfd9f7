"""The state that an exercise's tests find (a trained and deployed model), made once and kept."""

import hashlib
import importlib.metadata
import shlex
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from checker.course import Course, Exercise
from checker.errors import CheckerError
from checker.process import Limits
from checker.runner import Runner
from checker.workspace import lay_out_application

KEY_LENGTH = 32
KEPT = 4  # older states are removed
LIMITS = Limits(seconds=300)
one_at_a_time = threading.Lock()


def prepared(course: Course, exercise: Exercise, runner: Runner, say=lambda text: None):
    """The folder output/ that the exercise's commands make with the reference, None for none.

    Kept below .cache/prepared by the content of all that goes in: the application, its data,
    the commands, and the versions of Python and its packages.
    """
    if not exercise.prepare:
        return None
    kept = course.root / ".cache" / "prepared"
    folder = kept / _key(course, exercise.prepare)
    with one_at_a_time:
        if not folder.is_dir():
            kept.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix="making-", dir=kept) as made:
                _make(course, exercise, Path(made), runner, say)
                _keep(Path(made) / "output", folder)
            _remove_old(kept, folder)
    return folder


def _make(course: Course, exercise: Exercise, root: Path, runner: Runner, say) -> None:
    lay_out_application(course, root)
    for name in ("home", "tmp", "output"):
        (root / name).mkdir()
    for command in exercise.prepare:
        say(f"Preparing what the tests find, once: {command}")
        words = [sys.executable if word == "python" else word for word in shlex.split(command)]
        status, ended, text = runner.run(words, root, LIMITS)
        if ended != "finished" or status != 0:
            raise CheckerError(
                f"{exercise.path} cannot be prepared: `{command}` ended with status {status} "
                f"({ended}). It printed:\n{text[-2000:]}"
            )


def _keep(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another checker was faster, with the same content
            raise


def _key(course: Course, commands: tuple[str, ...]) -> str:
    digest = hashlib.sha256(repr((commands, sys.version, _packages())).encode())
    for name in ("src", "data"):
        for path in sorted((course.root / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(course.root).as_posix().encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:KEY_LENGTH]


def _packages() -> list[tuple[str, str]]:
    return sorted((found.name, found.version) for found in importlib.metadata.distributions())


def _remove_old(kept: Path, newest: Path) -> None:
    others = [path for path in kept.glob("?" * KEY_LENGTH) if path != newest]
    by_age = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
