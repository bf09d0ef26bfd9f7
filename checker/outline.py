"""What a Python file is made of: its functions, and which of them are still to be written."""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from checker.syntax import tree_of

SECTION = re.compile(r"\n\n(?:Args|Returns|Yields|Raises):\n")


@dataclass(frozen=True)
class Function:
    """A function of a file; its docstring is on one line, without sections such as Raises."""

    name: str
    docstring: str
    parameters: tuple[str, ...]
    written: bool

    @property
    def is_test(self) -> bool:
        """Whether pytest takes it for a test."""
        return self.name.startswith("test_")


def functions(source: str) -> dict[str, Function]:
    """The functions of a file by name, in order; none where it is not Python."""
    body = _parsed(source).body
    nodes = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {node.name: _function(node) for node in nodes}


def enclosing(source: str, first: int, last: int) -> str | None:
    """The innermost function that has all these lines (`Class.method` for a method), or None."""
    around = [node for node in _scopes(source) if _begin(node) <= first and last <= node.end_lineno]
    while around and isinstance(around[-1], ast.ClassDef):
        around.pop()
    return ".".join(node.name for node in around) or None


@lru_cache(maxsize=8)  # one file is asked about often: for each hint, for each bug
def _parsed(source: str) -> ast.Module:
    try:
        return tree_of(source)
    except (SyntaxError, ValueError):  # a ValueError where there are null bytes in it
        return ast.Module([], [])


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
    parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return Function(
        name=node.name,
        docstring=" ".join(SECTION.split(ast.get_docstring(node) or "")[0].split()),
        parameters=tuple(parameter.arg for parameter in parameters),
        written=not any(map(_is_left_open, node.body)),
    )


def _is_left_open(statement: ast.stmt) -> bool:
    """Whether this is the `raise NotImplementedError` of a scaffold, with or without a message."""
    if not isinstance(statement, ast.Raise):
        return False
    raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


@lru_cache(maxsize=8)
def _scopes(source: str) -> tuple:
    """Functions and classes from top to bottom: what is around others comes before them."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    nodes = ast.walk(_parsed(source))
    return tuple(sorted((node for node in nodes if isinstance(node, kinds)), key=_begin))


def _begin(node) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
