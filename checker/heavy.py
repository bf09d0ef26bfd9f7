"""What the course imports of others: worth importing once for all runs."""

import ast
import contextlib
from collections.abc import Iterator, Sequence

from checker.course import Course

ALWAYS = {"coverage", "pytest"}


def heavy_modules(course: Course) -> list[str]:
    """The modules that the course's code imports, and that are not its own."""
    own = {path.stem for path in course.root.iterdir()}
    names: set[str] = set()
    for folder in (course.root / "src", course.exercises, course.solutions):
        for path in folder.rglob("*.py"):
            # what is no Python, no text or no file is the attendee's affair
            with contextlib.suppress(SyntaxError, ValueError, MemoryError, RecursionError, OSError):
                names |= _imports(ast.parse(path.read_text(encoding="utf-8")))
    heavy = {name for name in names if name.partition(".")[0] not in own}
    return sorted(heavy | ALWAYS)


def _imports(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def _statements(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """What can hold an import, also within functions: not expressions, which are the most."""
    for node in body:
        yield node
        for part in ("body", "handlers", "orelse", "finalbody", "cases"):
            yield from _statements(getattr(node, part, ()))
