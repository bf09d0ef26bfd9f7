"""What the tests and the application import of others: worth importing once for all runs."""

import ast
import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.course import Course, Exercise
from checker.syntax import tree_of

ALWAYS = {"coverage", "pytest"}


def heavy_modules(course: Course, exercises: Sequence[Exercise] = ()) -> list[str]:
    """The modules of others that these exercises' days import, themselves or by the application.

    Without exercises, those that any of the course's code imports.
    """
    own = {path.stem for path in course.root.iterdir()}
    left, seen, names = _first_files(course, exercises), set(), set()
    while left:
        file = left.pop()
        if file not in seen:
            seen.add(file)
            for module, parts in _imports(_parsed(file)):
                names.add(module)
                left += _files(course, [module, *(f"{module}.{part}" for part in parts)])
    heavy = {name for name in names if name.partition(".")[0] not in own}
    return sorted(heavy | ALWAYS)


def _first_files(course: Course, exercises: Sequence[Exercise]) -> list[Path]:
    ours, theirs = course.solutions, course.exercises
    folders = [folder / day for day in {one.day for one in exercises} for folder in (ours, theirs)]
    found = [file for folder in folders for file in folder.rglob("*.py")]
    if any(one.processes for one in exercises):
        found.append(course.root / "src" / "__main__.py")
    if not exercises:
        found = [file for top in (course.root / "src", ours, theirs) for file in top.rglob("*.py")]
    return found


def _files(course: Course, names: list[str]) -> list[Path]:
    """The course's files of these names: one of the exercises may be a scaffold, or a solution."""
    tops = {"src": [course.root / "src"], "exercises": [course.exercises, course.solutions]}
    places = [
        top.joinpath(*below)
        for first, *below in (name.split(".") for name in names)
        for top in tops.get(first, ())
    ]
    files = [file for place in places for file in (place / "__init__.py", place.with_suffix(".py"))]
    return [file for file in files if file.is_file()]


def _parsed(file: Path) -> ast.Module:
    # what is no Python, no text or no file is the attendee's affair
    with contextlib.suppress(SyntaxError, ValueError, MemoryError, RecursionError, OSError):
        return tree_of(file.read_text(encoding="utf-8"))
    return ast.Module([], [])


def _imports(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Each module that is imported, and what is imported from it."""
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, [alias.name for alias in node.names]


def _statements(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """What can hold an import, also within functions: not expressions, which are the most."""
    for node in body:
        yield node
        for part in ("body", "handlers", "orelse", "finalbody", "cases"):
            yield from _statements(getattr(node, part, ()))
