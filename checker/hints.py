"""Hints at a bug that got away: where to look and for what, never what was changed."""

from collections.abc import Mapping, Sequence

from checker import outline
from checker.course import Chaff, Course, Exercise
from checker.verdict import Verdict

Caught = Mapping[str, Sequence[str]]  # by the solution: chaff -> the tests that fail on it


def sharper(course: Course, exercise: Exercise, name: str, caught: Caught) -> str:
    """After the question that a chaff's `hint` asks: the test meant to find it, and its place."""
    chaff = next(chaff for chaff in exercise.chaffs if chaff.name == name)
    sentences = [f"The bug is in {place(course, chaff)}."]
    if test := meant(name, caught):
        tests = outline.functions(course.solution(exercise).read_text(encoding="utf-8"))
        promise = f", “{tests[test].docstring}”" if test in tests else "."
        sentences.append(f"The test that is meant to find it: {test}{promise}")
    return " ".join(sentences)


def caught_by(verdict: Verdict) -> Caught:
    """By which tests each bug was caught."""
    return {chaff.name: chaff.by for chaff in verdict.chaffs}


def meant(name: str, caught: Caught) -> str | None:
    """Of the tests that find this bug, the one that finds the fewest others; None for none."""
    found = {bug: {test.partition("[")[0] for test in tests} for bug, tests in caught.items()}
    tests = dict.fromkeys(test.partition("[")[0] for test in caught.get(name, ()))
    return min(tests, key=lambda test: sum(test in by for by in found.values()), default=None)


def place(course: Course, chaff: Chaff) -> str:
    """Where a bug lies: the dataset, or the file and the function where there is one."""
    if chaff.file is None:
        return f"the dataset {chaff.data}"
    file = course.original(chaff.file)
    source = file.read_text(encoding="utf-8") if file.is_file() else ""
    if chaff.was not in source:
        return chaff.file
    blank = len(chaff.was) - len(chaff.was.lstrip())
    first = source[: source.index(chaff.was) + blank].count("\n") + 1
    function = outline.enclosing(source, first, first + chaff.was.strip().count("\n"))
    return f"{function}() of {chaff.file}" if function else chaff.file
