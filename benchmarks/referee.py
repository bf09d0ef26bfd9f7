"""Who is right about a mutant: plain pytest in a fresh process, on a module that is edited."""

import subprocess
import sys
from collections.abc import Iterable

from checker.course import Course, Exercise
from checker.mutants.mutant import Mutant
from checker.prepare import prepared
from checker.process import environment
from checker.runner import Runner
from checker.workspace import Build, Submission

VERDICTS = {0: "survived", 1: "killed", 2: "not importable"}  # by pytest's own exit status


def verdicts(course: Course, exercise: Exercise, mutants: Iterable[Mutant]) -> dict[str, str]:
    """What the exercise's solution says of each mutant, by its name; about four seconds each."""
    with Runner(course) as runner:
        state = prepared(course, exercise, runner)
    with Build(course, exercise, Submission(course.solutions), state) as build:
        return {mutant.name: _verdict(build, mutant) for mutant in mutants}


def _verdict(build: Build, mutant: Mutant) -> str:
    options = ["-x", "-q", "-p", "no:cacheprovider", "-c", "exercises/pytest.ini"]
    with build.workspace(mutant) as root:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *options, build.target],
            cwd=root, env=environment(root), stdin=subprocess.DEVNULL,
            capture_output=True, check=False,
        )  # fmt: skip
    return VERDICTS.get(run.returncode, "crashed")
