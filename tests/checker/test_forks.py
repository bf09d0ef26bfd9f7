"""Forks of a warm process: as far apart from each other as fresh processes are."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from checker.course import Course, Exercise
from checker.forks import can_fork
from checker.heavy import heavy_modules
from checker.process import Limits
from checker.runner import Runner

pytestmark = pytest.mark.skipif(not can_fork(), reason="runs are fresh processes here")
ROOT = Path(__file__).parents[2]
TARGET = "exercises/test_it.py"
OURS = ["coverage", "pytest"]  # what the checker itself needs in each run
NEEDS_OPENMP_AND_THREADS = """
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from joblib import Parallel, delayed
from sklearn.ensemble import HistGradientBoostingClassifier
from werkzeug.serving import make_server


def test_openmp():
    X, y = np.random.rand(500, 5), np.arange(500) % 2
    HistGradientBoostingClassifier(max_iter=3).fit(X, y).predict(X)


def test_blas():
    np.linalg.svd(np.random.rand(200, 200))


def test_joblib():
    assert Parallel(n_jobs=2, prefer="threads")(delayed(abs)(-n) for n in range(4)) == [0, 1, 2, 3]


def test_a_threaded_server():
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    server.shutdown()
    thread.join()
    server.server_close()
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def course(tmp_path):
    (tmp_path / "course/src").mkdir(parents=True)
    return Course(tmp_path / "course")


@pytest.fixture
def warm(course):
    with Runner(course) as runner:
        yield runner


@pytest.fixture
def run(tmp_path):
    """Runs tests in a workspace of their own, and answers the outcome."""

    def run(
        runner: Runner, tests: str, name: str = "workspace", *, first: bool = False, **files: str
    ):
        workspace = tmp_path / name
        for folder in ("home", "tmp", "exercises"):
            (workspace / folder).mkdir(parents=True)
        (workspace / "exercises/pytest.ini").write_text("[pytest]\n")
        (workspace / TARGET).write_text(tests)
        for module, text in files.items():
            (workspace / f"{module}.py").write_text(text)
        return runner.run_tests(workspace, TARGET, TARGET, Limits(), first=first)

    return run


def message_of(outcome) -> str:
    (result,) = outcome.tests.values()
    return result.message


def test_each_fork_imports_the_application_that_it_finds(warm, run):
    tests = "from app import answer\n\ndef test_it(): assert answer == 1\n"

    first = run(warm, tests, "first", app="answer = 1")
    second = run(warm, tests, "second", app="answer = 2")

    assert (len(first.passed), len(second.failed)) == (1, 1)


def test_forks_do_not_share_their_random_numbers(warm, run):
    tests = "import random\n\ndef test_it(): raise ValueError(random.random())\n"

    assert message_of(run(warm, tests, "first")) != message_of(run(warm, tests, "second"))


@pytest.mark.parametrize(("module", "found"), [("colorsys", True), ("app", False)])
def test_libraries_of_the_first_run_are_there_for_the_next_and_the_application_is_not(
    warm, run, module, found
):
    application = {"app": "import colorsys"}
    tests = f"import sys\n\ndef test_it(): assert ({module!r} in sys.modules) is {found}\n"

    run(warm, "import app\n\ndef test_it(): pass\n", "first", first=True, **application)

    assert run(warm, tests, "second", **application).passed


def test_a_library_that_patches_sockets_and_threads_is_imported_by_nobody_ahead(warm, run):
    tests = "import sys\n\ndef test_it(): assert 'gevent' not in sys.modules\n"

    run(warm, "import locust\n\ndef test_it(): pass\n", "first", first=True)

    assert run(warm, tests, "second").passed


USES_AND_LETS_GO = """
import sys
import numpy as np

sys.path.append("checker/inside")
import warm

def memory_of_code():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    [of_files] = [int(line.split()[1]) for line in lines if line.startswith("Pss_File:")]
    return of_files

np.linalg.inv(np.eye(50) * 2)
before = memory_of_code()
warm.let_go_of_files()
after = memory_of_code()
print(after < before / 2, np.linalg.inv(np.eye(50) * 2).sum())
"""


def test_code_of_libraries_is_let_go_of_and_runs_as_before():
    command = [sys.executable, "-c", USES_AND_LETS_GO]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "25.0"]


def test_what_is_heavy_is_what_the_course_imports_and_has_not_written(course):
    (course.root / "src/app.py").write_text(
        "import json\nfrom sklearn.base import clone\nfrom src import x\n\n"
        "def f():\n    import click\n"
    )

    assert heavy_modules(course) == sorted([*OURS, "click", "json", "sklearn.base"])


