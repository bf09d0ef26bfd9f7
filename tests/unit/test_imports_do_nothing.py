"""Importing src opens nothing and reads nothing, and the watch that says so is not blind."""

import subprocess
import sys
from pathlib import Path

import pytest

from src.config import ROOT

WATCH = Path(__file__).with_name("watch_imports.py")


@pytest.fixture
def watch(tmp_path):
    """Import all modules of a repository, in an empty folder with an empty environment."""
    empty = tmp_path / "empty"
    empty.mkdir()

    def watch_repository(root):
        done = subprocess.run(
            [sys.executable, "-IB", WATCH, root], cwd=empty, env={}, capture_output=True, text=True
        )
        left = [path.name for path in empty.iterdir()]
        return done.returncode, done.stdout.splitlines(), done.stderr, left

    return watch_repository


@pytest.fixture
def watch_code(watch, tmp_path):
    """Import a module that has this code, and answer what it was seen to do."""

    def watch_module(code):
        (tmp_path / "src").mkdir()
        (tmp_path / "src" / "__init__.py").touch()
        (tmp_path / "src" / "module.py").write_text(code)
        status, seen, errors, _ = watch(tmp_path)
        assert (status, errors) == (0, "")
        return seen

    return watch_module


def test_importing_every_module_of_src_does_nothing_else(watch):
    assert watch(ROOT) == (0, [], "", [])


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("open(__file__).close()", "module.py:1: open("),
        ("import os\nos.environ.get('HOME')", "module.py:2: environ['HOME']"),
        ("import os\nos.getenv('HOME')", "module.py:2: environ['HOME']"),
        ("import os\n'HOME' in os.environ", "module.py:2: environ['HOME']"),
        ("import os\ndict(os.environ)", "module.py:2: environ"),
        ("import os\nos.listdir()", "module.py:2: os.listdir"),
        ("from pathlib import Path\nPath('data').exists()", "module.py:2: stat("),
        ("from pathlib import Path\nPath('output').mkdir()", "module.py:2: os.mkdir"),
        ("import socket\nsocket.socket().close()", "module.py:2: socket.__new__"),
        ("import os\nos.system('true')", "module.py:2: os.system"),
        ("import subprocess\nsubprocess.run(['true'])", "module.py:2: subprocess.Popen"),
        ("class Settings:\n  import os\n  home = os.environ.get('HOME')", "module.py:3: environ"),
    ],
)
def test_a_module_that_does_something_when_imported_is_seen(watch_code, code, seen):
    assert watch_code(code)[0].startswith(seen)


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("import logging\nlogging.FileHandler('a.log')", "module.py:2: open("),
        (
            "import pandas\ntry: pandas.read_parquet('a')\nexcept OSError: 0",
            "module.py:2: stat('a')",
        ),
    ],
)
def test_what_a_library_does_for_a_module_counts(watch_code, code, seen):
    assert watch_code(code)[0].startswith(seen)


def test_a_client_of_a_service_that_is_made_on_import_counts(watch_code):
    code = "import boto3\nboto3.client('s3', region_name='eu-west-1')"

    assert any(line.startswith("module.py:2: environ['AWS_") for line in watch_code(code))


def test_what_a_library_does_on_its_own_import_does_not_count(watch_code):
    """urllib3, for one, makes a socket to learn whether this machine speaks IPv6."""
    assert watch_code("import urllib3") == []


def test_a_function_that_is_not_called_does_not_count(watch_code):
    assert watch_code("def read():\n  return open(__file__).read()") == []
