"""Fingerprints of what goes into a run: equal where the content is, and only there."""

import os
import shutil
import sys

import pytest

from checker import fingerprint


@pytest.fixture
def house(tmp_path):
    """Two folders of files."""
    for name in ("src/app.py", "src/deep/er.py", "data/numbers.csv"):
        (tmp_path / "house" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "house" / name).write_text(f"the content of {name}")
    return tmp_path / "house"


def of(house) -> str:
    return fingerprint.of_folders(house, "src", "data")


def test_a_fingerprint_is_short_enough_for_the_name_of_a_file():
    assert len(fingerprint.of("a", 1)) == fingerprint.LENGTH
    assert fingerprint.of("a", 1).isalnum()


@pytest.mark.parametrize("other", [("a", "1"), ("a1",), (1, "a"), ("a", 1, None), (("a", 1),)])
def test_what_prints_otherwise_has_another_fingerprint(other):
    assert fingerprint.of(*other) != fingerprint.of("a", 1)


def test_a_copy_elsewhere_has_the_same_fingerprint(house, tmp_path):
    assert of(shutil.copytree(house, tmp_path / "copy")) == of(house)


def test_the_time_of_saving_does_not_count(house):
    before = of(house)

    os.utime(house / "src/app.py", (0, 0))

    assert of(house) == before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda house: (house / "src/app.py").write_text("other"), id="content"),
        pytest.param(lambda house: (house / "src/new.py").touch(), id="a new file, though empty"),
        pytest.param(lambda house: (house / "src/app.py").unlink(), id="a file that is gone"),
        pytest.param(
            lambda house: (house / "src/app.py").rename(house / "src/other.py"), id="another name"
        ),
        pytest.param(
            lambda house: (house / "src/app.py").rename(house / "data/app.py"), id="another place"
        ),
        pytest.param(lambda house: (house / "src/.hidden").write_text("x"), id="a hidden file"),
    ],
)
def test_a_change_is_seen(house, change):
    before = of(house)

    change(house)

    assert of(house) != before


def test_two_files_that_change_places_are_seen(house):
    before = of(house)
    first, second = house / "src/app.py", house / "src/deep/er.py"

    text = first.read_text()
    first.write_text(second.read_text())
    second.write_text(text)

    assert of(house) != before


def test_bytecode_and_other_folders_do_not_count(house):
    before = of(house)

    for name in ("src/__pycache__/app.pyc", "src/deep/__pycache__/er.pyc", "notes/more.txt"):
        (house / name).parent.mkdir()
        (house / name).write_text("more")

    assert of(house) == before


def test_a_folder_that_is_not_there_holds_nothing(house):
    assert fingerprint.of_folders(house, "src", "nowhere") == fingerprint.of_folders(house, "src")


# Python


def test_the_same_python_has_the_same_fingerprint():
    assert fingerprint.of_python() == fingerprint.of_python()


def test_another_version_of_python_is_seen(monkeypatch):
    before = fingerprint.of_python()

    monkeypatch.setattr(sys, "version", "4.0")

    assert fingerprint.of_python() != before


def test_another_version_of_a_package_is_seen(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "calculus-1.0.dist-info").mkdir()
    before = fingerprint.of_python()

    (tmp_path / "calculus-1.0.dist-info").rename(tmp_path / "calculus-1.1.dist-info")

    assert fingerprint.of_python() != before
