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


def invoke(server, points, query=""):
    """Ask for the predictions of points, which have to be answered."""
    status, answer = ask(server, "POST", f"/invocation{query}", json.dumps(points))
    assert status == 200, answer
    return answer


@contextmanager
def serving(output, log, ready=(200,)):
    """A server in a process of its own, ended whatever happens.

    It is handed over when `/health` has answered with a status of `ready`.
    """
    port = free_port()
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "src", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment(output),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    server = SimpleNamespace(process=process, port=port, log=log)
    try:
        wait_until_ready(server, ready)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(server, ready):
    """Ask `/health` until it answers with a status of `ready`, and no longer than the deadline."""
    give_up = time.monotonic() + DEADLINE
    while health(server) not in ready:
        if server.process.poll() is not None:
            pytest.fail(f"The server has ended by itself. Its log:\n{server.log.read_text()}")
        if time.monotonic() > give_up:
            pytest.fail(f"The server does not get ready. Its log:\n{server.log.read_text()}")
        time.sleep(POLL)


def health(server):
    """The status that `/health` answers; None where nobody answers yet."""
    try:
        status, _ = ask(server, "GET", "/health")
    except (OSError, HTTPException, ValueError):
        return None
    return status


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


@pytest.mark.parametrize("count", [1, 5, 10, 50])
def test_each_point_gets_a_prediction(server, points, count):
    """1, 5, 10 or 50 points are answered with 200 and as many classes."""
    answer = invoke(server, points[:count])

    assert len(answer["predictions"]) == count
    assert set(answer["predictions"]) <= CLASSES


def test_predictions_keep_the_order_of_the_points(server, points):
    """Points sent together get, one after the other, the probabilities that each gets alone."""
    together = invoke(server, points[:10], "?method=predict_proba")["predictions"]

    for point, prediction in zip(points, together, strict=False):
        [alone] = invoke(server, point, "?method=predict_proba")["predictions"]
        assert prediction == pytest.approx(alone)


def test_health_names_the_model_that_answers(server, points):
    """`/health` is ok, and has the model_id that predictions have."""
    status, answer = ask(server, "GET", "/health")

    assert (status, answer["status"]) == (200, "ok")
    assert answer["model_id"] == invoke(server, points[0])["model_id"]


@pytest.mark.parametrize(
    "body",
    [b"speed=20.5", b"[]", b'{"speed": 20.5}', b'[{"speed": "fast"}]'],
    ids=["not JSON", "no points", "columns missing", "wrong type"],
)
def test_a_wrong_request_is_the_callers_fault(server, points, body):
    """400 with a message, whatever is wrong with the body; the next good request is answered."""
    status, answer = ask(server, "POST", "/invocation", body)

    assert status == 400
    assert answer["message"]
    assert invoke(server, points[0])["predictions"]


# The server


def test_a_deploy_is_seen_while_the_server_runs(server, house, points):
    """After a deploy, the other model answers soon, under its own id, and no request fails."""
    before = invoke(server, points, "?method=predict_proba")
    [other] = set(house.models) - {before["model_id"]}
    deploy(other, house.output)

    give_up = time.monotonic() + SEEN_WITHIN
    answers = None
    while answers != {other} and time.monotonic() < give_up:  # workers look each for itself
        time.sleep(POLL)
        after = invoke(server, points, "?method=predict_proba")
        _, health = ask(server, "GET", "/health")
        answers = {after["model_id"], health["model_id"]}

    assert answers == {other}
    assert after["predictions"] != before["predictions"]


def test_only_this_machine_can_reach_the_server(server):
    """It listens on 127.0.0.1 alone: at another address of this machine, nobody answers."""
    assert listens("127.0.0.1", server.port)
    assert not listens("127.0.0.2", server.port)


def listens(address, port):
    """Whether somebody takes connections there."""
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_server_without_a_model_is_not_healthy(server_without_model):
    """Where nothing is in production, `/health` answers 503 with a message."""
    status, answer = ask(server_without_model, "GET", "/health")

    assert status == 503
    assert answer["message"]


def test_a_server_ends_when_it_is_told_to(server_without_model):
    """On SIGTERM it ends with status 0, and its port is free again."""
    process, port = server_without_model.process, server_without_model.port
    process.send_signal(signal.SIGTERM)

    assert process.wait(DEADLINE) == 0
    with socket.create_server(("127.0.0.1", port)) as listener:
        assert listener.getsockname()[1] == port
