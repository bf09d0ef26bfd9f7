"""The toy course that the checker's tests judge, and a line to the processes that it starts."""

import shutil
import socket
from pathlib import Path

import pytest

from checker.course import Course
from checker.runner import Runner
from tests.checker.lifeline import Lifeline

collect_ignore = ["toy", "submissions"]  # tests to be judged: not ours to run


@pytest.fixture(scope="session")
def toy(tmp_path_factory) -> Course:
    """A copy: what the checker keeps below .cache goes with the test session."""
    root = tmp_path_factory.mktemp("course") / "toy"
    left_out = shutil.ignore_patterns("__pycache__", ".cache")
    return Course(shutil.copytree(Path(__file__).parent / "toy", root, ignore=left_out))


@pytest.fixture(scope="module", params=["fresh", "warm"])
def runner(request, tmp_path_factory):
    """A runner of each kind: what a run may do and what is left of it is the same in both."""
    course = Course(tmp_path_factory.mktemp("course"))  # imports nothing heavy
    with Runner(course, warm=request.param == "warm") as runner:
        yield runner


@pytest.fixture
def lifeline():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Lifeline(server)
