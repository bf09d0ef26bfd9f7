"""A run of an exercise's tests in a workspace, on the reference or with one edit made."""

from pathlib import Path

from checker import edits
from checker.course import Course, Edit
from checker.outcome import Outcome
from checker.plan import edited_lines
from checker.process import MEMORY, Limits
from checker.runner import Runner
from checker.workspace import Build


def run(runner: Runner, build: Build, limits: Limits, edit: Edit | None = None, **how) -> Outcome:
    """Run the tests in a workspace that nobody has touched, with the edit made.

    Where the workspace is one that is used again and again, the tests are collected in it once, and
    not again for each run.
    """
    from_stem = (
        not build.exercise.processes and _comes_after(edit, build.course) and not how.get("trace")
    )

    def collect(root: Path) -> bool:
        is_used_again = MEMORY in root.parents
        return not is_used_again or runner.collect(root, build.target, build.judged, limits)

    with build.workspace(edit, before=collect if from_stem else None) as root:
        if edit and edit.file:
            how |= {"file": edit.file, "original": build.stage / edit.file}
        return run_tests(runner, build, root, limits, edit, from_stem=from_stem, **how)


def run_tests(
    runner: Runner, build: Build, root: Path, limits: Limits, edit: Edit | None = None, **how
) -> Outcome:
    """Run the tests of a built workspace, with the edit that is made in it."""
    module = edit.module if edit else None
    data = edits.of_data(edit, root) if edit and edit.data else None
    outcome = runner.run_tests(
        root,
        build.target,
        build.judged,
        limits,
        module=module,
        edit=data,
        processes=build.exercise.processes,
        **how,
    )
    if outcome.ended == "misfit":
        raise edits.misfit(edit, outcome.detail)
    return outcome


def _comes_after(edit: Edit | None, course: Course) -> bool:
    """Whether it may change nothing before the tests run: data, or functions of the application."""
    if edit is None or edit.file is None:
        return True
    in_function = edited_lines(edit, course) is not None
    return in_function and edit.file.startswith("src/")
