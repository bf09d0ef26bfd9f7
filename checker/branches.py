"""Makes the branches that others check out of main: `workshop` for attendees, and `solutions`.

Nothing is written but objects and the two branches: not the work tree, the index or HEAD.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from checker.errors import CheckerError
from checker.git import git, leads_to, message
from checker.source import Source, trees

WHAT = {
    "workshop": "without solutions/",
    "solutions": "with every solution laid over its exercise",
}
MADE = "Made by `make branches` from "  # begins the last line of each commit's message


@dataclass(frozen=True)
class Branch:
    """A branch as it is now.

    `is_new` where its commit was made just now, `moved` where it was another one here before.
    """

    name: str
    commit: str
    is_new: bool
    moved: bool


def make(source: Source) -> list[Branch]:
    """Bring both branches up to what they are for the source: one new commit each, or none.

    A branch goes on where it is, here or at origin, so that a push is a fast-forward. A commit has
    the author and the dates of its source: it is the same one wherever it is made.

    Raises:
        CheckerError: the source is not main, or a branch holds or is somebody's work.
    """
    root, wanted = source.root, trees(source)
    before = {name: _branch(root, f"refs/heads/{name}") for name in wanted}
    last = {name: _last(root, name) for name in wanted}
    after = {name: _commit(source, name, tree, last[name]) for name, tree in wanted.items()}
    moved = {name for name in wanted if after[name] != before[name]}
    _check_that_nobody_works_on(root, moved)
    orders = [_order(f"refs/heads/{name}", before[name], after[name]) for name in sorted(moved)]
    why = f"branches: from {source.called}"
    git(root, "update-ref", "-m", why, "--stdin", asked="".join(orders).encode())  # both or none
    return [
        Branch(name, commit, is_new=commit != last[name], moved=name in moved)
        for name, commit in after.items()
    ]


def _last(root: Path, name: str) -> str | None:
    """What the branch ends with here, or at origin where that is further; None for none."""
    here, there = (_branch(root, f"refs/{place}/{name}") for place in ("heads", "remotes/origin"))
    is_behind = there and (not here or leads_to(root, here, there))
    last, shown = (there, f"origin/{name}") if is_behind else (here, name)
    if last and not message(root, last).rpartition("\n\n")[2].startswith(MADE):
        subject = message(root, last).partition("\n")[0]
        raise CheckerError(
            f"The branch {shown} ends with a commit that `make branches` has not made "
            f"({last[:10]} {subject}): it may be somebody's work. Give that branch another name."
        )
    return last


def _branch(root: Path, ref: str) -> str | None:
    found = git(root, "for-each-ref", "--format=%(refname) %(objectname)", ref).decode()
    return dict(line.split(" ") for line in found.splitlines()).get(ref)


def _commit(source: Source, name: str, tree: str, last: str | None) -> str:
    """The commit of this tree at the end of the branch: the last one, or one more."""
    root = source.root
    if last and git(root, "rev-parse", f"{last}^{{tree}}").decode().strip() == tree:
        return last
    headers = git(root, "cat-file", "commit", source.commit).partition(b"\n\n")[0]
    kept = (b"author ", b"committer ", b"encoding ")
    lines = [f"tree {tree}".encode(), *([f"parent {last}".encode()] if last else [])]
    lines += [line for line in headers.split(b"\n") if line.startswith(kept)]
    lines += [b"", os.fsencode(source.subject), b""]
    lines += [f"{MADE}{source.commit}, {WHAT[name]}.\n".encode()]
    write = ("hash-object", "-t", "commit", "-w", "--stdin")
    return git(root, *write, asked=b"\n".join(lines)).decode().strip()


def _check_that_nobody_works_on(root: Path, names: Collection[str]) -> None:
    place = ""
    for line in os.fsdecode(git(root, "worktree", "list", "--porcelain")).splitlines():
        key, _, value = line.partition(" ")
        place = value if key == "worktree" else place
        name = value.removeprefix("refs/heads/")
        if key == "branch" and name in names:
            raise CheckerError(
                f"The branch {name} is checked out in {place}, and would change under the files "
                "there. Check out another one there (git switch main), then make branches again."
            )


def _order(ref: str, before: str | None, after: str) -> str:
    return f"update {ref} {after} {before}\n" if before else f"create {ref} {after}\n"
