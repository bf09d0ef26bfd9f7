"""What Locust does: users who ask for one row after the other, and a verdict at the end.

``python -m src load run`` starts Locust with this file. So can you, from the repository, for one
model: ``locust -f src/load/locustfile.py --headless``. What Locust is not told on the command
line, by its variables or in a file of its own, config.json beside this file says.

Importing this module imports Locust, which changes what sockets and threads are in a process.
"""

import random
import sys
import time
from typing import Any

from gevent import GreenletExit, sleep
from locust import FastHttpUser, events, stats, task
from locust.runners import WorkerRunner

from src.load import alone, machines, outcome
from src.load.making import Load
from src.load.plan import Plan

JSON = {"Content-Type": "application/json"}


class Caller(FastHttpUser):
    """A user who asks for a prediction, waits, and asks again."""

    def __init__(self, environment: Any) -> None:
        load: Load = environment.load
        self.load = load
        self.network_timeout = self.connection_timeout = load.plan.timeout
        super().__init__(environment)

    def wait_time(self) -> float:
        """Answer how many seconds to wait before the next request."""
        return random.uniform(self.load.plan.shortest_wait, self.load.plan.longest_wait)

    @task
    def invocation(self) -> None:
        """Ask for a row; what is answered must be right."""
        started = time.perf_counter()
        try:
            self._ask()
        except GreenletExit:
            self._give_up(time.perf_counter() - started)
            raise

    def _ask(self) -> None:
        row = self.load.draw()
        with self.client.post(
            self.load.plan.path,
            data=self.load.bodies[row],
            headers=JSON,
            catch_response=True,
            allow_redirects=False,  # load goes where it is sent, and nowhere else
        ) as response:
            if not response.status_code:
                reason = getattr(response.error, "original", response.error)
                response.failure(f"no answer: {reason!r}")
                return
            problem = self.load.problem(row, response.status_code, response.content or b"")
            if problem:
                response.failure(problem)

    def _give_up(self, seconds: float) -> None:
        """Count a request that had all the time to stop, and was not answered.

        Locust forgets it, so that a server that hangs would look well. What is cut off sooner
        says nothing of the server.
        """
        if 0 < self.environment.stop_timeout <= seconds:
            self.environment.events.request.fire(
                request_type="POST",
                name=self.load.plan.path,
                response_time=seconds * 1000,
                response_length=0,
                exception=TimeoutError("no answer until the end"),
                context={},
            )


@events.init_command_line_parser.add_listener
def _add_options(parser: Any) -> None:
    parser.add_argument("--plan", default="", include_in_web_ui=False, help="A file with a plan.")
    parser.add_argument("--result", default="", include_in_web_ui=False, help="Where it is kept.")
    if "--plan" not in sys.argv:
        alone.set_defaults(parser)


@events.init.add_listener
def _prepare(environment: Any, runner: Any, **_: Any) -> None:
    if isinstance(runner, WorkerRunner):
        machines.be_a_worker(environment)
        return
    file = environment.parsed_options.plan
    plan = Plan.read(file) if file else alone.plan(environment)
    environment.load = Load(plan)
    stats.HISTORY_STATS_INTERVAL_SEC = 1  # else the curve of a short run is a point
    machines.be_a_master(environment)
    environment.events.quitting.add_listener(outcome.judge)
    sleep(0)  # timers of gevent count from the last turn of its loop, and that was before all this
