"""Bytecode of the application is made once for all runs, and believed while it fits the text."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checker import bytecode
from checker.bytecode import KEPT

ANSWER = "def answer():\n    return 42\n"
COMPILED = "# code object from '"  # what Python says where it need not compile


@pytest.fixture
def application(tmp_path) -> Path:
    """A folder with a package of two modules."""
    package = tmp_path / "application" / "src"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "answer.py").write_text(ANSWER)
    return package.parent


@pytest.fixture
def laid_out(application, tmp_path):
    """Makes a copy of the application with its bytecode."""

    def lay_out(name: str = "copy") -> Path:
        root = tmp_path / name
        shutil.copytree(application / "src", root / "src")
        bytecode.lay_out(root / "src", application / ".cache")
        return root

    return lay_out


def imported(root: Path) -> tuple[str, bool]:
    """What the module answers, and whether Python found bytecode of it that holds."""
    command = [sys.executable, "-v", "-B", "-c", "from src.answer import answer; print(answer())"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip(), f"{COMPILED}{root}/src/__pycache__/answer." in done.stderr


def test_a_copy_need_not_be_compiled(laid_out):
    assert imported(laid_out()) == ("42", True)


def test_nor_a_copy_of_a_text_that_was_written_again(laid_out, application):
    laid_out("first")
    os.utime(application / "src" / "answer.py", (0, 0))

    assert imported(laid_out("second")) == ("42", True)


def test_a_text_that_was_changed_since_is_compiled(laid_out):
    root = laid_out()

    (root / "src" / "answer.py").write_text(ANSWER.replace("42", "43"))

    assert imported(root) == ("43", False)


def test_another_text_of_the_same_length_gets_other_bytecode(laid_out, application):
    laid_out("first")
    (application / "src" / "answer.py").write_text(ANSWER.replace("42", "43"))

    assert imported(laid_out("second")) == ("43", True)


def test_a_module_that_cannot_be_compiled_is_left_to_who_imports_it(laid_out, application):
    (application / "src" / "broken.py").write_text("def (")

    assert imported(laid_out()) == ("42", True)


def test_where_nothing_can_be_kept_it_is_made_each_time(laid_out, application):
    (application / ".cache").write_text("no folder")

    assert imported(laid_out("first")) == imported(laid_out("second")) == ("42", True)


@pytest.mark.parametrize("content", [b"", b"{", b"\xe9"])
def test_what_is_damaged_is_made_again(laid_out, application, content):
    laid_out("first")
    [file] = (application / ".cache").iterdir()
    file.write_bytes(content)

    assert imported(laid_out("second")) == ("42", True)


def test_only_the_newest_is_kept(laid_out, application):
    for number in range(KEPT + 2):
        (application / "src" / "answer.py").write_text(ANSWER.replace("42", str(number)))
        laid_out(str(number))

    assert len([*(application / ".cache").iterdir()]) == KEPT
