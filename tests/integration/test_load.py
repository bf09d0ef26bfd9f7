"""Locust, as a process of its own, on servers that are well and on others that are not."""

import json
import signal
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from sklearn.dummy import DummyClassifier

from src.__main__ import cli
from src.config import Settings
from src.errors import UserError
from src.load.command_line import Machines
from src.load.configuration import Configuration, WaitTime
from src.load.prepare import check_all, make_plan
from src.load.rows import splits_of
from src.load.selection import Combination
from src.load.session import open_session, run_all
from src.train.report import Report
from src.utils import serialise, sha256
from tests.small_dataset import NAME, shots, write_small_dataset

MODEL_ID = "1" * 40
PLANNED = [Combination(NAME, "random_forest")]
ONE_PROCESS = Machines()
CHECKS = 2  # requests that see whether the server answers
BEFORE_LOAD = 120  # requests that tell what is right, one at a time
SHORT = {
    "users": 8,
    "spawn_rate": 100,
    "duration": "1s",
    "stop_timeout": 5,
    "timeout": 5.0,
    "wait_time": WaitTime(0.02, 0.05),
}


class Model:
    """Answers each row rightly, and counts how often it was asked."""

    def __init__(self):
        self.asked = 0

    def answer(self, row):
        self.asked += 1
        return 200, {"predictions": [ending(row)], "model_id": MODEL_ID}


class MixesUp(Model):
    """Keeps a row where the next request puts its own: right, as long as they come singly."""

    def answer(self, row):
        self.row = row
        time.sleep(0.005)
        return super().answer(self.row)


class HangsUnderLoad(Model):
    """Answers one request in ten when nobody waits any more."""

    def answer(self, row):
        answer = super().answer(row)
        if self.asked > BEFORE_LOAD and self.asked % 10 == 0:
            time.sleep(3)
        return answer


class NotInProduction(Model):
    def answer(self, row):
        return 500, {"message": "no model in production for this dataset and model"}


def ending(row):
    return "OUT" if row["speed"] > 40 else "IN"


def keep_on_disk(model, folder):
    """Write a training run that consists of a model and its report."""
    content = serialise(model)
    folder.mkdir(parents=True)
    (folder / "model.pkl").write_bytes(content)
    figures = dict.fromkeys(("test_log_loss", "mean_cv_log_loss", "std_cv_log_loss"), 0.0)
    texts = dict.fromkeys(("data_hash", "code_hash", "trained_at"), "")
    empty = {"cv_log_losses": [], "parameters": {}, "packages": {}, "seed": 1}
    report = Report(
        model_id=folder.name,
        dataset=NAME,
        model="random_forest",
        artifacts={"model.pkl": sha256(content)},
        **figures | texts | empty,
    )
    (folder / "report.json").write_bytes(report.to_json())


@contextmanager
def serving(model):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body leave together

        def do_POST(self):
            row = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = model.answer(row)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 100

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def settings(tmp_path):
    """Folders with a small dataset and its splits."""
    settings = Settings(data_dir=tmp_path / "data", output_dir=tmp_path / "output")
    write_small_dataset(settings.data_dir)
    path = splits_of(NAME, settings.output_dir)
    path.parent.mkdir(parents=True)
    shots().drop(columns=["shot", "ending"]).to_parquet(path)
    return settings


@pytest.fixture
def load(settings):
    """Load a server that has a model, and answer the session with its one run."""

    def load_server(model, machines=ONE_PROCESS, progress=lambda position, passed: None, **changes):
        with serving(model) as host:
            configuration = Configuration(host=host, **SHORT | changes)
            session = open_session(configuration, PLANNED, settings.output_dir)
            run_all(session, settings, machines, progress, done=lambda run: None)
        return session

    return load_server


