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

import math
import os
import random

import psutil
import requests
from locust import FastHttpUser, between, events

from exercises.day1.data_points import random_data_points

POINTS = random_data_points(60, seed=5)
SERVER = psutil.Process(int(os.environ["SERVER_PID"])) if "SERVER_PID" in os.environ else None

METHODS = ("predict", "predict_proba")
OUTCOMES = {"FE", "UE", "W"}
TO_WITHIN = 1e-9
P95, P99 = 500, 1500  # ms
GROWTH = 40e6  # bytes
PATIENCE = 2.0  # seconds: who waits longer gives up, and that is a failure

alone: list[dict[str, float]] = []  # what each of POINTS got when nobody else asked
at_start: list[int] = []  # bytes of memory


def ask(caller):
    """Ask about one of POINTS, by one of the two methods; a wrong answer is a failure."""
    number, method = random.randrange(len(POINTS)), random.choice(METHODS)
    with caller.client.post(
        f"/invocation?method={method}", json=POINTS[number], catch_response=True
    ) as response:
        if response.status_code != 200:
            response.failure(f"status {response.status_code}")
        elif problem := problem_of(read(response), number, method):
            response.failure(problem)


class Caller(FastHttpUser):
    """Asks about one point, waits a moment, and asks about another."""

    host = "http://127.0.0.1:8000"
    wait_time = between(0.05, 0.15)
    tasks = (ask,)
    connection_timeout = network_timeout = PATIENCE


@events.test_start.add_listener
def before_the_load(environment, **_):
    """Ask about all POINTS at once, while nobody else asks; remember answers, and memory."""
    at_start[:] = memory()
    address = f"{environment.host or Caller.host}/invocation?method=predict_proba"
    alone[:] = read(requests.post(address, json=POINTS, timeout=PATIENCE)) or []


@events.quitting.add_listener
def keep_to_the_budgets(environment, **_):
    """Have Locust end with status 1 where the server was too slow or has grown, and say so."""
    total = environment.stats.total
    p95, p99 = (total.get_response_time_percentile(share) or 0 for share in (0.95, 0.99))
    grown = sum(memory()) - sum(at_start)
    broken = {
        "no request was made": total.num_requests == 0,
        f"95 % of the requests took up to {p95} ms, and {P95} ms were promised": p95 > P95,
        f"99 % of the requests took up to {p99} ms, and {P99} ms were promised": p99 > P99,
        f"the server has grown by {grown / 1e6:.0f} MB": grown > GROWTH,
    }
    for budget in [told for told, is_broken in broken.items() if is_broken]:
        print(f"BUDGET: {budget}")
        environment.process_exit_code = 1  # and where all is well, Locust's own: it knows failures


def read(response):
    """The predictions of an answer; None where it has none."""
    try:
        return response.json()["predictions"]
    except (ValueError, KeyError, TypeError):
        return None


def problem_of(predictions, number, method):
    """What is wrong with the predictions for a point; None where nothing is."""
    if not isinstance(predictions, list) or len(predictions) != 1:
        return "not one prediction for one point"
    if number >= len(alone):
        return "alone, there was no answer"
    [prediction], expected = predictions, alone[number]
    if method == "predict":
        right = prediction == max(expected, key=expected.get)
        return None if right else "not the likeliest outcome"
    if not isinstance(prediction, dict) or prediction.keys() != OUTCOMES:
        return "not a probability for each outcome"
    if not math.isclose(sum(prediction.values()), 1, abs_tol=TO_WITHIN):
        return "probabilities do not add up to 1"
    same = all(math.isclose(prediction[one], expected[one], abs_tol=TO_WITHIN) for one in OUTCOMES)
    return None if same else "another answer than alone"


def memory():
    """The bytes of memory that the server has, in a list; an empty one where nobody knows."""
    return [SERVER.memory_info().rss] if SERVER else []
