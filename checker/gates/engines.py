"""The gate over the two ways to run tests: in a fork of a warm process, or in a fresh process."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from checker.course import Course, Edit
from checker.forks import can_fork
from checker.outcome import Outcome
from checker.prepare import prepared
from checker.process import Limits
from checker.runner import Runner
from checker.runs import run, run_tests
from checker.workspace import Build, Submission


def both_engines_agree(course: Course, day: str, runner: Runner) -> list[str]:
    """Each test ends the same in a fork as in a fresh process, on every chaff and wheat."""
    if not can_fork():
        return []
    problems = []
    exercises = course.day(day)
    with Runner(course, exercises) as warm, Runner(course, warm=False) as fresh:
        for exercise in exercises:
            state = prepared(course, exercise, warm)
            with Build(course, exercise, Submission(course.solutions), state) as build:
                edits = [*exercise.wheats, *exercise.chaffs]
                found = differences(build, edits, warm, fresh)
                problems += [f"{exercise.path}: {difference}" for difference in found]
    return problems


def differences(build: Build, edits: list[Edit], warm: Runner, fresh: Runner) -> list[str]:
    """Where the two runners come to different ends, on the reference and with each edit."""
    first = _first(build, warm), _run(build, None, fresh)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        others = pool.map(lambda edit: (_run(build, edit, warm), _run(build, edit, fresh)), edits)
        named = zip(
            ["the reference", *(edit.name for edit in edits)], [first, *others], strict=True
        )
        return [f"on {name}, {told}" for name, pair in named for told in _differences(*pair)]


def _first(build: Build, runner: Runner) -> Outcome:
    with build.workspace() as root:
        outcome = run_tests(runner, build, root, Limits(build.exercise.seconds), first=True)
        build.keep_compiled(root)
        return outcome


def _run(build: Build, edit: Edit | None, runner: Runner) -> Outcome:
    return run(runner, build, Limits(build.exercise.seconds), edit)


def _differences(warm: Outcome, fresh: Outcome) -> Iterator[str]:
    if warm.ended != fresh.ended:
        yield f"a fork ended as {warm.ended}, a fresh process as {fresh.ended}."
        return
    for test in dict.fromkeys([*warm.tests, *fresh.tests]):
        ends = [
            run.tests[test].outcome if test in run.tests else "missing" for run in (warm, fresh)
        ]
        if len(set(ends)) > 1:
            yield f"{test} is {ends[0]} in a fork, and {ends[1]} in a fresh process."
