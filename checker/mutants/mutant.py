"""A generated mutant: an edit like a chaff, made by an operator rather than by an author."""

import ast
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from checker.course import Edit
from checker.syntax import tree_of

CONTEXT = 1  # lines shown around a change


class Mutant(Edit):
    """A small change of the application, of which nobody has said yet whether it is a bug."""

    line: int  # of the file: the first that differs
    function: str | None = None  # where the line is, such as PointParser.parse; None: in neither
    diff: str  # unified


def mutants(file: str, text: str, mutated: Iterable[str], names: Counter[str]) -> list[Mutant]:
    """The mutants that change a file's text into each of these.

    They are called for file and function, and counted: src/serve/payload.py gives
    serve-payload-parse-1, -2 and so on.

    Args:
        file: Below the course's root.
        text: What it holds.
        mutated: Other texts of it.
        names: How many mutants are called alike so far, in whichever file.
    """
    places = _places(text)
    return [_mutant(file, text, new, places, names) for new in mutated]


def _mutant(file: str, text: str, new: str, places: dict[int, str], names) -> Mutant:
    old_lines, new_lines = text.splitlines(keepends=True), new.splitlines(keepends=True)
    above, below = _alike(old_lines, new_lines)
    function = places.get(above + 1)
    name = _name(file, function)
    names[name] += 1
    diff = difflib.unified_diff(old_lines, new_lines, file, file, n=CONTEXT)
    above, below = _until_unique(text, old_lines, above, below)
    return Mutant(
        name=f"{name}-{names[name]}",
        file=file,
        was="".join(old_lines[above : len(old_lines) - below]),
        now="".join(new_lines[above : len(new_lines) - below]),
        line=_first_difference(old_lines, new_lines) + 1,
        function=function,
        diff="".join(diff),
    )


def _alike(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are the same above the change, and below it."""
    above = _first_difference(old, new)
    below = _first_difference(old[above:][::-1], new[above:][::-1])
    return above, below


def _first_difference(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(old), len(new)))


def _until_unique(text: str, lines: Sequence[str], above: int, below: int) -> tuple[int, int]:
    """An edit says what was there in words that occur once: take in lines around until it does."""
    while text.find(was := "".join(lines[above : len(lines) - below])) != text.rfind(was):
        above, below = max(above - 1, 0), max(below - 1, 0)
    return above, below


def _places(text: str) -> dict[int, str]:
    """The innermost function or class of each line that is in one."""
    found: dict[int, str] = {}
    _find_places(tree_of(text), "", found)
    return found


def _find_places(node: ast.AST, inside: str, found: dict[int, str]) -> None:
    for child in ast.iter_child_nodes(node):
        name = inside
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{inside}.{child.name}".removeprefix(".")
            found |= dict.fromkeys(range(child.lineno, child.end_lineno + 1), name)
        _find_places(child, name, found)


def _name(file: str, function: str | None) -> str:
    module = file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    own = function.rpartition(".")[2] if function else ""
    return re.sub(r"[^a-z0-9]+", "-", f"{module}-{own}".lower()).strip("-")
