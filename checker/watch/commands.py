"""Other commands of the checker, in between."""

import subprocess
import sys

from checker.course import Course, Exercise


def run(course: Course, name: str, exercise: Exercise, *options: str) -> None:
    """Run a command on an exercise to its end, or end it."""
    checker = [sys.executable, "-m", "checker", "--root", str(course.root)]
    what = [name, exercise.day, "--exercise", str(exercise.number), *options]
    # a group of its own: of Ctrl-C it hears from us, once
    process = subprocess.Popen([*checker, *what], stdin=subprocess.DEVNULL, process_group=0)
    try:
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
