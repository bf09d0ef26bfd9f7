"""An application that raises everywhere: tests that pass on it check nothing."""

import ast
from collections.abc import Iterable
from pathlib import Path

from checker.syntax import tree_of

# builtins tell it in the run itself, where tests may empty the environment, which tells processes
SINGS = "'CANARY_SINGS' in {**__import__('builtins').__dict__, **__import__('os').environ}"
SONG = f"if {SINGS}: raise RuntimeError('canary')"


def let_sing(root: Path, programs: Iterable[Path] = ()) -> None:
    """Make every function of src raise once the tests are collected, and every dataset unreadable.

    Not before: what the application does when it is imported is no test's business. Programs that
    are tested beside the application raise as well.
    """
    for path in [*sorted((root / "src").rglob("*.py")), *programs]:
        path.write_text(_with_song(path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in sorted((root / "data").rglob("*.parquet")):
        path.write_bytes(b"canary")


def _with_song(source: str) -> str:
    tree = tree_of(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.body[:0] = tree_of(SONG).body
    return ast.unparse(ast.fix_missing_locations(tree))