@pytest.fixture
def command(settings, monkeypatch):
    """Run ``python -m src load run`` for a second on the small dataset."""
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("OUTPUT_DIR", str(settings.output_dir))
    what = ("--dataset", NAME, "--model", "random_forest", "--duration", "1s", "--spawn-rate", "99")
    no_clock = [word for budget in ("p50", "p95", "p99", "rps") for word in (f"--{budget}", "off")]
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield lambda *more: CliRunner().invoke(cli, ["load", "run", *what, *no_clock, *more])
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_server_that_is_well_passes_and_locusts_reports_are_kept(command, settings):
    model = Model()

    with serving(model) as host:
        result = command("--host", host, "--users", "8", "--wait-min", "0.02")

    assert result.exit_code == 0, result.output
    (page,) = settings.output_dir.glob("load/*/summary.html")
    (run,) = json.loads(page.with_suffix(".json").read_bytes())["runs"]
    requests = run["figures"]["requests"]
    assert (run["missed"], run["errors"]) == ([], [])
    assert requests == model.asked - BEFORE_LOAD - CHECKS > 50
    assert run["versions"] == {MODEL_ID: requests}
    folder = page.parent / run["folder"]
    assert "</html>" in (folder / "locust.html").read_text()
    totals = (folder / "locust_stats.csv").read_text().splitlines()[-1].split(",")
    assert totals[1:4] == ["Aggregated", str(requests), "0"]


def test_a_server_that_mixes_requests_up_is_found_by_two_processes(load):
    session = load(MixesUp(), Machines(processes=2))

    (run,) = session.runs
    assert session.status == "missed"
    assert run.errors[0]["error"] == "wrong answer: not what this version answers for this row"
    assert run.figures.failures == run.errors[0]["occurrences"] > 5
    assert run.versions == {MODEL_ID: run.figures.requests}


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ({"timeout": 0.3}, "no answer: TimeoutError"),
        ({"timeout": 30.0, "stop_timeout": 1}, "no answer until the end"),
    ],
)
def test_a_request_without_an_answer_has_failed(load, times, error):
    (run,) = load(HangsUnderLoad(), **times).runs

    assert run.status == "missed"
    assert run.errors[0]["error"].startswith(error)
    assert run.figures.failures >= 5


def test_a_run_without_a_request_is_no_success(command):
    with serving(Model()) as host:
        result = command("--host", host, "--", "--tags", "of-no-task")

    assert result.exit_code == 1
    assert "no request was made" in result.stdout


def test_an_interrupted_run_keeps_what_it_measured(load):
    model = Model()

    def interrupt(position, passed):
        if model.asked > CHECKS + BEFORE_LOAD + 30:
            raise KeyboardInterrupt

    session = load(model, progress=interrupt, duration="1h")

    (run,) = session.runs
    assert (session.status, run.status, run.errors) == ("interrupted", "interrupted", ())
    assert run.figures.requests > 10
    assert (session.folder / run.folder / "locust.html").exists()


def test_the_model_on_disk_tells_what_is_right_whatever_the_server_says(settings):
    """A server that answers wrongly already when it is idle cannot tell what is right."""
    frame = shots()
    rows = frame.drop(columns=["shot", "ending"])
    model = DummyClassifier(strategy="constant", constant="IN").fit(rows, frame["ending"])
    keep_on_disk(model, settings.output_dir / MODEL_ID)

    with serving(Model()) as host:
        plan = make_plan(Configuration(host=host), NAME, "random_forest", settings)

    assert plan.expected == {MODEL_ID: ["IN"] * len(rows)}


def test_a_model_on_disk_that_is_not_whole_tells_nothing(settings):
    keep_on_disk(DummyClassifier(), settings.output_dir / MODEL_ID)
    (settings.output_dir / MODEL_ID / "model.pkl").write_bytes(b"half")

    with serving(Model()) as host:
        plan = make_plan(Configuration(host=host), NAME, "random_forest", settings)

    assert plan.expected == {MODEL_ID: [ending(row) for row in plan.rows]}


def test_there_is_no_load_on_a_server_without_the_model(settings):
    model = NotInProduction()

    with serving(model) as host, pytest.raises(UserError, match="make train deploy"):
        check_all(Configuration(host=host), PLANNED, settings)


def test_there_is_no_load_without_the_splits_of_every_dataset(settings):
    planned = [*PLANNED, Combination("digits", "random_forest")]

    with pytest.raises(UserError, match=r"No splits of digits in .*: make them with .*make train"):
        check_all(Configuration(), planned, settings)


def test_where_no_server_is_a_sentence_says_how_to_start_one(command, settings):
    with serving(Model()) as host:
        gone = host

    result = command("--host", gone)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: No server answers at {gone} ")
    assert "make serve" in result.stderr
    assert not (settings.output_dir / "load").exists()
