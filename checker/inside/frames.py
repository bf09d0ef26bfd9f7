"""Edits a dataset: how a chaff of the data is made, wherever that is."""

import sys
from pathlib import Path


def edit(path: str | Path, edit: str, root: Path) -> None:
    """Rewrite the dataset at path as `edit` makes it.

    Raises:
        Exception: whatever the edit raises; TypeError where it makes no DataFrame.
    """
    edited(path, edit, root).to_parquet(path)


def edited(path: str | Path, edit: str, root: Path):
    """What `edit` makes of the dataset: an expression of `df`, or statements that rebind it.

    It may import what lies below root, such as the dataset's generator; that is forgotten again.
    """
    import numpy as np
    import pandas as pd

    names = {"df": pd.read_parquet(path), "pd": pd, "np": np}
    before = set(sys.modules)
    sys.path.insert(0, str(root))
    try:
        if _is_expression(edit):
            names["df"] = eval(edit, names)
        else:
            exec(edit, names)
    finally:
        sys.path.remove(str(root))
        for name in set(sys.modules) - before:
            if (root / name.partition(".")[0]).exists():
                del sys.modules[name]
    if not isinstance(names["df"], pd.DataFrame):
        raise TypeError("it makes no DataFrame")
    return names["df"]


def _is_expression(source: str) -> bool:
    try:
        compile(source, "edit", "eval")
    except SyntaxError:
        return False
    return True
