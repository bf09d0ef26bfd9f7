"""Applies the one edit that makes a chaff or a wheat out of the reference."""

from pathlib import Path

from checker.course import Edit
from checker.errors import CheckerError
from checker.inside import frames


def apply(edit: Edit, root: Path) -> None:
    """Make the edit of a file below root; one that does not fit there is a CheckerError."""
    path = root / edit.file
    path.write_text(edited_text(edit, path), encoding="utf-8")
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()  # it may be of the same second and size as the old text


def edited_text(edit: Edit, path: Path) -> str:
    """The new text of the file at path. `was` must occur exactly once in the old one."""
    if not path.is_file():
        raise misfit(edit, f"{edit.file} does not exist")
    text = path.read_text(encoding="utf-8")
    count = text.count(edit.was)
    if count != 1:
        occurs = "does not occur" if count == 0 else f"occurs {count} times"
        raise misfit(edit, f"its `was` {occurs} in {edit.file}, and must occur exactly once")
    if edit.now == edit.was:
        raise misfit(edit, "its `now` is its `was`")
    return text.replace(edit.was, edit.now)


def of_data(edit: Edit, root: Path) -> dict[str, str]:
    """The edit of a dataset below root, as a run makes it."""
    path = data_file(edit, root)
    if not path.is_file():
        raise misfit(edit, f"there is no dataset {edit.data}")
    return {"path": str(path), "edit": edit.edit}


def edited_frame(edit: Edit, root: Path):
    """The edited dataset: `edit` is an expression of `df`, or statements that rebind it."""
    try:
        return frames.edited(**of_data(edit, root), root=root)
    except Exception as error:
        why = f"its `edit` raises {type(error).__name__}: {error}"
        raise misfit(edit, why) from error


def data_file(edit: Edit, root: Path) -> Path:
    """Where the dataset that is edited lies below root."""
    return root / edited_file(edit)


def edited_file(edit: Edit) -> str:
    """The file that is another one after the edit, below the workspace."""
    return edit.file or f"data/{edit.data}/{edit.data}.parquet"


def misfit(edit: Edit, why: str) -> CheckerError:
    """What to say of an edit that cannot be made any more, and why."""
    kind = type(edit).__name__.lower()
    return CheckerError(f"The {kind} {edit.name!r} no longer fits: {why}. Bring it up to date.")
