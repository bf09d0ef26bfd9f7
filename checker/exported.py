"""The solutions of a checkout that has none: from the branch `solutions`."""

import contextlib
import io
import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from checker.errors import CheckerError
from checker.git import Refused, git, leads_to

REFS = ("refs/heads/solutions", "refs/remotes/origin/solutions")
FETCH = "git fetch origin solutions:refs/remotes/origin/solutions"  # in a clone of one branch, too
KEPT = 3  # another checker may be at work with an older one


def solutions(root: Path) -> Path | None:
    """The folder solutions/ as the branch has it, None where there is no such branch.

    Kept below .cache/solutions by the branch's commit.
    """
    commit = _commit(root)
    if commit is None:
        return None
    kept = root / ".cache" / "solutions"
    folder = kept / commit
    if not folder.is_dir():
        _export(root, commit, kept)
    with contextlib.suppress(OSError):  # another checker may do the same
        os.utime(folder)
        _remove_old(kept)
    return (folder / "solutions").resolve()


def missing(root: Path) -> CheckerError:
    """What to say where there are none, neither in the folder nor on a branch."""
    lacks = f"There are no solutions in {root / 'solutions'}"
    try:
        git(root, "rev-parse", "--git-dir")
    except CheckerError as error:
        said = error.said if isinstance(error, Refused) else str(error).rstrip(".")
        return CheckerError(
            f"{lacks}, and no branch to take them from ({said}). "
            "Run the checker in a clone of the workshop's repository, or name it with --root."
        )
    return CheckerError(
        f"{lacks}, and neither a branch solutions nor origin/solutions that has them. "
        f"Fetch them with `{FETCH}`, or name the workshop's repository with --root."
    )


def _commit(root: Path) -> str | None:
    """What the branch ends with here, or at origin where that is further."""
    found = [commit for ref in REFS if (commit := _with_solutions(root, ref))]
    return found[-1] if len(found) > 1 and leads_to(root, *found) else next(iter(found), None)


def _with_solutions(root: Path, ref: str) -> str | None:
    try:
        git(root, "rev-parse", "--verify", "--quiet", f"{ref}:./solutions")
        return git(root, "rev-parse", "--verify", f"{ref}^{{commit}}").decode().strip()
    except CheckerError:  # it is not there, or is somebody's own of that name
        return None


def _export(root: Path, commit: str, kept: Path) -> None:
    content = git(root, "archive", "--format=tar", commit, "solutions")
    try:
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="making-", dir=kept) as made:
            with tarfile.open(fileobj=io.BytesIO(content)) as archive:
                # Python 3.11.4 has it; before, nothing but what our own git has packed is unpacked
                archive.extraction_filter = getattr(tarfile, "data_filter", None)
                archive.extractall(Path(made, commit))
            _keep(Path(made, commit), kept / commit)
    except OSError as error:
        raise CheckerError(
            f"The solutions of the branch cannot be kept in {kept}: {error.strerror}. "
            "Make the folder writable."
        ) from None


def _keep(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another checker was faster, with the same content
            raise


def _remove_old(kept: Path) -> None:
    folders = [path for path in kept.iterdir() if not path.name.startswith("making-")]
    by_age = sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
