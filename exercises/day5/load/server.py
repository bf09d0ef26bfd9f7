"""The server that load tests are tried on: the API of docs/api.md, and a small model behind it.

    python -m exercises.day5.load.server 8000

It prints its address and the id of its process, and serves until it is ended; without a port, it
takes a free one. The model takes as long as a forest of many trees, and its answers depend on
nothing but the point.

Look around, or spoil something and see whether your load test notices: `make check-day5` takes
servers of its own.
"""

import itertools
import logging
import math
import os
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from flask import Response, request
from werkzeug.serving import make_server

from src.serve.app import create_app

NUMBER = "load.number"  # of a request, in its environment
MODEL_ID = "5" * 40
SECONDS = 0.05  # that the model takes for a request
THREADS = 10  # in which the model works
MOST_AT_ONCE = 200  # requests under way; who comes then is sent away
KEPT = 4  # requests, for whoever looks into a failure
MEMORY = 768 * 1024  # bytes that the model needs to answer a request
BASE = {"FE": -1.5, "UE": 0.2, "W": -0.5}
WEIGHTS = {
    "FE": {"player_distance_travelled": 0.08, "outside_sideline": 1.0, "outside_baseline": 1.0},
    "UE": {"net_clearance": 0.05, "outside_sideline": 1.0, "outside_baseline": 1.0},
    "W": {"speed": 0.05, "depth": -0.02, "outside_sideline": -1.0, "outside_baseline": -1.0},
}


class Server:
    """Has a few threads do the model's work, whoever asks."""

    def __init__(self):
        self._threads = ThreadPoolExecutor(THREADS)
        self._numbers = itertools.count(1)
        self._kept = deque(maxlen=KEPT)

    def answer(self, rows, method, dataset, model):
        """Answer points, as create_app wants it of a predictor; nobody is asked about none."""
        if not rows:
            return SimpleNamespace(predictions=[], model_id=MODEL_ID)
        number = next(self._numbers)
        return self._threads.submit(self._work, rows, method, number).result()

    def _work(self, rows, method, number):
        self._kept.append((number, b"\1" * MEMORY))
        time.sleep(SECONDS)
        probabilities = [probabilities_of(row) for row in rows]
        predictions = probabilities if method == "predict_proba" else map(likeliest, probabilities)
        return SimpleNamespace(predictions=list(predictions), model_id=MODEL_ID)


def probabilities_of(row):
    """The probability of each outcome of a point; they add up to 1."""
    strengths = {name: math.exp(BASE[name] + _sum(row, WEIGHTS[name])) for name in BASE}
    whole = sum(strengths.values())
    return {name: strength / whole for name, strength in strengths.items()}


def likeliest(probabilities):
    """The outcome that has the highest probability."""
    return max(probabilities, key=probabilities.get)


def _sum(row, weights):
    volley = 0.4 if row["hitpoint"] == "V" else 0.0
    return volley * len(weights) + sum(row[name] * weight for name, weight in weights.items())


def make_app():
    """Make the API, in which requests have numbers, and only so many are under way at once."""
    app = create_app(predictor=Server())
    room = threading.Semaphore(MOST_AT_ONCE)
    numbers = itertools.count(1)

    @app.after_request
    def finish(response: Response) -> Response:
        number = request.environ[NUMBER]
        response.headers["X-Number"] = str(number)
        return response

    def at_the_door(environ, start_response):
        environ[NUMBER] = next(numbers)
        if not room.acquire(blocking=False):
            start_response("503 Service Unavailable", [("Content-Type", "application/json")])
            return [b'{"message": "too many requests at once"}']
        try:
            return app(environ, start_response)
        finally:
            room.release()

    return at_the_door


def main(port="0"):
    """Serve until the process is ended; what takes long is done before the address is told."""
    logging.disable()  # a line for each request helps nobody here
    create_app(predictor=Server()).test_client().post("/invocation", json=[])
    server = make_server("127.0.0.1", int(port), make_app(), threaded=True)
    print(f"http://127.0.0.1:{server.port} SERVER_PID={os.getpid()}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
