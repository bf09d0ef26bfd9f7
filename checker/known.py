"""What each test did on each wheat and chaff: it is not run again, nor where a change is undone."""

import ast
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from checker import fingerprint, kept
from checker.course import Edit
from checker.outcome import Outcome, TestResult
from checker.plan import function
from checker.syntax import tree_of

REFERENCE = ""  # in the place of an edit's name
KEPT = 40  # files of results; the ones that were not asked for longest go
VERSIONS = 4  # of a test's code whose results are kept: people undo what they tried
Result = tuple[str, str]  # how a test ended, and why
Results = dict[str, dict[str, dict[str, Result]]]  # by edit, test, and its code
RESULTS = TypeAdapter(Results)
SEES_ALL = {"globals", "locals", "vars", "dir"}  # what can reach tests without naming them


class Known:
    """The results of one submission's tests, kept below .cache/results.

    They hold for as long as nothing changes but tests: a change of a fixture, a helper or an
    import, like one of the application, asks for other results.

    Args:
        folder: Where they are kept.
        key: The fingerprint of all that the results depend on, the tests themselves aside.
        tests: Each test function, and the fingerprint of its code.
    """

    def __init__(self, folder: Path, key: str, tests: Mapping[str, str]):
        self._file = folder / f"{key}.json"
        self._tests = tests
        self._results: Results = {}
        with contextlib.suppress(OSError, ValidationError):
            self._results = RESULTS.validate_json(self._file.read_bytes())
            os.utime(self._file)
        self.was_kept = bool(self._results)

    def of(self, edit: Edit | None) -> dict[str, TestResult]:
        """What is known of the tests, as they are now, on this version; None is the reference."""
        known = self._results.get(_name(edit), {})
        codes = {test: self._tests.get(function(test)) for test in known}
        return {
            test: TestResult(*known[test][code])
            for test, code in codes.items()
            if code in known[test]
        }

    def lacks(self, edit: Edit | None) -> bool:
        """Whether there is a test function of which nothing is known on this version."""
        return not self._tests.keys() <= {function(test) for test in self.of(edit)}

    def learn(self, edit: Edit | None, outcome: Outcome) -> None:
        """Add what a run has shown, where it was a whole one."""
        if outcome.finished:
            known = self._results.setdefault(_name(edit), {})
            for test, result in outcome.tests.items():
                if code := self._tests.get(function(test)):
                    versions = known.setdefault(test, {})
                    versions.pop(code, None)  # the newest comes last
                    versions[code] = result.outcome, result.message
                    for old in [*versions][:-VERSIONS]:
                        del versions[old]

    def keep(self) -> None:
        """Write it down; where that cannot be, the tests will be run again."""
        with contextlib.suppress(OSError):
            kept.write(self._file, RESULTS.dump_json(self._results))
            kept.keep_newest(KEPT, self._file.parent)


class Nothing(Known):
    """Nothing is known, and nothing is kept."""

    def __init__(self):
        self._results, self._tests = {}, {}
        self.was_kept = False

    def keep(self) -> None:
        """Keep nothing."""


def taken_apart(source: str | bytes) -> tuple[str, dict[str, str]] | None:
    """The fingerprint of all but the tests, and that of each test function.

    None where a test may depend on another's code: one is named outside of itself, there are two
    of a name, or something looks at all names. And where it is no Python.
    """
    try:
        body = tree_of(source).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    tests = [node for node in body if _is_test(node)]
    names = {test.name for test in tests}
    rest = [node for node in body if not _is_test(node)]
    named = [name for node in body for name in _names(node)]
    if len(names) < len(tests) or not names.isdisjoint(named) or not SEES_ALL.isdisjoint(named):
        return None
    frame = fingerprint.of([ast.dump(node) for node in rest])
    return frame, {test.name: fingerprint.of(ast.dump(test)) for test in tests}


def _name(edit: Edit | None) -> str:
    return edit.name if edit else REFERENCE


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test")


def _names(node: ast.AST) -> list[str]:
    inside = ast.walk(node)
    return [
        one.id if isinstance(one, ast.Name) else one.attr
        for one in inside
        if isinstance(one, ast.Name | ast.Attribute)
    ]
