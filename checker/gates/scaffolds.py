"""Gates over scaffolds."""

from checker.check import check
from checker.course import Course, docstrings
from checker.runner import Runner


def each_starts_as_it_says(course: Course, day: str, runner: Runner) -> list[str]:
    """Each scaffold is todo, or partial where its first test is there as an example."""
    verdicts = check(course, course.day(day), course.exercises, runner=runner)
    return [
        f"{verdict.exercise.path} is {verdict.status}, not {verdict.exercise.starts}. "
        + " ".join(verdict.messages)
        for verdict in verdicts
        if verdict.status != verdict.exercise.starts
    ]


def each_states_the_same_task_as_its_solution(
    course: Course, day: str, runner: Runner
) -> list[str]:
    """Each scaffold's module docstring, test names and test docstrings are its solution's."""
    problems = []
    for exercise in course.day(day):
        if not course.scaffold(exercise).is_file():
            problems.append(f"{exercise.path}: there is no scaffold.")
            continue
        ours = docstrings(course.solution(exercise).read_text(encoding="utf-8"))
        theirs = docstrings(course.scaffold(exercise).read_text(encoding="utf-8"))
        for name in sorted({**ours, **theirs}):
            if (name in ours, ours.get(name)) != (name in theirs, theirs.get(name)):
                what = name or "the module docstring"
                problems.append(f"{exercise.path}: {what} is not the same in both.")
        if not ours[""]:
            problems.append(f"{exercise.path}: there is no module docstring to state the task.")
    return problems
