"""A deploy is seen by a running server, and may die anywhere without harm."""

import json
import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection
from itertools import groupby
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from werkzeug.serving import WSGIRequestHandler, make_server

from src import aws
from src.__main__ import cli
from src.config import DEFAULT_MODEL, ROOT, Settings
from src.embedded_s3.store import Store
from src.release.registry import Registry
from src.train.train import train
from tests.small_dataset import NAME, write_small_dataset

KEY = "key-of-the-store"
POINT = {"speed": 20.0, "rally": 3, "served": False, "stroke": "F"}


class Quiet(WSGIRequestHandler):
    def log_request(self, *args):
        pass


class Gate:
    """Stops the next upload of one file until it is opened.

    The store gets the upload before that ("arrived"), after ("held") or never ("lost").
    """

    def __init__(self, store):
        self.store = store
        self.name = None

    def stop(self, name, how):
        self.reached, self.opened = threading.Event(), threading.Event()
        self.name, self.how = name, how

    def __call__(self, environ, start_response):
        upload = environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"]
        if not (self.name and upload and upload.endswith(self.name)):
            return self.store(environ, start_response)
        self.name = None
        answer = self.store(environ, start_response) if self.how == "arrived" else []
        self.reached.set()
        assert self.opened.wait(60)
        if self.how == "held":
            return self.store(environ, start_response)
        if self.how == "lost":
            start_response("503 Service Unavailable", [])
        return answer


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Environment of a machine with a dataset that trains in no time."""
    house = tmp_path_factory.mktemp("house")
    write_small_dataset(house / "data")
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("DATA_DIR", str(house / "data"))
        patch.setenv("OUTPUT_DIR", str(house / "output"))
        patch.setenv("REFRESH_SECONDS", "0.05")
        yield house


@pytest.fixture(scope="module")
def runs(house):
    """Ids of two training runs."""
    return [
        train(
            NAME, seed=seed, parameters={"n_estimators": 2}, settings=Settings.from_env()
        ).model_id
        for seed in (1, 2)
    ]


@pytest.fixture
def gate(house, monkeypatch, tmp_path):
    """A store with a gate before it, at an address that AWS_ENDPOINT_URL_S3 names."""
    gate = Gate(Store(tmp_path, KEY))
    server = make_server("127.0.0.1", 0, gate, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    aws.client().create_bucket(Bucket="ml-models")
    yield gate
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def start():
    """Starts commands, and leaves none behind."""
    processes = []

    def start_command(*arguments):
        command = [sys.executable, "-m", "src", *arguments]
        processes.append(
            subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
        return processes[-1]

    yield start_command
    for process in processes:
        process.kill()
        process.communicate()


def deploy(model_id):
    return Registry().deploy(Settings.from_env().output_dir / model_id)


def production():
    """Id of the model in production, which loads and predicts."""
    registry = Registry()
    model_id = registry.production(NAME, DEFAULT_MODEL).model_id
    assert hasattr(registry.load(NAME, DEFAULT_MODEL, model_id), "predict")
    return model_id


@pytest.mark.parametrize(
    ("name", "how", "survivor"),
    [
        ("model.pkl", "lost", "before"),
        ("model.pkl", "arrived", "before"),
        ("dataset.parquet", "lost", "before"),
        ("dataset.parquet", "arrived", "before"),
        ("report.json", "lost", "before"),
        ("report.json", "arrived", "before"),
        ("production.json", "lost", "before"),
        ("production.json", "arrived", "after"),
    ],
)
def test_a_deploy_that_is_killed_leaves_production_whole(gate, runs, start, name, how, survivor):
    """It dies at each of its uploads; the next deploy works."""
    before, after = runs
    deploy(before)
    gate.stop(name, how)
    process = start("deploy", after)
    assert gate.reached.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    gate.opened.set()

    assert production() == {"before": before, "after": after}[survivor]
    deploy(after)
    assert production() == after


def test_of_two_deploys_at_once_one_wins_and_the_other_is_told(gate, runs, start):
    before, after = runs
    gate.stop("report.json", "held")
    loser = start("deploy", before)
    assert gate.reached.wait(60)
    deploy(after)
    gate.opened.set()
    output, errors = loser.communicate(timeout=60)

    assert (loser.returncode, output) == (2, "")
    assert errors.startswith(f"Error: {before} was not released: meanwhile {after} went into")
    assert production() == after


def test_a_deploy_is_seen_by_a_running_server_and_no_request_is_lost(house, runs, start):
    before, after = runs
    deploy(before)
    server = start("serve", "--port", "0")
    lines = iter(server.stdout.readline, "")
    url = next(line.split()[2] for line in lines if line.startswith("Serving on "))
    clients = [Client(url, until=after) for _ in range(2)]
    for client in clients:
        client.start()
        assert client.answered.wait(60)
    deployed = start("deploy", after)
    for client in clients:
        client.join(60)

    assert deployed.wait(60) == 0
    for client in clients:
        assert {status for status, _ in client.answers} == {200}
        assert [model_id for model_id, _ in groupby(client.ids())] == [before, after]


class Client(threading.Thread):
    """Asks again and again, until a model has answered for a while, and no more than so often."""

    MOST, AFTERWARDS = 20_000, 20

    def __init__(self, url, until):
        super().__init__()
        self.connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self.until = until
        self.answers = []
        self.answered = threading.Event()

    def run(self):
        while len(self.answers) < self.MOST and self.ids().count(self.until) < self.AFTERWARDS:
            self.connection.request(
                "POST",
                f"/invocation?dataset={NAME}",
                json.dumps(POINT),
                {"Content-Type": "application/json"},
            )
            response = self.connection.getresponse()
            self.answers.append((response.status, json.loads(response.read())))
            self.answered.set()
        self.connection.close()

    def ids(self):
        return [answer.get("model_id") for _, answer in self.answers]


def test_deploying_and_serving_without_the_bucket_is_an_error_and_makes_none(
    gate, runs, monkeypatch
):
    monkeypatch.setenv("S3_BUCKET", "missing")
    for arguments in (["deploy", runs[0]], ["serve", "--port", "0"]):
        done = CliRunner().invoke(cli, arguments)

        assert (done.exit_code, done.stdout) == (2, "")
        assert "There is no bucket missing on S3 (http://127.0.0.1:" in done.stderr
        assert "create it there, or name another with S3_BUCKET" in done.stderr


def test_deploying_with_wrong_credentials_is_an_error(gate, runs, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    done = CliRunner().invoke(cli, ["deploy", runs[0]])

    assert (done.exit_code, done.stdout) == (2, "")
    assert "(InvalidAccessKeyId): correct the credentials" in done.stderr


def test_deploying_everything_deploys_the_newest_run_of_each(house, runs):
    done = CliRunner().invoke(cli, ["deploy", "--all"])

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"In production: {runs[1]} ({DEFAULT_MODEL} on {NAME})\n"
    assert production() == runs[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dataset", "unknown"], "No training run of random_forest on unknown"),
        (["--dataset", NAME, "--model", "unknown"], "No training run of unknown on shots"),
        (["0123456789"], "No training run 0123456789"),
        (["0123"], "too short"),
        (["0123456789", "--all"], "Give a model id, or --dataset and --model, or --all"),
        (["--all", "--model", "random_forest"], "Give a model id, or --dataset and --model"),
    ],
)
def test_deploying_what_is_not_there_is_an_error_with_the_next_step(
    house, runs, arguments, message
):
    done = CliRunner().invoke(cli, ["deploy", *arguments])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert message in done.stderr
