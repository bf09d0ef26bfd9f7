"""Put load on a server that answers predictions, and say whether it bears it.

A load test that counts answers per second is a race. One that is a test says yes or no, by its exit
status: 0 where the server did what it has promised, anything else where it did not. Write such a
one, of callers that do what callers do. What was promised, for up to 20 callers at once:

- Each request is answered with 200 and with the right predictions, as docs/api.md tells. What is
  right for a point does not depend on who else asks: it is what the point got when nobody else did,
  to within 1e-9. (During the test, nothing is deployed.)
- 95 % of the requests are answered within 0.5 s, and 99 % within 1.5 s.
- The server's memory grows by at most 40 MB while it answers them. Which process the server is, the
  environment variable SERVER_PID tells; without it, nothing is asked of the memory.

Locust decides by itself what a failed request is (a status of 400 or more, or none), and ends with
status 1 where there was one. All else is up to you.

Your file is tried on servers that are good and on servers that are not, with 16 callers for two
seconds; whoever still waits for an answer then has three seconds more. By hand:

    python -m locust -f exercises/day5/load/locustfile.py --headless -u 16 -r 100 -t 10s -s 3
"""

import os
import random

import psutil
import requests
from locust import FastHttpUser, between, events

from exercises.day1.data_points import random_data_points

POINTS = random_data_points(60, seed=5)
SERVER = psutil.Process(int(os.environ["SERVER_PID"])) if "SERVER_PID" in os.environ else None


def ask(caller):
    """Ask about one of POINTS, by one of the two methods; a wrong answer is a failure."""
    # caller.client.post(path, json=..., catch_response=True) makes a request.
    raise NotImplementedError


class Caller(FastHttpUser):
    """Asks about one point, waits a moment, and asks about another."""

    host = "http://127.0.0.1:8000"
    wait_time = between(0.05, 0.15)
    tasks = (ask,)


@events.test_start.add_listener
def before_the_load(environment, **_):
    """Ask about all POINTS at once, while nobody else asks; remember answers, and memory."""
    # Write the task above first. What you do not write here does nothing.


@events.quitting.add_listener
def keep_to_the_budgets(environment, **_):
    """Have Locust end with status 1 where the server was too slow or has grown, and say so."""
    # Nor here.
