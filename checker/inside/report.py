"""A pytest plugin: runs the tests that are asked for, and writes down how each ended."""

import builtins
import contextlib
import importlib
import json
import os
import sys
import textwrap
import time
from pathlib import Path

import failures
import frames
import libraries
import pytest
import zygote

# what the tests replace, and do not put back, is not what is called here
exit_at_once, process_id, clock, as_json = os._exit, os.getpid, time.perf_counter, json.dumps
file_status = os.fstat
FAILURES = ("failed", "todo", "out_of_memory")


class Report:
    """A pytest plugin that runs the tests that are asked for, and writes down how each ended."""

    def __init__(self, exercise: str):
        self.stream = None
        self.stem = None
        self.known: set[str] = set()  # modules that were imported before those of the tests
        self.output = sys.stdout
        self.workspace = os.getcwd()
        self.exercise = Path(exercise).resolve()
        self.current: dict = {}
        self.caught = False
        self.began = 0.0
        self.left: list[str] = []  # ids of the tests still to run

    def can_begin(self, job: dict) -> bool:
        """Begin the report of a job, and make the edit that is left to make; whether it can be."""
        self.job = job
        self.process = process_id()
        # not of every run: to count a reference copies the page that it is on, and there are many
        if job["first"] and not self.stem:
            self.known = set(sys.modules)
        self.stream = open(job["report"], "w", encoding="utf-8", buffering=1)  # noqa: SIM115
        return self.data_is_edited(job["edit"]) and self.module_is_edited(job["module"])

    def write(self, **event) -> None:
        """Add one line to the report. What has none is a stem, and is none after all."""
        if self.stream is None:
            exit_at_once(1)
        if "message" in event:
            event["message"] = failures.shown(event["message"], self.workspace)
        self.stream.write(as_json(event) + "\n")

    def data_is_edited(self, edit: dict | None) -> bool:
        """Whether the dataset could be edited, where that is what makes the chaff."""
        try:
            if edit:
                frames.edit(edit["path"], edit["edit"], Path.cwd())
        except Exception as error:
            self.write(event="misfit", message=f"its `edit` raises {failures.last_line(error)}")
            return False
        return True

    def module_is_edited(self, module: str | None) -> bool:
        """Whether the edited module can be imported at all: a bug that nobody could ship if not.

        In a fork of a stem that has imported it already, it is given its new code.
        """
        if self.stem and module and self.stem.has_run(self.job["file"]):
            if not self.stem.has_edited(self.job["file"], self.job["original"]):
                self.write(event="unfit", message=module)
                return False
            return True
        try:
            if module:
                importlib.import_module(module)
        except Exception as error:
            self.write(event="import_error", module=module, message=failures.last_line(error))
            return False
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self):
        """Note a conftest.py that cannot be imported."""
        try:
            return (yield)
        except Exception as error:
            cause = getattr(error, "cause", error)  # pytest wraps it
            where = f" ({error.path})" if hasattr(error, "path") else ""
            self.write(event="collection_error", message=failures.last_line(cause) + where)
            raise

    @pytest.hookimpl(tryfirst=True)  # the others print it, and may have nothing to print to
    def pytest_internalerror(self, excinfo):
        """Note what a hook of somebody else's raised; no further test is run."""
        self.write(event="stopped", message=failures.last_line(excinfo.value))

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
        """Choose and order the tests as planned; those that the plan does not know come last.

        A stem ends here. What goes on from here are its forks, each with a job of its own.
        """
        if self.stem:
            self._stay_and_fork()
        left_out = {*self.job["left_out"]}
        items[:] = [item for item in items if item.nodeid not in left_out]
        if self.job["tests"] is not None:
            place = {test: index for index, test in enumerate(self.job["tests"])}
            if not self.job["others"]:
                items[:] = [item for item in items if item.nodeid in place]
            items.sort(key=lambda item: place.get(item.nodeid, len(place)))
        if self.job["backwards"]:
            items.reverse()

    def pytest_collection_finish(self, session):
        """Note which tests there are; from now on a canary application raises."""
        self.left = [item.nodeid for item in session.items]
        self.write(event="collected", tests=self.left)
        builtins.CANARY_SINGS = True
        os.environ["CANARY_SINGS"] = "1"  # to processes that tests start

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self):
        """Print nothing: the checker would wake for each dot. A closed output is an error still."""
        self.output.flush()
        file_status(1)
        return "", "", ""

    def pytest_runtest_logstart(self, nodeid):
        """Open the test's line."""
        self.current = {"event": "test", "id": nodeid, "outcome": None, "message": ""}
        self.began = clock()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        """Fold a test's phases and subtests into one outcome: the first failure, if any."""
        report = yield
        self._fold(report, call)
        if call.when == "call" or report.failed:
            self._stop_where_that_is_enough(item)
        return report

    def pytest_runtest_logfinish(self):
        """Close the test's line."""
        self._end_where_this_is_a_copy()
        self.left.remove(self.current["id"])
        self.write(**self.current, seconds=clock() - self.began)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session, exitstatus):
        """Close the report. What comes after, such as leaving, is no test's business."""
        self._end_where_this_is_a_copy()
        if self.job["first"]:
            with contextlib.suppress(Exception):  # whatever a test has made of sys.modules
                names = {
                    *libraries.imported(self.known, self.workspace),
                    *zygote.noted(zygote.PROGRAMS),
                }
                self.write(event="libraries", modules=sorted(names))
        self.write(event="finished", status=int(exitstatus))
        with contextlib.suppress(Exception):  # a test may have closed them
            sys.stdout.flush()
            sys.stderr.flush()
        exit_at_once(0)

    def _stay_and_fork(self) -> None:
        if not self.stem.is_good():
            exit_at_once(1)
        job = self.stem.serve()
        if job is None or not self.can_begin(job):
            exit_at_once(0)

    def _fold(self, report, call) -> None:
        if self.current["outcome"] in FAILURES:
            return
        if report.failed:
            self.current |= failures.of(call.excinfo, report, self.exercise)
        elif hasattr(report, "wasxfail"):
            self.current["outcome"] = "xfailed"
        elif report.skipped:
            self.current["outcome"] = "skipped"
        elif report.when == "call":
            self.current["outcome"] = "passed"

    def _stop_where_that_is_enough(self, item) -> None:
        """A test has failed, and what the others do is known or does not matter."""
        others = set(self.left) - {self.current["id"]}
        failed = self.current["outcome"] == "failed" and self.current["id"] in self.job["counts"]
        self.caught = self.caught or failed
        if self.caught and others and others <= set(self.job["spared"]):
            self.write(event="enough")
            item.session.shouldfail = "a failing test is enough"

    def _end_where_this_is_a_copy(self) -> None:
        if process_id() != self.process:  # a test forked, and the fork came back from it
            self.write(event="forked", message=self.current["id"])
            exit_at_once(1)
