"""Gates over chaffs and wheats."""

import ast

from checker import edits
from checker.course import Course, Edit, Exercise
from checker.errors import CheckerError
from checker.runner import Runner
from checker.syntax import tree_of


def each_is_one_bug_unlike_the_others(course: Course, day: str, runner: Runner) -> list[str]:
    """Each chaff and wheat fits, changes something, and is unlike the others."""
    return [problem for exercise in course.day(day) for problem in _of(course, exercise)]


def _of(course: Course, exercise: Exercise) -> list[str]:
    problems = []
    seen: dict[object, str] = {}  # what an edit makes of its place -> who made it first
    for edit in (*exercise.chaffs, *exercise.wheats):
        try:
            made, before = _meaning(edit, course)
        except (CheckerError, SyntaxError) as error:
            problems.append(f"{exercise.path}: {edit.name}: {error}")
            continue
        first = seen.setdefault(made, edit.name)
        if made == before:
            problems.append(f"{exercise.path}: {edit.name} changes nothing.")
        elif first != edit.name:
            problems.append(f"{exercise.path}: {edit.name} is the same as {first}.")
    return problems


def _meaning(edit: Edit, course: Course) -> tuple[object, object]:
    """What the edited place means, and what it meant before: equal where an edit is idle."""
    if edit.file is None:
        return (
            (edit.place, _fingerprint(edits.edited_frame(edit, course.root))),
            (edit.place, _fingerprint(edits.edited_frame(_unchanged(edit), course.root))),
        )
    path = course.original(edit.file)
    before, text = path.read_text(encoding="utf-8"), edits.edited_text(edit, path)
    return (edit.place, _syntax(edit, text)), (edit.place, _syntax(edit, before))


def _syntax(edit: Edit, text: str) -> str:
    return ast.dump(tree_of(text)) if edit.module else text


def _unchanged(edit: Edit) -> Edit:
    return edit.model_copy(update={"edit": "df"})


def _fingerprint(frame) -> tuple:
    import pandas as pd

    values = frame.astype(object).map(repr) if len(frame) else frame
    types = tuple((name, str(dtype)) for name, dtype in frame.dtypes.items())
    return types, tuple(pd.util.hash_pandas_object(values, index=False))
