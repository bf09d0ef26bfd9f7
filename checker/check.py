"""Judges a submission's tests of several exercises, side by side."""

import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

from checker import edits
from checker.cache import Cache
from checker.course import Course, Exercise
from checker.exercise_check import ExerciseCheck
from checker.killers import Killers
from checker.pool import Pool
from checker.process import remove_leftovers
from checker.progress import Progress
from checker.runner import Runner
from checker.verdict import Verdict
from checker.workspace import Submission


def check(
    course: Course,
    exercises: list[Exercise],
    submission: Path,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    runner: Runner | None = None,
    matrix: bool = False,
    cached: bool = True,
) -> list[Verdict]:
    """Judge the submission's tests of these exercises, several runs at once.

    Args:
        course: The reference application with its exercises and solutions.
        exercises: Which to judge.
        submission: A folder laid out as exercises/.
        jobs: How many runs go side by side; one a core where None.
        progress: Is told how the work goes on.
        runner: Starts the processes; one of its own where None.
        matrix: Whether every test runs on every chaff, so that `by` names all that catch it.
        cached: Whether verdicts on unchanged work are taken from the cache.

    Raises:
        CheckerError: the course's material or the submission's folder is not as it has to be.
        Cancelled: somebody has called the runner's `cancel`.
    """
    progress = progress or Progress()
    if runner is None:
        with Runner(course, exercises) as own:
            return check(
                course, exercises, submission, jobs=jobs, progress=progress, runner=own,
                matrix=matrix, cached=cached,
            )  # fmt: skip
    remove_leftovers()
    for exercise in exercises:
        check_that_edits_fit(course, exercise)
        Submission(submission).file(exercise)
    cache = Cache(course) if cached else None
    killers = Killers(course.root)
    with Pool(jobs or os.cpu_count()) as pool:
        checks = [
            ExerciseCheck(course, exercise, Submission(submission), runner, pool, progress, matrix)
            for exercise in exercises
        ]
        return _all_at_once([lambda one=one: one.verdict(cache, killers) for one in checks], runner)


def check_that_edits_fit(course: Course, exercise: Exercise) -> None:
    """Raise a CheckerError for the first chaff or wheat whose `was` is not there exactly once."""
    for edit in (*exercise.chaffs, *exercise.wheats):
        if edit.file is not None:
            edits.edited_text(edit, course.original(edit.file))


def _all_at_once(tasks: list, runner: Runner) -> list:
    """The tasks' results; where one fails, none goes on."""
    with ThreadPoolExecutor(len(tasks)) as threads:
        futures = [threads.submit(task) for task in tasks]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            return [future.result() for future in futures]
        except BaseException:  # Ctrl-C too
            runner.cancel()
            wait(futures)
            runner.resume()
            raise
