import re

import pytest

from src.train import identity
from src.train.identity import code_hash, id_of, packages

CODE = {
    "src/schema.py": b"columns = 1\n",
    "src/train/train.py": b"trees = 100\n",
    "src/train/features/out.py": b"out = True\n",
}


@pytest.fixture
def hash_of(tmp_path, monkeypatch):
    """Hash of the code in a repository with these files."""
    monkeypatch.setattr(identity, "ROOT", tmp_path)

    def hash_files(files):
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
        found = code_hash()
        for name in files:
            (tmp_path / name).unlink()
        return found

    return hash_files


def test_an_id_has_forty_hexadecimal_digits():
    assert re.fullmatch("[0-9a-f]{40}", id_of({"seed": 42}))


def test_the_order_of_the_facts_does_not_change_the_id():
    assert id_of({"seed": 42, "parameters": {"a": 1, "b": 2}}) == id_of(
        {"parameters": {"b": 2, "a": 1}, "seed": 42}
    )


@pytest.mark.parametrize("other", [{"seed": 43}, {"seed": "42"}, {"size": 42}, {}])
def test_other_facts_have_another_id(other):
    assert id_of({"seed": 42}) != id_of(other)


@pytest.mark.parametrize("name", CODE)
def test_a_change_of_any_source_changes_the_hash_of_the_code(hash_of, name):
    assert hash_of(CODE | {name: b"changed = 1\n"}) != hash_of(CODE)


def test_a_source_that_moves_changes_the_hash_of_the_code(hash_of):
    moved = {name.replace("out.py", "ball.py"): content for name, content in CODE.items()}

    assert hash_of(moved) != hash_of(CODE)


def test_line_endings_do_not_change_the_hash_of_the_code(hash_of):
    windows = {name: content.replace(b"\n", b"\r\n") for name, content in CODE.items()}

    assert hash_of(windows) == hash_of(CODE)


@pytest.mark.parametrize("name", ["src/serve/app.py", "src/train/notes.txt"])
def test_what_does_not_make_models_does_not_change_the_hash_of_the_code(hash_of, name):
    assert hash_of(CODE | {name: b"anything"}) == hash_of(CODE)


def test_the_packages_are_those_that_compute():
    assert list(packages()) == ["python", "numpy", "pandas", "scikit-learn", "scipy"]
