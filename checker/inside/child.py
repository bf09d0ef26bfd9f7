"""Runs pytest inside a workspace, within limits, which reports what each test did (`report`).

Started by `checker.runner` as a script of its own, so that nothing of the checker can be imported
by the tests. Uses only the standard library and pytest.
"""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
import failures
import reach
import zygote
from report import Report

try:
    import loopback
except ImportError:  # Windows
    loopback = None

sys.path.pop()
OWN = ("failures", "forking", "frames", "libraries", "loopback", "preheat", "python_m", "reach")
OWN += ("report", "sight", "stem", "zygote")  # modules of the checker


def main(job: dict, stem: Callable | None = None) -> None:
    """Run the job's target; `finished` is the last line of a report that can be believed.

    A job without a report is for a stem, which `stem` makes: its forks have one each.
    """
    limit_resources(job["memory"], job["file_size"])
    for module in OWN:
        sys.modules.pop(module, None)
    sys.dont_write_bytecode = not job["first"]
    if job["processes"]:
        keep_ports_apart()
    if job["processes"] and job.get("forked"):
        zygote.start(zygote.PROGRAMS)
    sys.path.insert(0, os.getcwd())
    report = Report(job["exercise"])
    plugins = [report]
    if job["report"] is None:
        report.known = set(sys.modules)
        report.stem = stem(Path.cwd())
    elif not report.can_begin(job):
        return
    if job["trace"]:
        plugins.append(reach.Reach(report.write))
    options = ["-q", "--tb=no", "--no-header", "--no-summary", "--capture=no"]
    options += ["-p", "no:cacheprovider", "-c", job["config"]]
    try:
        pytest.main([*options, job["target"]], plugins=plugins)
    except BaseException as error:
        report.write(event="stopped", message=failures.last_line(error))
        raise


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


def keep_ports_apart() -> None:
    """Have a loopback of our own, where the kernel lets us; the runner knows whether it does."""
    with contextlib.suppress(OSError, AttributeError):  # not on Linux
        loopback.own()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
