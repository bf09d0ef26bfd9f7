"""Runs of tests that mean no good, and what is left of them."""

import os
from pathlib import Path

from checker.outcome import Outcome
from checker.process import Limits
from checker.runner import Runner

TARGET = "exercises/test_it.py"
LIMITS = Limits(seconds=20)
IMPORTS = "import os, select, signal, subprocess, sys, threading, time\nimport pytest\n"
CRASHED = "the run ended before its tests did: "
STOPPED = f"{CRASHED}something stopped pytest"


class Runs:
    """Runs the text of tests, each in a workspace of its own below the root."""

    def __init__(self, runner: Runner, root: Path):
        self.runner = runner
        self._root = root
        self._workspaces: list[Path] = []

    def __call__(self, tests: str, limits: Limits = LIMITS, conftest: str = "", **how) -> Outcome:
        """How the tests ended. They may use what IMPORTS names."""
        workspace = self._root / f"workspace{len(self._workspaces)}"
        for folder in ("home", "tmp", "exercises"):
            (workspace / folder).mkdir(parents=True)
        (workspace / "exercises/pytest.ini").write_text("[pytest]\n")
        (workspace / "exercises/conftest.py").write_text(conftest)
        (workspace / TARGET).write_text(f"{IMPORTS}{tests}\n")
        self._workspaces.append(workspace)
        return self.runner.run_tests(workspace, TARGET, TARGET, limits, **how)

    def check_that_all_is_well(self) -> None:
        """No process is left, and the warm one, where there is one, runs ordinary tests."""
        if self.runner.pid:
            assert results(self("def test_it(): pass")) == ["passed"]
        assert processes_of(self.runner, self._workspaces) == []


def results(outcome: Outcome) -> list[str]:
    """How each test of a run ended that has finished."""
    assert outcome.ended == "finished", outcome.explanation
    return [result.outcome for result in outcome.tests.values()]


def processes_of(runner: Runner, workspaces: list[Path]) -> list[int]:
    """The children of the warm process, and what has the environment of a workspace."""
    listed = Path(f"/proc/{runner.pid}/task/{runner.pid}/children")
    children = [int(pid) for pid in listed.read_text().split()] if listed.exists() else []
    marks = {os.fsencode(f"PYTHONPATH={workspace}") for workspace in workspaces}
    return children + [int(path.parent.name) for path in _environments() if marks & _in(path)]


def _environments() -> list[Path]:
    return list(Path("/proc").glob("[0-9]*/environ"))


def _in(environment: Path) -> set[bytes]:
    try:
        return set(environment.read_bytes().split(b"\0"))
    except OSError:  # gone, or somebody else's
        return set()
