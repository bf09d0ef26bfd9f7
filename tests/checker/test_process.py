"""Temporary folders: whose they are, and what becomes of those that nobody owns any more."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from checker import process


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Where temporary files go in this test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid


def folder(scratch: Path, name: str, minutes_old: int) -> Path:
    path = scratch / name
    (path / "src").mkdir(parents=True)
    then = path.stat().st_mtime - 60 * minutes_old
    os.utime(path, (then, then))
    return path


@pytest.mark.parametrize("kind", ["check", "stage", "report"])
def test_what_a_killed_checker_has_left_is_removed(scratch, dead, kind):
    left = folder(scratch, f"{kind}-{dead}-abc", minutes_old=60)

    process.remove_leftovers()

    assert not left.exists()


@pytest.mark.parametrize(
    ("name", "minutes_old"),
    [
        pytest.param("check-{us}-abc", 60, id="of a process that lives"),
        pytest.param("check-{dead}-abc", 1, id="of a moment ago"),
        pytest.param("other-{dead}-abc", 60, id="of somebody else"),
        pytest.param("check-today-abc", 60, id="of no process"),
    ],
)
def test_what_may_be_in_use_is_left_alone(scratch, dead, name, minutes_old):
    used = folder(scratch, name.format(us=os.getpid(), dead=dead), minutes_old)

    process.remove_leftovers()

    assert used.exists()


def test_our_folders_tell_whose_they_are(scratch):
    with tempfile.TemporaryDirectory(prefix=process.prefix("check")) as ours:
        whose = process.OURS.fullmatch(Path(ours).name)

    assert int(whose["pid"]) == os.getpid()


def test_who_names_a_place_for_temporary_files_gets_them_there(scratch):
    assert process.scratch() is None


def test_files_lie_in_memory_where_there_is_room(monkeypatch, tmp_path):
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(process, "MEMORY", tmp_path)
    monkeypatch.setattr(process, "ENOUGH", 1)

    assert process.scratch() == str(tmp_path)


def test_files_lie_on_disk_where_memory_is_short(monkeypatch, tmp_path):
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(process, "MEMORY", tmp_path)
    monkeypatch.setattr(process, "ENOUGH", 2**80)

    assert process.scratch() is None