def test_what_is_imported_under_a_condition_is_heavy_too(course):
    (course.root / "src/app.py").write_text(
        "try:\n    import numpy\nexcept ImportError:\n    import array\nelse:\n    import math\n"
        "finally:\n    import cmath\n\nclass C:\n    async def f(self):\n"
        "        with open('f'):\n            match self:\n                case 1: import click\n"
        "                case 2:\n                    for _ in self: pass\n"
        "                    else: from json import tool\n"
    )

    found = heavy_modules(course)

    assert found == sorted([*OURS, "array", "click", "cmath", "json", "math", "numpy"])


def test_what_is_heavy_for_a_day_is_what_its_code_imports_by_whatever_of_the_course(toy, tmp_path):
    course = Course(shutil.copytree(toy.root, tmp_path / "toy"))
    write(
        course.solutions / "day1/helper.py", "from src.deep import below\nimport exercises.day0.old"
    )
    write(course.root / "src/deep/__init__.py", "import csv")
    write(course.root / "src/deep/below.py", "import wave")
    write(course.solutions / "day0/old.py", "import uuid")
    write(course.root / "src/other.py", "import sqlite3")
    write(course.solutions / "day9/other.py", "import sqlite3")

    heavy = heavy_modules(course, course.day("day1"))

    assert {"csv", "wave", "uuid"} <= {*heavy}
    assert "sqlite3" not in heavy
    assert "sqlite3" in heavy_modules(course)


@pytest.mark.parametrize("starts_pythons", [True, False])
def test_what_the_application_imports_is_heavy_where_tests_start_it(course, starts_pythons):
    exercise = Exercise(
        path="day1/test_it.py", number=1, title="Starts it, or not", minutes=1,
        processes=starts_pythons,
    )  # fmt: skip
    write(course.root / "src/__main__.py", "def main():\n    from src import app")
    write(course.root / "src/app.py", "import wave")

    assert ("wave" in heavy_modules(course, [exercise])) is starts_pythons


def test_what_cannot_be_parsed_imports_nothing(course):
    (course.root / "src/app.py").write_text("import json\nimport\n")

    assert heavy_modules(course) == OURS


def test_the_warm_process_of_the_course_has_one_thread_but_for_jemallocs(run):
    """jemalloc, which comes with pyarrow, has a thread of its own and looks after forks itself."""
    tests = """
import os
from pathlib import Path

def test_it():
    threads = [path.read_text() for path in Path(f"/proc/{os.getppid()}/task").glob("*/comm")]
    assert len([name for name in threads if "jemalloc" not in name]) == 1
"""
    with Runner(Course(ROOT)) as runner:
        assert run(runner, tests).passed


def test_a_fork_can_use_what_was_imported_before_it(run):
    with Runner(Course(ROOT)) as runner:
        outcome = run(runner, NEEDS_OPENMP_AND_THREADS)

    assert outcome.finished
    assert len(outcome.passed) == 4


def test_where_the_warm_process_dies_its_run_has_crashed_and_the_next_is_a_fresh_one(warm, run):
    murder = "import os, signal\n\ndef test_it(): os.kill(os.getppid(), signal.SIGKILL)\n"

    crashed = run(warm, murder, "first")
    next_one = run(warm, "def test_it(): pass\n", "second")

    assert crashed.ended == "crashed"
    assert next_one.passed


def test_no_fork_outlives_a_checker_that_is_killed(tmp_path, lifeline):
    for folder in ("course", "home", "tmp", "exercises"):
        (tmp_path / folder).mkdir()
    (tmp_path / "exercises/pytest.ini").write_text("[pytest]\n")
    (tmp_path / TARGET).write_text(
        f"def test_hangs():\n    {lifeline.code}\n    import threading; threading.Event().wait()\n"
    )
    checker = f"""
from pathlib import Path
from checker.course import Course, Exercise
from checker.process import Limits
from checker.runner import Runner
runner = Runner(Course(Path({str(tmp_path / "course")!r})))
runner.run_tests(Path({str(tmp_path)!r}), {TARGET!r}, {TARGET!r}, Limits())
"""
    environment = os.environ | {"TMPDIR": str(tmp_path)}  # what it leaves goes with the test
    process = subprocess.Popen([sys.executable, "-c", checker], cwd=ROOT, env=environment)
    lifeline.wait_for_begin()

    os.kill(process.pid, signal.SIGKILL)

    lifeline.wait_for_end()
    assert process.wait() == -signal.SIGKILL
