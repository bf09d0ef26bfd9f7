"""What git remembers of a file. Only reads."""

from pathlib import Path

from checker.errors import CheckerError
from checker.git import Refused, git


def heads_of_remotes(root: Path) -> list[str]:
    """The default branches of the remotes, upstream's first: a fork names the course so."""
    found = _git(root, "for-each-ref", "--format=%(refname)", "refs/remotes/*/HEAD")
    return sorted(found.decode().split(), key=lambda ref: ref != "refs/remotes/upstream/HEAD")


def versions(root: Path, ref: str, path: str) -> list[bytes]:
    """The contents that a file (a path below root) has had on the way to a ref, newest first."""
    commits = _git(root, "rev-list", "--full-history", ref, "--", path).decode().split()
    wanted = "".join(f"{commit}:./{path}\n" for commit in commits)
    return _contents(_git(root, "cat-file", "--batch", asked=wanted.encode()))


def _contents(batch: bytes) -> list[bytes]:
    found = []
    while batch:
        header, _, batch = batch.partition(b"\n")
        if header.endswith(b" missing"):  # a commit that removed the file
            continue
        size = int(header.rsplit(b" ", 1)[1])
        found.append(batch[:size])
        batch = batch[size + 1 :]
    return found


def _git(root: Path, *arguments: str, asked: bytes = b"") -> bytes:
    try:
        return git(root, *arguments, asked=asked, GIT_NO_LAZY_FETCH="1")
    except Refused as error:
        raise CheckerError(
            f"Git knows no history of {root} ({error.said}). Work in a git clone of it."
        ) from None
