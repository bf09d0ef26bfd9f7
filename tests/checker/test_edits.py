"""The one edit that makes a chaff or a wheat: it is made, or it is told why it no longer fits."""

import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

from checker import edits
from checker.course import Chaff, Edit, Wheat
from checker.errors import CheckerError
from checker.inside import frames

SUMS = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def root(tmp_path):
    """A workspace of one module and one dataset."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/sums.py").write_text(SUMS)
    (tmp_path / "data/numbers").mkdir(parents=True)
    frame = pd.DataFrame({"number": [3, 1, 2]})
    frame.to_parquet(tmp_path / "data/numbers/numbers.parquet")
    return tmp_path


def of_file(was: str, now: str = "a - b", file: str = "src/sums.py") -> Chaff:
    told = {"story": "Something went wrong.", "hint": "Look what goes wrong."}
    return Chaff(name="a-bug", **told, file=file, was=was, now=now)


def of_data(edit: str, data: str = "numbers") -> Wheat:
    return Wheat(name="a-wheat", promise="Something is free.", data=data, edit=edit)


def edit_data(edit: Edit, root: Path) -> None:
    """As a run does it."""
    frames.edit(**edits.of_data(edit, root), root=root)


def numbers(root: Path) -> list[int]:
    return pd.read_parquet(root / "data/numbers/numbers.parquet")["number"].tolist()


def test_was_becomes_now_and_the_rest_stays(root):
    edits.apply(of_file("a + b"), root)

    assert (root / "src/sums.py").read_text() == "def add(a, b):\n    return a - b\n"


@pytest.mark.parametrize(
    ("chaff", "why"),
    [
        pytest.param(
            of_file("a * b"),
            "its `was` does not occur in src/sums.py, and must occur exactly once",
            id="zero-times",
        ),
        pytest.param(
            of_file("b"),
            "its `was` occurs 2 times in src/sums.py, and must occur exactly once",
            id="twice",
        ),
        pytest.param(of_file("a + b", now="a + b"), "its `now` is its `was`", id="unchanged"),
        pytest.param(
            of_file("a + b", file="src/gone.py"), "src/gone.py does not exist", id="missing-file"
        ),
    ],
)
def test_an_edit_of_a_file_that_does_not_fit_is_told_and_not_made(root, chaff, why):
    with pytest.raises(CheckerError) as error:
        edits.apply(chaff, root)

    assert str(error.value) == f"The chaff 'a-bug' no longer fits: {why}. Bring it up to date."
    assert (root / "src/sums.py").read_text() == SUMS


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param("df.assign(number=df['number'] * 2)", id="expression"),
        pytest.param("df['number'] *= 2", id="statement"),
        pytest.param("numbers = df * 2\ndf = pd.DataFrame(numbers)", id="rebound"),
        pytest.param("df.map(lambda number: np.sum([number, number]))", id="with-numpy"),
    ],
)
def test_an_edit_of_data_is_an_expression_or_statements(root, edit):
    edit_data(of_data(edit), root)

    assert numbers(root) == [6, 2, 4]


def test_an_edit_of_data_may_import_from_its_own_workspace(root, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(root / "data", other / "data")
    for workspace, factor in ((root, 2), (other, 3)):
        (workspace / "generator").mkdir()
        (workspace / "generator/factor.py").write_text(f"FACTOR = {factor}")

        edit_data(of_data("from generator.factor import FACTOR\ndf *= FACTOR"), workspace)

    assert numbers(root) == [6, 2, 4]
    assert numbers(other) == [9, 3, 6]
    assert str(root) not in sys.path


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        pytest.param("df['letter']", "KeyError: 'letter'", id="edit-raises"),
        pytest.param("df['number']", "TypeError: it makes no DataFrame", id="no-data-frame"),
        pytest.param("df = = 1", "SyntaxError: invalid syntax (<string>, line 1)", id="no-python"),
    ],
)
def test_an_edit_of_data_that_does_not_fit_is_told_and_not_made(root, edit, why):
    with pytest.raises(CheckerError) as error:
        edits.edited_frame(of_data(edit), root)

    assert str(error.value) == (
        f"The wheat 'a-wheat' no longer fits: its `edit` raises {why}. Bring it up to date."
    )
    assert numbers(root) == [3, 1, 2]


def test_an_edit_of_data_that_is_not_there_is_told(root):
    with pytest.raises(CheckerError) as error:
        edits.of_data(of_data("df", data="letters"), root)

    assert str(error.value) == (
        "The wheat 'a-wheat' no longer fits: there is no dataset letters. Bring it up to date."
    )


def test_an_edited_dataset_can_be_looked_at_without_writing_it(root):
    assert edits.edited_frame(of_data("df * 2"), root)["number"].tolist() == [6, 2, 4]
    assert numbers(root) == [3, 1, 2]
