"""Copies of a folder are made good again after whatever was done in them."""

import os
import shutil
from pathlib import Path

import pytest

from checker import copies


@pytest.fixture
def source(tmp_path):
    """A folder with a program, data in a folder below, and an empty folder."""
    folder = tmp_path / "source"
    (folder / "data").mkdir(parents=True)
    (folder / "tmp").mkdir()
    (folder / "program.py").write_text("print('as it was')\n")
    (folder / "data" / "points.csv").write_text("1,2,3\n")
    return folder


@pytest.fixture
def copy(source, tmp_path):
    """A copy of it."""
    folder = tmp_path / "copy"
    folder.mkdir()
    copies.copy(str(source), str(folder))
    return folder


def marks(folder):
    """The marks of a copy, some time after it was made: a run takes longer to begin."""
    probe = folder.parent / "probe"
    newest = max(path.stat().st_ctime_ns for path in folder.rglob("*"))
    while not probe.exists() or probe.stat().st_ctime_ns <= newest:
        probe.touch()
    return copies.marks(folder)


def content(folder: Path) -> dict[str, tuple]:
    """What is in a folder: rights and times, and of files the bytes."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            path.read_bytes() if path.is_file() else None,
            path.stat().st_mtime_ns if path.is_file() else None,
        )
        for path in sorted(folder.rglob("*"))
    }


def test_a_copy_has_the_same_content_rights_and_times(source, copy):
    assert content(copy) == content(source)


def rewrite_with_the_time_it_had(folder):
    """As `cp -p` does, and whoever wants to hide a change."""
    path = folder / "program.py"
    about = path.stat()
    path.write_text("print('as it is!')\n")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def put_another_in_its_place(folder):
    (folder / "another").write_text("print('as it is!')\n")
    os.replace(folder / "another", folder / "program.py")


def leave_a_tree(folder):
    (folder / "tmp" / "deep" / "deeper").mkdir(parents=True)
    (folder / "tmp" / "deep" / "deeper" / "model.pkl").write_bytes(b"...")


DEEDS = {
    "nothing": lambda folder: None,
    "a file written": lambda folder: (folder / "program.py").write_text("print('another')\n"),
    "a file written, and its time set back": rewrite_with_the_time_it_had,
    "a file replaced by another": put_another_in_its_place,
    "a folder emptied": lambda folder: shutil.rmtree(folder / "data") or (folder / "data").mkdir(),
    "a file removed": lambda folder: (folder / "data" / "points.csv").unlink(),
    "a file's rights taken": lambda folder: (folder / "program.py").chmod(0),
    "a file added": lambda folder: (folder / "data" / "more.csv").write_text("4\n"),
    "folders and files added": leave_a_tree,
    "a link to elsewhere added": lambda folder: (folder / "tmp" / "to").symlink_to("/"),
    "a link to nowhere added": lambda folder: (folder / "tmp" / "to").symlink_to("nowhere"),
    "a pipe added": lambda folder: os.mkfifo(folder / "tmp" / "pipe"),
}


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_what_was_done_in_a_copy_is_undone(source, copy, deed):
    before = marks(copy)
    deed(copy)

    restored = copies.restore(copy, source, before, [])

    assert content(copy) == content(source)
    assert restored == copies.marks(copy)


def test_a_copy_is_made_good_as_often_as_it_is_used(source, copy):
    first = copies.restore(copy, source, marks(copy), [])
    leave_a_tree(copy)
    put_another_in_its_place(copy)
    second = copies.restore(copy, source, first, [])
    (copy / "program.py").write_text("print('once more')\n")

    assert copies.restore(copy, source, second, [])
    assert content(copy) == content(source)


def test_what_is_known_to_be_changed_is_undone_whatever_its_marks_tell(source, copy):
    (copy / "program.py").write_text("print('as it is!')\n")
    told = copies.marks(copy)

    copies.restore(copy, source, told, ["program.py"])

    assert content(copy) == content(source)


def leave_a_great_many_files(folder):
    for number in range(copies.MANY + 1):
        (folder / "tmp" / str(number)).touch()


@pytest.mark.parametrize(
    "deed",
    [
        lambda folder: shutil.rmtree(folder / "data"),
        lambda folder: (folder / "data").chmod(0o500),
        lambda folder: folder.chmod(0o500),
        lambda folder: ((folder / "program.py").unlink(), (folder / "program.py").mkdir()),
        lambda folder: ((folder / "program.py").unlink(), (folder / "program.py").symlink_to("/")),
        leave_a_great_many_files,
        shutil.rmtree,
    ],
    ids=[
        "a folder removed",
        "a folder closed",
        "all of it closed",
        "a folder in a file's place",
        "a link in a file's place",
        "very much added",
        "all of it removed",
    ],
)
def test_a_copy_that_is_not_worth_it_is_given_up(source, copy, deed):
    before = marks(copy)
    deed(copy)

    assert copies.restore(copy, source, before, []) is None
    if copy.exists():
        copy.chmod(0o700)


def test_what_a_link_leads_to_is_left_alone(source, copy, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis.tex").write_text("...")
    before = marks(copy)
    (copy / "tmp" / "to").symlink_to(elsewhere)

    copies.restore(copy, source, before, [])

    assert (elsewhere / "thesis.tex").read_text() == "..."
