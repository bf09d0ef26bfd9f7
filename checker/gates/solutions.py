"""Gates over reference solutions."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from checker.check import check
from checker.course import Course, Exercise
from checker.outcome import Outcome
from checker.plan import ALL, Plan, function
from checker.prepare import prepared
from checker.process import Limits
from checker.runner import Runner
from checker.runs import run, run_tests
from checker.verdict import Verdict
from checker.workspace import Build, Submission

SHUFFLES = (1, 2)  # seeds


def each_is_done_and_every_test_of_it_catches_a_chaff(
    course: Course, day: str, runner: Runner
) -> list[str]:
    """Each solution is done: every wheat passes, every chaff is caught, and no test is idle."""
    problems = []
    for verdict in check(course, course.day(day), course.solutions, runner=runner, matrix=True):
        path = verdict.exercise.path
        if verdict.status != "done":
            problems.append(f"{path} is {verdict.status}.")
        problems += [f"{path}: {message}" for message in verdict.messages]
        problems += [f"{path}: {chaff.name} gets away." for chaff in verdict.got_away]
        problems += [f"{path}: {test} catches nothing." for test in verdict.idle]
        problems += [f"{path}: {problem}" for problem in _not_as_said(verdict)]
        if not verdict.chaffs:
            problems.append(f"{path} has no chaff: nothing tells a good test from an empty one.")
    return problems


def an_application_that_raises_everywhere_is_caught_by_each(
    course: Course, day: str, runner: Runner
) -> list[str]:
    """An application that raises everywhere is caught by each solution."""

    def problem(exercise: Exercise) -> str | None:
        with _build(course, exercise, runner) as build, build.workspace(sings=True) as root:
            outcome = run_tests(runner, build, root, Limits(exercise.seconds))
        if outcome.finished and not outcome.failed:
            return f"{exercise.path}: all tests pass although the application raises everywhere."
        return None if outcome.finished else f"{exercise.path}: {outcome.explanation}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [found for found in pool.map(problem, course.day(day)) if found]


def tests_pass_alone_and_in_any_order(course: Course, day: str, runner: Runner) -> list[str]:
    """Each solution's tests pass alone and in any order."""
    problems = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for exercise in course.day(day):
            with _build(course, exercise, runner) as build:
                ways = _ways(_run(build, runner).passed)
                run = partial(_run, build, runner)
                outcomes = pool.map(run, ways.values())
                problems += [
                    f"{exercise.path}: {way}: {', '.join(outcome.failed) or outcome.explanation}"
                    for way, outcome in zip(ways, outcomes, strict=True)
                    if not outcome.finished or outcome.failed
                ]
    return problems


def _not_as_said(verdict: Verdict) -> list[str]:
    """Chaffs that another test catches than the one that the course names."""
    catchers = {chaff.name: set(map(function, chaff.by)) for chaff in verdict.caught}
    return [
        f"{chaff.name} is not caught by {chaff.caught_by}, as its `caught_by` says."
        for chaff in verdict.exercise.chaffs
        if chaff.caught_by and chaff.caught_by not in catchers.get(chaff.name, ())
    ]


def _build(course: Course, exercise: Exercise, runner: Runner) -> Build:
    state = prepared(course, exercise, runner)
    return Build(course, exercise, Submission(course.solutions), prepared=state)


def _ways(tests: list[str]) -> dict[str, Plan]:
    alone = {f"{test} alone": Plan([test], others=False) for test in tests}
    shuffled = {
        f"the order of seed {seed}": Plan(random.Random(seed).sample(tests, len(tests)))
        for seed in SHUFFLES
    }
    return alone | shuffled


def _run(build: Build, runner: Runner, plan: Plan = ALL) -> Outcome:
    return run(runner, build, Limits(build.exercise.seconds), plan=plan)
