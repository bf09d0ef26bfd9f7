"""Several processes or machines that make load: Locust's workers, who learn all from the master."""

import time
from typing import Any

from src.load.making import Load
from src.load.plan import Plan

LATE = 5.0  # seconds that workers may take to report, besides the time that requests have to stop
PLAN, ENDING, ENDED = "plan", "ending", "ended"


def be_a_worker(environment: Any) -> None:
    """Take the plan from the master, tell it which versions answered, and stop when it says so."""
    runner = environment.runner

    def take_plan(msg: Any, **_: Any) -> None:
        environment.load = Load(Plan.from_json(msg.data))

    def stop(**_: Any) -> None:
        runner.stop()
        runner.send_message(ENDED)

    def report_versions(client_id: str, data: dict, **_: Any) -> None:
        if hasattr(environment, "load"):
            data["versions"] = environment.load.answers.versions
            environment.load.answers.versions = {}

    runner.register_message(PLAN, take_plan)
    runner.register_message(ENDING, stop, concurrent=True)
    environment.events.report_to_master.add_listener(report_versions)


def be_a_master(environment: Any) -> None:
    """Send workers the plan, count what they report, and wait until all have stopped.

    Locust's own master waits half a second for that, and forgets what comes later. Where Locust
    is one process, nothing is sent and nobody is waited for.
    """
    from locust.runners import MasterRunner

    runner = environment.runner
    ended: set[str] = set()

    def send_plan(**_: Any) -> None:
        runner.send_message(PLAN, environment.load.plan.to_json())

    def count_versions(client_id: str, data: dict, **_: Any) -> None:
        versions = environment.load.answers.versions
        for model_id, count in data.get("versions", {}).items():
            versions[model_id] = versions.get(model_id, 0) + count

    def wait_for_workers(**_: Any) -> None:
        runner.send_message(ENDING)
        give_up = time.monotonic() + environment.stop_timeout + LATE
        while len(ended) < runner.worker_count and time.monotonic() < give_up:
            time.sleep(0.05)  # gevent's, in a process of Locust's

    if isinstance(runner, MasterRunner):
        runner.register_message(ENDED, lambda msg, **_: ended.add(msg.node_id))
        environment.events.test_start.add_listener(send_plan)
        environment.events.test_stop.add_listener(wait_for_workers)
        environment.events.worker_report.add_listener(count_versions)
