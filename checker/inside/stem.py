"""A run that stops when its tests are collected, for other runs to be forked from there.

Such a fork is what a run with an edit would be by then: it gives the functions of the edited module
their new code, and nothing else is other than in the old one. That holds where the edit changes no
more than functions that collecting the tests has not called, and where collecting them has left
nothing that forks would share, nor read what might be edited. Where it does not hold, we say so.
"""

import gc
import importlib.machinery
import inspect
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType

import forking
from _pytest.assertion import rewrite
from sight import Sight

EDITED = ("src", "data", "output")  # below the workspace: nobody but an import may look there
ORDERS = forking.ORDERS

Place = tuple[str, str, int]  # of a function: its file, its name, its first line


class Stem:
    """Watches how the tests of a workspace are collected, and knows the functions there then."""

    def __init__(self, root: Path):
        self._root = root
        self._prefix = f"{root}{os.sep}"
        self._called: set[Place] = set()
        self._functions: dict[Place, list[FunctionType]] = {}
        self._sight = Sight(root, kept_closed=EDITED)
        rewrite._rewrite_test = self._unwatched(rewrite._rewrite_test)
        sys.setprofile(self._note)

    def is_good(self) -> bool:
        """Whether forks from here are as good as other runs. From now on nothing is watched."""
        own = sys.getprofile() == self._note
        sys.setprofile(None)
        seen = self._sight.has_seen_anything()
        alone = len(os.listdir("/proc/self/task")) == 1 and not forking.children()
        shared = [file for file in _files() if file not in (0, ORDERS, self._sight.file)]
        harmless = all(_is_output(file) or _is_nothing(file) for file in shared)
        return own and alone and harmless and not seen

    def serve(self) -> dict | None:
        """Fork for each job that is ordered: the job in a fork, None at the end."""
        for thing in gc.get_objects():
            if type(thing) is FunctionType and self._is_below(thing.__code__):
                self._functions.setdefault(_place(thing.__code__), []).append(thing)
        gc.freeze()
        outputs = [file for file in _files() if _is_output(file)]
        kept = [file for file in _files() if file > ORDERS and _is_nothing(file)]
        chances = random.getstate()
        order = forking.serve(forking.own_orders(), outputs=outputs, kept=kept)
        random.setstate(chances)  # Python draws them anew in a fork, and the tests may have chosen
        return order and order["job"]

    def has_run(self, file: str) -> bool:
        """Whether this file of the workspace was imported, under whatever name."""
        return any(place[:2] == (self._path(file), "<module>") for place in self._called)

    def has_edited(self, file: str, original: str) -> bool:
        """Give a file's functions their code of now; False where that is not all there is to do.

        Args:
            file: Below the workspace, imported before it was edited.
            original: The file before it was edited.
        """
        path = self._path(file)
        try:
            old = importlib.machinery.SourceFileLoader(file, original).get_code(file)
            new = compile(Path(path).read_bytes(), path, "exec", dont_inherit=True)
            pairs = [(self._at(path, was), now) for was, now in self._changed(old, new, path)]
        except (SyntaxError, ValueError, OSError, ImportError, _Unfit):
            return False
        for functions, code in pairs:
            for function in functions:
                function.__code__ = code
        return True

    def _changed(
        self, old: CodeType, new: CodeType, file: str
    ) -> Iterator[tuple[CodeType, CodeType]]:
        """The code of functions before and now; an error where more than that has changed."""
        if _bare(old) == _bare(new):
            for was, now in zip(old.co_consts, new.co_consts, strict=True):
                if isinstance(was, CodeType):
                    yield from self._changed(was, now, file)
        elif (
            not _is_function(old)
            or _face(old) != _face(new)
            or _place(old, file) in self._called
            or (len(self._at(file, old)) > 1 and "<lambda>" in old.co_qualname)
        ):
            raise _Unfit
        if _is_function(old):
            yield old, new

    def _at(self, file: str, code: CodeType) -> list[FunctionType]:
        return self._functions.get(_place(code, file), [])

    def _note(self, frame, event: str, _) -> None:
        if event == "call" and self._is_below(frame.f_code):
            self._called.add(_place(frame.f_code))

    def _unwatched(self, run: Callable) -> Callable:
        """What takes much longer when it is watched, and calls no function of the application."""

        def unwatched(*arguments):
            if sys.getprofile() != self._note:
                return run(*arguments)
            sys.setprofile(None)
            try:
                return run(*arguments)
            finally:
                sys.setprofile(self._note)

        return unwatched

    def _is_below(self, code: CodeType) -> bool:
        return code.co_filename.startswith(self._prefix)

    def _path(self, file: str) -> str:
        return os.path.normpath(self._root / file)


class _Unfit(Exception):
    pass


def _files() -> list[int]:
    """All descriptors."""
    return [int(path.name) for path in Path("/proc/self/fd").iterdir() if path.exists()]


def _is_output(file: int) -> bool:
    """Whether it prints where we do: pytest has a copy of its own, for what ends a process."""
    return os.path.sameopenfile(file, 1)


def _is_nothing(file: int) -> bool:
    """Whether what is written there is gone: pytest has a log that nobody reads."""
    return os.path.samestat(os.fstat(file), os.stat(os.devnull))


def _place(code: CodeType, file: str | None = None) -> Place:
    return file or os.path.normpath(code.co_filename), code.co_qualname, code.co_firstlineno


def _bare(code: CodeType) -> CodeType:
    """The code without the functions and classes in it, and without its lines."""
    rest = tuple(None if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_consts=rest, co_filename="", co_firstlineno=1, co_linetable=b"")


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED)


def _face(code: CodeType) -> tuple:
    """What others may have learnt of a function without calling it."""
    first = code.co_consts[0] if code.co_consts else None
    docstring = first if isinstance(first, str) else None
    parameters = inspect.getargs(code)
    positional = code.co_posonlyargcount, code.co_kwonlyargcount
    return docstring, parameters, positional, code.co_freevars, code.co_flags
