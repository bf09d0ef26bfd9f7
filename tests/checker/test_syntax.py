"""Python as a tree of its syntax."""

import ast
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checker.syntax import tree_of

TEXT = Path(ast.__file__).read_text(encoding="utf-8")[:20_000].rpartition("\n\n\n")[0]


class Finalized:
    """Goes when garbage is collected, and lets other threads go on then."""

    def __init__(self):
        self.myself = self

    def __del__(self):
        for _ in range(50):
            pass


@pytest.fixture
def hasty():
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_threads_can_parse_side_by_side(hasty):
    def parsed(_):
        [Finalized() for _ in range(20)]
        return ast.dump(tree_of(TEXT))

    with ThreadPoolExecutor(4) as threads:
        trees = set(threads.map(parsed, range(200)))

    assert trees == {ast.dump(ast.parse(TEXT))}


@pytest.mark.parametrize("source", ["def (", b"\xff"])
def test_what_is_no_python_has_none(source):
    with pytest.raises(SyntaxError):
        tree_of(source)
