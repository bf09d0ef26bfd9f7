"""Applies the one edit that makes a chaff or a wheat out of the reference."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checker.course import Edit
from checker.errors import CheckerError

_IMPORTS = threading.Lock()  # sys.path is everyone's


def apply(edit: Edit, root: Path) -> None:
    """Make the edit below root; an edit that does not fit there is a CheckerError."""
    if edit.file is not None:
        (root / edit.file).write_text(edited_text(edit, root), encoding="utf-8")
    else:
        edited_frame(edit, root).to_parquet(data_file(edit, root))


def edited_text(edit: Edit, root: Path) -> str:
    """The edited file's new text. `was` must occur exactly once in the old one."""
    path = root / edit.file
    if not path.is_file():
        raise _misfit(edit, f"{edit.file} does not exist")
    text = path.read_text(encoding="utf-8")
    count = text.count(edit.was)
    if count != 1:
        occurs = "does not occur" if count == 0 else f"occurs {count} times"
        raise _misfit(edit, f"its `was` {occurs} in {edit.file}, and must occur exactly once")
    if edit.now == edit.was:
        raise _misfit(edit, "its `now` is its `was`")
    return text.replace(edit.was, edit.now)


def edited_frame(edit: Edit, root: Path):
    """The edited dataset: `edit` is an expression of `df`, or statements that rebind it.

    It may import what lies below root, such as the dataset's generator.
    """
    import numpy as np  # only data edits pay for the import
    import pandas as pd

    path = data_file(edit, root)
    if not path.is_file():
        raise _misfit(edit, f"there is no dataset {edit.data}")
    names = {"df": pd.read_parquet(path), "pd": pd, "np": np}
    try:
        with _importing_from(root):
            if _is_expression(edit.edit):
                names["df"] = eval(edit.edit, names)
            else:
                exec(edit.edit, names)
    except Exception as error:
        raise _misfit(edit, f"its `edit` raises {type(error).__name__}: {error}") from error
    if not isinstance(names["df"], pd.DataFrame):
        raise _misfit(edit, "its `edit` is no DataFrame")
    return names["df"]


def data_file(edit: Edit, root: Path) -> Path:
    """Where the dataset that is edited lies below root."""
    return root / "data" / edit.data / f"{edit.data}.parquet"


def _is_expression(source: str) -> bool:
    try:
        compile(source, "edit", "eval")
    except SyntaxError:
        return False
    return True


@contextmanager
def _importing_from(root: Path) -> Iterator[None]:
    """Look imports up below root first, and forget them again: the next workspace has its own."""
    with _IMPORTS:
        before = set(sys.modules)
        sys.path.insert(0, str(root))
        try:
            yield
        finally:
            sys.path.remove(str(root))
            for name in set(sys.modules) - before:
                if (root / name.partition(".")[0]).exists():
                    del sys.modules[name]


def _misfit(edit: Edit, why: str) -> CheckerError:
    kind = type(edit).__name__.lower()
    return CheckerError(f"The {kind} {edit.name!r} no longer fits: {why}. Bring it up to date.")
