"""The commit that branches are made of, and their trees."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from checker.errors import CheckerError
from checker.git import Refused, git, message


@dataclass(frozen=True)
class Source:
    """A commit with solutions/; `prefix` is where the course lies in it, `called` what it is."""

    root: Path
    prefix: str
    commit: str
    called: str

    @property
    def subject(self) -> str:
        """The first line of its message."""
        return message(self.root, self.commit).partition("\n")[0]

    @property
    def lacks_changes(self) -> bool:
        """Whether it is what is checked out, and there are changes that are not committed."""
        is_here = git(self.root, "rev-parse", "HEAD").decode().strip() == self.commit
        return is_here and git(self.root, "status", "--porcelain") != b""


def find(root: Path, rev: str) -> Source:
    """The commit that a revision means."""
    try:
        prefix = os.fsdecode(git(root, "rev-parse", "--show-prefix")).strip("\n")
    except Refused as error:
        raise CheckerError(
            f"{root} is in no git repository ({error.said}). Make branches in a clone of it."
        ) from None
    try:
        commit = git(root, "rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}").decode()
    except Refused:
        raise CheckerError(f"There is no commit {rev} here. Name one with --from.") from None
    return Source(root, prefix, commit.strip(), rev)


def trees(source: Source) -> dict[str, str]:
    """The tree of each branch: without solutions/, and with every solution over its exercise."""
    solutions, exercises = f"{source.prefix}solutions/", f"{source.prefix}exercises/"
    found = git(source.root, "ls-tree", "-r", "-z", "--full-tree", source.commit, "--", solutions)
    entries = [line.partition("\t") for line in os.fsdecode(found).split("\0") if line]
    if not entries:
        raise CheckerError(
            f"There is no folder solutions/ in {source.called}. Name a commit of main with --from."
        )
    removed = [f"0 {entry.rpartition(' ')[2]}\t{path}" for entry, _, path in entries]
    laid_over = [
        f"{entry}\t{exercises}{path.removeprefix(solutions)}"
        for entry, _, path in entries
        if path.endswith(".py") and not Path(path).name.startswith("check_")
    ]
    solved = _tree(source, laid_over)
    if solved == _tree(source, []):
        raise CheckerError(
            f"All exercises are solved already in {source.called}: is it the branch solutions? "
            "Name a commit of main with --from."
        )
    return {"workshop": _tree(source, removed), "solutions": solved}


def _tree(source: Source, changes: list[str]) -> str:
    """The source's tree with some entries changed, as `git update-index --index-info` reads it."""
    with tempfile.TemporaryDirectory(prefix="index-") as folder:

        def on_index(*arguments: str, asked: bytes = b"") -> bytes:
            index = str(Path(folder, "index"))
            return git(source.root, *arguments, asked=asked, GIT_INDEX_FILE=index)

        on_index("read-tree", source.commit)
        told = os.fsencode("".join(f"{change}\0" for change in changes))
        on_index("update-index", "-z", "--index-info", asked=told)
        return on_index("write-tree").decode().strip()
