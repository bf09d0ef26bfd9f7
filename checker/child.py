"""Runs pytest inside a workspace and reports, as lines of JSON, what each test did.

Started by `checker.runner` as a script of its own, so that nothing of the checker can be imported
by the tests. Uses only the standard library and pytest.
"""

import builtins
import importlib
import json
import os
import random
import re
import sys
import textwrap
import traceback
from pathlib import Path

import pytest

MESSAGE_LENGTH, LINE_LENGTH, LINES = 600, 200, 2
WHERE = re.compile(r"\+ +where ")  # pytest's aside on a value: whole tables, as often as not
FAILURES = ("failed", "todo", "out_of_memory")


def main(job: dict) -> None:
    """Run the job's target; `finished` is the last line of a report that can be believed."""
    limit_resources(job["memory"], job["file_size"])
    sys.path.insert(0, os.getcwd())
    with open(job["report"], "w", encoding="utf-8", buffering=1) as stream:
        report = Report(stream, job)
        if not report.module_imports(job["module"]):
            return
        options = ["-q", "--tb=no", "--no-header", "--no-summary", "--capture=no"]
        options += ["-p", "no:cacheprovider", "-c", job["config"]]
        status = pytest.main([*options, job["target"]], plugins=[report])
        report.write(event="finished", status=int(status))


def limit_resources(memory: int, file_size: int) -> None:
    """Bound memory and the size of files, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS refuses some; the time limit still holds
            continue


class Report:
    """A pytest plugin that writes down what was collected and how each test ended."""

    def __init__(self, stream, job: dict):
        self.stream = stream
        self.job = job
        self.workspace = os.getcwd()
        self.exercise = Path(job["exercise"]).resolve()
        self.current: dict = {}

    def write(self, **event) -> None:
        """Add one line to the report."""
        if "message" in event:
            event["message"] = _cut(self._without_workspace(event["message"]), MESSAGE_LENGTH)
        self.stream.write(json.dumps(event) + "\n")

    def module_imports(self, module: str | None) -> bool:
        """Whether the edited module can be imported at all: a bug that nobody could ship if not."""
        try:
            if module:
                importlib.import_module(module)
        except Exception as error:
            message = "".join(traceback.format_exception_only(error)).strip()
            self.write(event="import_error", module=module, message=message)
            return False
        return True

    def pytest_collectreport(self, report):
        """Note a file that could not be collected, or that is skipped as a whole."""
        if report.failed:
            lines = [line for line in str(report.longrepr).splitlines() if line.strip()]
            errors = [line[1:] for line in lines if line.startswith("E ")] or lines[-1:]
            message = textwrap.dedent("\n".join(errors)).strip()
            self.write(event="collection_error", message=message)
        elif report.skipped:
            _, _, reason = report.longrepr
            self.write(event="skipped", message=reason.removeprefix("Skipped: "))

    def pytest_collection_modifyitems(self, items):
        """Choose and order the tests as the job says."""
        only = self.job["only"]
        if only is not None:
            items[:] = [item for item in items if item.nodeid in only]
        if self.job["order"] == "reversed":
            items.reverse()
        elif self.job["order"] is not None:
            random.Random(self.job["order"]).shuffle(items)

    def pytest_collection_finish(self, session):
        """Note which tests there are; from now on a canary application raises."""
        self.write(event="collected", tests=[item.nodeid for item in session.items])
        builtins.CANARY_SINGS = True

    def pytest_runtest_logstart(self, nodeid):
        """Open the test's line."""
        self.current = {"event": "test", "id": nodeid, "outcome": None, "message": ""}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call):
        """Fold a test's phases and subtests into one outcome: the first failure, if any."""
        report = yield
        if self.current["outcome"] in FAILURES:
            return report
        if report.failed:
            self.current |= self._failure(call.excinfo, report)
        elif hasattr(report, "wasxfail"):
            self.current["outcome"] = "xfailed"
        elif report.skipped:
            self.current["outcome"] = "skipped"
        elif report.when == "call":
            self.current["outcome"] = "passed"
        return report

    def pytest_runtest_logfinish(self):
        """Close the test's line."""
        self.write(**self.current)

    def _failure(self, error, report) -> dict:
        if error is None:  # no exception, such as a strict xfail that passed
            return {"outcome": "failed", "message": str(report.longrepr).strip()}
        raised_in = Path(error.traceback[-1].path).resolve()
        if error.errisinstance(NotImplementedError) and raised_in == self.exercise:
            outcome = "todo"
        elif error.errisinstance(MemoryError):
            outcome = "out_of_memory"
        else:
            outcome = "failed"
        return {"outcome": outcome, "message": self._message(error)}

    def _message(self, error) -> str:
        said = [line.strip() for line in error.exconly(tryshort=True).splitlines()]
        lines = [line for line in said if line and not WHERE.match(line)][:LINES]
        message = "\n".join(_cut(line, LINE_LENGTH) for line in lines)
        here = [entry for entry in error.traceback if Path(entry.path).resolve() == self.exercise]
        where = f" ({self.exercise.name}:{here[-1].lineno + 1})" if here else ""
        return _cut(message, MESSAGE_LENGTH - len(where)) + where

    def _without_workspace(self, message: str) -> str:
        """Paths as the attendee knows them: the workspace is elsewhere in each run."""
        for prefix in (f"{self.workspace}/exercises/../", f"{self.workspace}/"):
            message = message.replace(prefix, "")
        return message


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
