"""Asks git, by its plumbing, which nobody's settings change."""

import os
import subprocess
from pathlib import Path

from checker.errors import CheckerError

SECONDS = 30  # for one call


class Refused(CheckerError):
    """Git did not do what it was asked to; `said` is the first line of its reasons."""

    def __init__(self, arguments: tuple[str, ...], reasons: bytes):
        self.said = reasons.decode(errors="replace").strip().partition("\n")[0]
        super().__init__(f"git {' '.join(arguments)} failed: {self.said}")


def git(root: Path, *arguments: str, asked: bytes = b"", **variables: str) -> bytes:
    """What git prints in the folder root.

    Args:
        root: A folder of a repository.
        arguments: The command, and its arguments.
        asked: What the command reads.
        variables: Environment variables for it.

    Raises:
        Refused: git ended with another status than 0.
        CheckerError: there is no git, or it takes too long.
    """
    # GIT_DIR and its like, as hooks set them, would make git look elsewhere
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", **variables}
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
        raise Refused(arguments, done.stderr)
    return done.stdout


def leads_to(root: Path, commit: str, later: str) -> bool:
    """Whether a commit is the later one, or in its history."""
    return not git(root, "rev-list", "--max-count=1", commit, f"^{later}")


def message(root: Path, commit: str) -> str:
    """What a commit says of itself."""
    return os.fsdecode(git(root, "cat-file", "commit", commit).partition(b"\n\n")[2]).strip("\n")
