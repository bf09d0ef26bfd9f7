"""The state that an exercise's tests find (a trained and deployed model), made once and kept."""

import shlex
import shutil
import tempfile
import threading
from pathlib import Path

from checker import fingerprint
from checker.course import Course, Exercise
from checker.errors import CheckerError
from checker.process import Limits
from checker.runner import Runner
from checker.workspace import APPLICATION, lay_out_application

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
    application = fingerprint.of_folders(course.root, *APPLICATION)
    folder = kept / fingerprint.of(exercise.prepare, application, fingerprint.of_python())
    with one_at_a_time:
        if not folder.is_dir():
            try:
                kept.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CheckerError(
                    f"{kept} cannot be made ({error.strerror}): what the tests find is kept there. "
                    "Make the folder writable."
                ) from None
            with tempfile.TemporaryDirectory(prefix="making-", dir=kept) as made:
                _make(course, exercise, Path(made), runner, say)
                _keep(Path(made) / "output", folder)
            _remove_old(kept, folder)
    return folder


def _make(course: Course, exercise: Exercise, root: Path, runner: Runner, say) -> None:
    lay_out_application(course, root)
    (root / "output").mkdir()
    for command in exercise.prepare:
        say(f"Preparing what the tests find, once: {command}")
        status, ended, text = runner.run(shlex.split(command), root, LIMITS)
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


def _remove_old(kept: Path, newest: Path) -> None:
    others = [path for path in kept.glob("?" * fingerprint.LENGTH) if path != newest]
    by_age = sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)
