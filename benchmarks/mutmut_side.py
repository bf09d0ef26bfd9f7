"""The same mutants of an exercise in mutmut 3: which it kills, and what that costs."""

import json
import os
import re
import shlex
import signal
import subprocess
import sysconfig
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import spent
from benchmarks.mutmut_names import names
from benchmarks.spent import Spent
from checker import edits
from checker.course import Course, Exercise
from checker.errors import CheckerError
from checker.mutants.mutant import Mutant
from checker.process import environment
from checker.workspace import Build, Submission

PACKAGE = "application"  # mutmut refuses to work on a package called src
BEGUN = b"Running mutation testing"  # what it prints once all that comes before is done
NO_TESTS = "no tests"  # it ran none: none called the mutated function when it took notes
VERDICTS = (
    {0: "survived", 5: NO_TESTS, 33: NO_TESTS}
    | dict.fromkeys((1, 3), "killed")
    | dict.fromkeys((-24, 24, 36, 152, 255), "timeout")
)  # as in mutmut.stats; anything else is a crash


@dataclass(frozen=True)
class MutmutRun:
    """What mutmut said of each mutant, by our name, and what it spent."""

    verdicts: dict[str, str]
    seconds: dict[str, float]  # on the wall, of each mutant on which it ran tests
    total: Spent
    mutants: Spent  # without what comes before: generation, notes, a clean run, a forced failure

    @property
    def each(self) -> Spent:
        """What a mutant cost, of those on which it ran tests."""
        return self.mutants / sum(verdict != NO_TESTS for verdict in self.verdicts.values())


def run_mutmut(
    course: Course,
    exercise: Exercise,
    mutants: Sequence[Mutant],
    *,
    jobs: int,
    isolation: str = "fork",
    limit: float = 3600,
) -> MutmutRun:
    """Run mutmut on the solution of an exercise and on those of the mutants that it makes too.

    It makes none outside of functions, and none in decorated functions.

    Args:
        course: Whose application.
        exercise: Whose solution.
        mutants: Ours.
        jobs: How many processes go side by side.
        isolation: mutmut's process_isolation: fork, or forkserver.
        limit: Seconds after which it is ended.

    Raises:
        CheckerError: mutmut could not do its work; with what it printed.
    """
    called = _called(course, mutants)
    files = sorted({_renamed(mutant.file) for mutant in mutants})
    with _project(course, exercise) as (root, target):
        settings = _configuration(target, files, isolation)
        (root / "pyproject.toml").write_text(settings, encoding="utf-8")
        command = [_script("mutmut"), "run", "--max-children", str(jobs), *sorted(called)]
        total, before = _spent(command, root, limit)
        results = [json.loads(meta.read_text()) for meta in root.glob("mutants/**/*.meta")]
    exits = {name: code for found in results for name, code in found["exit_code_by_key"].items()}
    walls = {name: wall for found in results for name, wall in found["durations_by_key"].items()}
    return MutmutRun(
        verdicts={called[name]: VERDICTS.get(exits[name], "crashed") for name in called},
        seconds={called[name]: walls[name] for name in called if name in walls},
        total=total,
        mutants=total - before,
    )


def _called(course: Course, mutants: Sequence[Mutant]) -> dict[str, str]:
    """Our name of each mutant by mutmut's: both make the same text of the module."""
    ours = {
        (mutant.file, edits.edited_text(mutant, course.original(mutant.file))): mutant.name
        for mutant in mutants
    }
    return {
        name: ours[file, text]
        for file in sorted({mutant.file for mutant in mutants})
        for name, text in names(_renamed(file), course.original(file).read_text("utf-8")).items()
        if (file, text) in ours
    }


@contextmanager
def _project(course: Course, exercise: Exercise) -> Iterator[tuple[Path, str]]:
    """A folder as mutmut wants it: the workspace of a run on the reference, but for a name."""
    with (
        Build(course, exercise, Submission(course.solutions)) as build,
        build.workspace() as root,
    ):
        for path in root.rglob("*.py"):
            path.write_text(_renamed(path.read_text("utf-8")), encoding="utf-8")
        (root / "src").rename(root / PACKAGE)
        (root / "output").mkdir()
        for command in exercise.prepare:  # anew: a pickled model knows its modules by name
            words = shlex.split(_renamed(command))
            words[0] = _script(words[0])
            subprocess.run(words, cwd=root, env=environment(root), check=True, capture_output=True)
        yield root, build.target


def _renamed(text: str) -> str:
    return re.sub(r"\bsrc\b", PACKAGE, text)


def _configuration(target: str, files: list[str], isolation: str) -> str:
    settings = {
        "source_paths": [PACKAGE],
        "only_mutate": files,
        "also_copy": ["exercises", "data", "output", "home", "tmp"],
        "pytest_add_cli_args": ["-c", "exercises/pytest.ini", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": [target],
        "process_isolation": isolation,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    return "\n".join(["[tool.mutmut]", *lines, ""])


def _script(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts"), name))


def _spent(command: list[str], root: Path, limit: float) -> tuple[Spent, Spent]:
    """What the command spent in all, and until it began with the mutants."""
    variables = environment(root) | {"PYTHONUNBUFFERED": "1"}
    del variables["PYTHONPATH"]  # the tests shall find the copy in mutants/
    began, before, printed = spent.now(), None, b""
    with subprocess.Popen(
        command, cwd=root, env=variables, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:  # fmt: skip
        killer = threading.Timer(limit, _end_group, (process.pid,))
        killer.start()
        try:
            while chunk := process.stdout.read1():
                printed += chunk
                if before is None and BEGUN in printed:
                    before = spent.now(process.pid) - began
            process.wait()
        finally:
            killer.cancel()
            _end_group(process.pid)
    if process.returncode or before is None:
        text = printed.decode(errors="replace")[-3000:]
        raise CheckerError(f"mutmut ended with status {process.returncode}. It printed:\n{text}")
    return spent.now() - began, before


def _end_group(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
