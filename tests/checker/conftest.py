"""The toy course that the checker's tests judge, and a line to the processes that it starts."""

import socket
from pathlib import Path

import pytest

from checker.course import Course
from tests.checker.lifeline import Lifeline

collect_ignore = ["toy", "submissions"]  # tests to be judged: not ours to run


@pytest.fixture(scope="session")
def toy() -> Course:
    return Course(Path(__file__).parent / "toy")


@pytest.fixture
def lifeline():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Lifeline(server)
