"""Check a server as its clients meet it: a process that was started, and answers over HTTP.

Day 2 tests the web app without a server, which is quick, and misses whatever the server is made of:
its address, its start and its end, and a deploy while it runs. docs/api.md and commands.md promise
what it does; expect all of it, and no more.

First write the fixture of the server, after the model of `s3` in test_deploy.py:

1. take a free port, and start the process with its output in a file;
2. ask `GET /health` again and again, until it answers 200. That is when a server is ready, and how
   long it takes is not promised: no sleep is right. Give up when the process has ended, or when a
   deadline has passed, and show the log;
3. hand the server to the tests;
4. whatever happened meanwhile: terminate it, wait for its end, and kill it where it takes too long.

Two trained models are needed, as in exercise 4; see test_predict.py for how to train them by hand.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import SimpleNamespace

import pytest

from exercises.day1.data_points import random_data_points

ROOT = Path(__file__).parents[3]
CLASSES = {"FE", "UE", "W"}
DEADLINE = 10  # seconds that a server has to start, or to end
SEEN_WITHIN = 5  # seconds that a deploy has to be seen
POLL = 0.05


def environment(output):
    """What the commands are told: a folder of output, no AWS, and to look for deploys often."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return inherited | {"OUTPUT_DIR": str(output), "REFRESH_SECONDS": "0.1"}


def deploy(model_id, output):
    """Put a trained model into production, and wait until that is done."""
    done = subprocess.run(
        [sys.executable, "-m", "src", "deploy", model_id],
        cwd=ROOT,
        env=environment(output),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder of output with two trained models, and their ids; the older one is deployed."""
    reports = [json.loads(path.read_bytes()) for path in ROOT.glob("output/*/report.json")]
    forests = [
        report
        for report in reports
        if (report["dataset"], report["model"]) == ("tennis_points", "random_forest")
    ]
    if len(forests) < 2:
        pytest.fail("Two trained models are needed: test_predict.py tells how to train them.")
    newest = sorted(forests, key=lambda report: report["trained_at"])[-2:]
    models = [report["model_id"] for report in newest]
    output = tmp_path_factory.mktemp("house")
    for model_id in models:
        shutil.copytree(ROOT / "output" / model_id, output / model_id)
    deploy(models[0], output)
    return SimpleNamespace(output=output, models=models)


@pytest.fixture(scope="module")
def points():
    """50 data points, the same ones each time."""
    return random_data_points(50, seed=50)


def free_port():
    """A port of this machine that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def ask(server, method, path, body=None):
    """Make a request of a server; its status and, read from JSON, its answer."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@contextmanager
def serving(output, log, ready=(200,)):
    """A server in a process of its own, ended whatever happens.

    It is handed over when `/health` has answered with a status of `ready`.
    """
    # The four steps are at the top of this file. Yield SimpleNamespace(process, port, log).
    raise NotImplementedError


@pytest.fixture(scope="module")
def running(house, tmp_path_factory):
    """A server with a model in production, which runs as long as this file's tests."""
    with serving(house.output, tmp_path_factory.mktemp("server") / "log") as server:
        yield server


@pytest.fixture
def server(running):
    """The running server; what it logs during a test is shown where the test fails."""
    before = len(running.log.read_text())
    yield running
    print(running.log.read_text()[before:])


@pytest.fixture
def server_without_model(running, tmp_path):
    """A server of its own for one test, where nothing is in production.

    Where not even `running` gets ready, nobody waits for this one.
    """
    with serving(tmp_path, tmp_path / "log", ready=(200, 503)) as server:
        yield server


# Predictions


# Parametrize the count.
def test_each_point_gets_a_prediction(server, points):
    """1, 5, 10 or 50 points are answered with 200 and as many classes."""
    # ask(server, "POST", "/invocation", body) answers the status, and the answer read from JSON.
    raise NotImplementedError


def test_predictions_keep_the_order_of_the_points(server, points):
    """Points sent together get, one after the other, the probabilities that each gets alone."""
    raise NotImplementedError


def test_health_names_the_model_that_answers(server, points):
    """`/health` is ok, and has the model_id that predictions have."""
    raise NotImplementedError


# Parametrize the body.
def test_a_wrong_request_is_the_callers_fault(server, points):
    """400 with a message, whatever is wrong with the body; the next good request is answered."""
    raise NotImplementedError


# The server


def test_a_deploy_is_seen_while_the_server_runs(server, house, points):
    """After a deploy, the other model answers soon, under its own id, and no request fails."""
    # 1. Which model answers now? Deploy the other one of house.models.
    # 2. It need not be seen at once: ask again until it is, or until SEEN_WITHIN has passed.
    # 3. What has to be different from before, besides the id?
    raise NotImplementedError


def test_only_this_machine_can_reach_the_server(server):
    """It listens on 127.0.0.1 alone: at another address of this machine, nobody answers."""
    # 127.0.0.2 is an address of this machine, too: socket.create_connection.
    raise NotImplementedError


def test_a_server_without_a_model_is_not_healthy(server_without_model):
    """Where nothing is in production, `/health` answers 503 with a message."""
    raise NotImplementedError


def test_a_server_ends_when_it_is_told_to(server_without_model):
    """On SIGTERM it ends with status 0, and its port is free again."""
    # server.process is what subprocess.Popen has made.
    raise NotImplementedError
