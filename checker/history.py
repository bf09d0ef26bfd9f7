"""What git remembers of a file. Only reads, by plumbing, which nobody's settings change."""

import os
import subprocess
from pathlib import Path

from checker.errors import CheckerError

SECONDS = 30  # for one call of git


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
    # GIT_DIR and its like, as hooks set them, would make git look elsewhere
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            input=asked,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
        )
    except FileNotFoundError:
        raise CheckerError("There is no git on this machine. Install it.") from None
    except subprocess.TimeoutExpired:
        raise CheckerError(f"Git took more than {SECONDS} seconds. Try again.") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise CheckerError(f"Git knows no history of {root} ({said}). Work in a git clone of it.")
    return done.stdout
