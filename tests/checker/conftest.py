"""The toy course that the checker's tests judge, and a line to the processes that it starts."""

import shutil
import socket
from pathlib import Path

import pytest

from checker.course import Course
from tests.checker.lifeline import Lifeline

collect_ignore = ["toy", "submissions"]  # tests to be judged: not ours to run


@pytest.fixture(scope="session")
def toy(tmp_path_factory) -> Course:
    """A copy: what the checker keeps below .cache goes with the test session."""
    root = tmp_path_factory.mktemp("course") / "toy"
    left_out = shutil.ignore_patterns("__pycache__", ".cache")
    return Course(shutil.copytree(Path(__file__).parent / "toy", root, ignore=left_out))


@pytest.fixture
def lifeline():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Lifeline(server)
