"""The end of a run in Locust's process: the verdict, the exit status, and what is kept."""

import csv
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from src.load.budgets import missed
from src.load.figures import figures_of

UNDER_WAY = ("spawning", "running")
LAST = "last_"  # before the name of statistics that are newer than those of Locust
OURS = re.compile(r"(?:CatchResponseError|TimeoutError)\([\"'](.*)[\"']\)", re.DOTALL)
KINDS_KEPT = 50  # of failures
STATISTICS = ("stats", "failures", "exceptions")

log = logging.getLogger(__name__)


def judge(environment: Any, **_: Any) -> None:
    """Decide Locust's exit status by the budgets, and keep the result where that is asked for."""
    runner = environment.runner
    interrupted = runner.state in UNDER_WAY
    if interrupted:  # by Ctrl-C: what is under way may be answered, and workers report
        runner.quit()
    figures = figures_of(environment.stats.total)
    problems = [*missed(figures, environment.load.plan.limits()), *_troubles(runner)]
    environment.process_exit_code = 1 if problems else 0
    for problem in problems:
        log.error("Missed: %s", problem)
    if environment.parsed_options.result:
        path = Path(environment.parsed_options.result)
        result = {
            "figures": asdict(figures),
            "missed": problems,
            "interrupted": interrupted,
            "users": sum(runner.final_user_classes_count.values()),
            "errors": _errors(environment.stats),
            "versions": environment.load.answers.versions,
            "is_generator_busy": _is_busy(runner),
            "curve": _curve(environment.stats),
        }
        path.write_text(json.dumps(result, indent=1), encoding="utf-8")
        _write_statistics(environment, path.parent)


def _troubles(runner: Any) -> Iterator[str]:
    raised = sum(exception["count"] for exception in runner.exceptions.values())
    if raised:
        yield f"the locustfile raised {raised:,} exceptions, which its log shows"
    lost = len(getattr(getattr(runner, "clients", None), "missing", ()))
    if lost:
        yield f"processes that made load went missing: {lost}"


def _errors(stats: Any) -> list[dict[str, Any]]:
    """Kinds of failures, the most frequent first."""
    errors = [
        {"error": _text(error.error), "occurrences": error.occurrences}
        for error in stats.errors.values()
    ]
    return sorted(errors, key=lambda error: -error["occurrences"])[:KINDS_KEPT]


def _text(error: Any) -> str:
    """What an error says; workers send its repr."""
    told = error if isinstance(error, str) else repr(error)
    ours = OURS.fullmatch(told)
    return ours[1] if ours else told


def _is_busy(runner: Any) -> bool:
    """Whether a generator used its core up, so that it was itself what was slow."""
    return any(
        getattr(runner, name, False)
        for name in ("cpu_warning_emitted", "worker_cpu_warning_emitted")
    )


def _curve(stats: Any) -> list[dict[str, float]]:
    """How the run went on: requests and failures of each second, and users and times then.

    Times are those of the last ten seconds.
    """
    total, points = stats.total, []
    for entry in stats.history:
        moment = int(datetime.fromisoformat(entry["time"]).timestamp())
        points.append(
            {
                "second": moment - int(total.start_time),
                "users": entry["user_count"][1],
                "requests": total.num_reqs_per_sec.get(moment, 0),
                "failures": total.num_fail_per_sec.get(moment, 0),
                "p50_ms": entry["response_time_percentile_0.5"][1],
                "p95_ms": entry["response_time_percentile_0.95"][1],
            }
        )
    return points


def _write_statistics(environment: Any, folder: Path) -> None:
    """Write Locust's statistics as they are now; its own files are up to a second older."""
    from locust.stats import PERCENTILES_TO_REPORT, StatsCSV

    writer = StatsCSV(environment, PERCENTILES_TO_REPORT)
    for name, write in zip(
        STATISTICS, (writer.requests_csv, writer.failures_csv, writer.exceptions_csv), strict=True
    ):
        with (folder / f"{LAST}{name}.csv").open("w", encoding="utf-8", newline="") as file:
            write(csv.writer(file))
