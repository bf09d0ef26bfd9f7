"""Watches a day on this terminal."""

import os
import sys
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import Queue

from rich.console import Console

from checker.check import check
from checker.course import Course, Exercise
from checker.runner import Runner
from checker.watch import commands, files, mounts, view
from checker.watch.changes import Changes
from checker.watch.keys import has_keys, keys_of, released
from checker.watch.loop import Loop
from checker.watch.session import Session


def watch(
    course: Course, day: str, submission: Path, only: str | None, *, jobs: int | None, poll: bool
) -> None:
    """Show what a day's tests are worth, again at each save, until the user has enough."""
    queue = Queue()
    keyed = has_keys(sys.stdin)
    session = Session(
        course,
        day,
        submission,
        only,
        clock=partial(time.strftime, "%H:%M:%S"),
        reminder=view.REMINDER if keyed else view.WITHOUT_KEYS,
    )
    with ExitStack() as stack:
        runner = stack.enter_context(Runner(course, course.day(day)))
        runner.warm_up()
        stack.enter_context(_changes(course, submission, queue, poll))
        keys = stack.enter_context(keys_of(sys.stdin, queue)) if keyed else None

        def command(name: str, exercise: Exercise) -> None:
            options = ("--of", str(submission)) if name == "hint" else ()
            with released(keys):
                commands.run(course, name, exercise, *options)

        judge = partial(check, course, submission=submission, jobs=jobs, runner=runner)
        Loop(
            session, queue, check=judge, cancel=runner.cancel, command=command, console=Console()
        ).run()


def _changes(course: Course, submission: Path, queue: Queue, wished: bool) -> Changes:
    folders = files.roots(course, submission)
    mountinfo = mounts.MOUNTINFO.read_text() if mounts.MOUNTINFO.exists() else ""
    reason = mounts.reason_to_poll(folders, os.environ, mountinfo, wished=wished)
    return Changes(folders, queue, poll=reason)
