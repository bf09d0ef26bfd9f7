"""A real server, asked by schemathesis, by hand and by signal, does what its document says."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from werkzeug.serving import WSGIRequestHandler, make_server

from src import aws
from src.__main__ import cli
from src.config import DEFAULT_DATASET, ROOT, Settings
from src.release.registry import Registry
from src.schema import load_schema
from src.serve.app import create_app
from src.serve.openapi import example
from src.train.train import train

FEW = {
    "random_forest": {"n_estimators": 2},
    "logistic_regression": {"max_iter": 300},
    "hist_gradient_boosting": {"max_iter": 2},
}
POINT = example(load_schema(DEFAULT_DATASET, ROOT / "data"))


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """Three models of tennis_points in production, on an embedded S3 that this process hosts."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("OUTPUT_DIR", str(tmp_path_factory.mktemp("output")))
        settings = Settings.from_env()
        for model, parameters in FEW.items():
            report = train(model=model, parameters=parameters, settings=settings)
            Registry().deploy(settings.output_dir / report.model_id)
        yield


@contextmanager
def running_server(*arguments, **streams):
    """A server's process, ended whatever happens."""
    command = [sys.executable, "-m", "src", "serve", "--port", "0", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **streams
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def address(process):
    """Wait until a server says where it serves."""
    lines = iter(process.stdout.readline, "")
    return next(line.split()[2] for line in lines if line.startswith("Serving on "))


@pytest.fixture(scope="module")
def server(production, tmp_path_factory):
    """Address of a server, and what it has logged."""
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("w") as stderr, running_server(stderr=stderr) as process:
        yield SimpleNamespace(url=address(process), log=log)


@pytest.fixture
def served():
    """Serves an application in this process, and answers where."""
    servers = []

    class Quiet(WSGIRequestHandler):
        def log_request(self, *args):
            pass

    def start(app):
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(url, method, path, body=None, **headers):
    """Status and JSON of an answer."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


def predict(url, body, query="", **headers):
    return ask(url, "POST", f"/invocation{query}", body, **{"Content-Type": "application/json"})


def schemathesis(url, folder, *arguments):
    """Status and output of a run over everything that the document describes."""
    document = folder / "openapi.json"  # from a file: it would not test where it got it from
    document.write_text(json.dumps(create_app().test_client().get("/openapi.json").json))
    command = [sys.executable, "-m", "schemathesis.cli", "run", document, "--url", url]
    done = subprocess.run(
        [*command, "--generation-deterministic", "--no-color", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def command(*arguments, stdin=""):
    return subprocess.run(
        [sys.executable, "-m", "src", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
    )


def test_schemathesis_finds_nothing(server, tmp_path):
    status, output = schemathesis(server.url, tmp_path, "--max-examples", "40", "--workers", "2")

    assert (status, "5 passed" in output) == (0, True), output
    assert server.log.read_text() == ""


def test_schemathesis_finds_an_answer_of_another_form(served, tmp_path):
    class Careless:
        def answer(self, rows, method, dataset, model):
            return SimpleNamespace(predictions="W", model_id="careless")

    url = served(create_app(predictor=Careless()))

    status, output = schemathesis(url, tmp_path, "--phases", "examples")

    assert (status, "Response violates schema" in output) == (1, True), output


def test_a_server_answers_with_each_model(server):
    answers = [predict(server.url, json.dumps(POINT), f"?model={model}") for model in FEW]

    assert [status for status, _ in answers] == [200, 200, 200]
    assert len({answer["model_id"] for _, answer in answers}) == 3


@pytest.mark.parametrize("size", [11_000_000, 50_000_000])
def test_a_body_that_is_far_too_large_is_refused_in_json(server, size):
    status, answer = predict(server.url, bytes(size))

    assert (status, list(answer)) == (413, ["message"])


def test_a_body_that_comes_in_pieces_without_a_length_is_measured_too(server):
    status, answer = predict(server.url, iter([bytes(1_000_000)] * 11))

    assert (status, list(answer)) == (413, ["message"])


def test_a_good_body_may_come_in_pieces(server):
    status, _ = predict(server.url, iter([b"[", json.dumps(POINT).encode(), b"]"]))

    assert status == 200


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"speed": ' * 100_000, "[]", "NaN", json.dumps([POINT] * 10_001)],
    ids=["brackets", "objects", "empty", "no number", "10,001 points"],
)
def test_a_hostile_body_leaves_the_server_as_it_was(server, body):
    status, answer = predict(server.url, body)

    assert (status, list(answer)) == (400, ["message"])
    assert predict(server.url, json.dumps(POINT))[0] == 200


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_server_ends_in_order_and_frees_its_address(production, how):
    with running_server(stderr=subprocess.PIPE) as process:
        url = address(process)
        process.send_signal(how)
        _, errors = process.communicate(timeout=30)

    assert (process.returncode, errors) == (0, "")
    with socket.create_server(("127.0.0.1", urlsplit(url).port)) as free:
        assert free.getsockname()[1] == urlsplit(url).port


def test_a_port_in_use_is_told_with_the_next_step(production):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", "--port", str(port))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: Cannot serve on 127.0.0.1 port {port} (Address already in use): "
        "end what is there, or choose another with --port.\n"
    )


def test_a_server_without_a_model_starts_and_says_what_to_do(production, tmp_path):
    environment = os.environ | {"OUTPUT_DIR": str(tmp_path)}
    with running_server(env=environment, stderr=subprocess.PIPE) as process:
        first_line = process.stdout.readline()
        url = address(process)
        health, prediction = ask(url, "GET", "/health"), predict(url, json.dumps(POINT))
        process.terminate()
        _, errors = process.communicate(timeout=30)

    assert "python -m src deploy" in first_line
    assert (health[0], prediction[0]) == (503, 500)
    assert "python -m src deploy" in errors


def test_the_command_line_predicts_as_the_server_does(server):
    body = json.dumps([POINT, POINT])
    done = command("predict", "--method", "predict_proba", stdin=body)

    assert (done.returncode, done.stderr) == (0, "")
    assert (200, json.loads(done.stdout)) == predict(server.url, body, "?method=predict_proba")


@pytest.mark.parametrize(
    ("body", "query", "options"),
    [
        (json.dumps({**POINT, "speed": None}), "", ()),
        ("[]", "", ()),
        ("nonsense", "", ()),
        (json.dumps(POINT), "?model=unknown", ("--model", "unknown")),
    ],
    ids=["field", "empty", "no json", "model"],
)
def test_the_command_line_complains_as_the_server_does(server, body, query, options):
    done = CliRunner().invoke(cli, ["predict", *options], input=body)

    assert (done.exit_code, done.stdout) == (2, "")
    assert (400, {"message": done.stderr.removeprefix("Error: ").strip()}) == predict(
        server.url, body, query
    )


def test_the_command_line_predicts_for_a_file(production, tmp_path):
    (tmp_path / "point.json").write_text(json.dumps(POINT))
    done = CliRunner().invoke(cli, ["predict", str(tmp_path / "point.json")])
    missing = CliRunner().invoke(cli, ["predict", str(tmp_path / "none.json")])

    assert (done.exit_code, len(json.loads(done.stdout)["predictions"])) == (0, 1)
    assert (missing.exit_code, "none.json cannot be read" in missing.stderr) == (2, True)
