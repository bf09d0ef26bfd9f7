"""The comparison of servers: what an answer is, what counts as right, and what has to hold."""

import io
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from benchmarks.peers.environments import MARK, NotInstalled, programs_of
from benchmarks.peers.figures import Load, load_of, percentile
from benchmarks.peers.http_answer import Answer, parse
from benchmarks.peers.plan import Plan
from benchmarks.peers.saturate import Crowd
from benchmarks.serving import Served, middle
from benchmarks.serving_report import ahead, as_tables
from rich.console import Console

PLAN = Plan.of("/invocation", lambda row: {"point": row}, [{"speed": 1.0}], ["W"])


# Answers


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Answer(200, b"{}", True, b"")),
        (b"HTTP/1.1 204 \r\ncontent-length: 0\r\n\r\nHTTP", Answer(204, b"", True, b"HTTP")),
        (
            b"HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
            Answer(500, b"x", False, b""),
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\na;b\r\n0123456789\r\n"
            b"0\r\n\r\nHTTP",
            Answer(200, b"[]0123456789", True, b"HTTP"),
        ),
    ],
    ids=["a length", "nothing in it", "the last one", "chunks"],
)
def test_an_answer_is_read_as_soon_as_it_is_whole(received, answer):
    whole = len(received) - len(answer.rest)

    assert parse(received) == answer
    assert {parse(received[:length]) for length in range(whole)} == {None}


@pytest.mark.parametrize("received", [b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nno size\r\n"])
def test_what_is_no_answer_is_said_to_be_none(received):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        parse(received)


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, b'{"predictions": ["W"], "model_id": "1"}', None),
        (200, b'["W"]', None),
        (200, b'{"predictions": ["FE"]}', "a wrong class"),
        (200, b'{"predictions": ["W", "W"]}', "a wrong class"),
        (200, b"{}", "a wrong class"),
        (200, b"<html>", "no JSON"),
        (503, b'["W"]', "status 503"),
    ],
)
def test_only_the_right_class_is_right(status, body, problem):
    assert PLAN.problem(0, status, body) == problem


def test_a_plan_is_read_as_it_was_written(tmp_path):
    PLAN.write(tmp_path / "plan")

    assert Plan.read(tmp_path / "plan") == PLAN
    assert PLAN.bodies == ['{"point": {"speed": 1.0}}']


# Figures


def test_percentiles_are_values_that_were_measured():
    assert [percentile(range(1, 101), share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([], 0.5) == float("inf")


def test_only_right_answers_count_as_requests_a_second():
    found = load_of([3.0, 1.0, 2.0, 4.0], 2.0, ["status 500", "status 500", "no JSON"])

    assert found == Load(2.0, 2.0, 4.0, 4.0, failures=3, problems=("no JSON", "status 500"))


def test_of_several_rounds_the_middle_counts_and_each_failure():
    rounds = [Load(100, 1, 2, 3, failures=0), Load(300, 3, 4, 5, 1, 0.5, ("status 500",))]
    rounds.append(Load(200, 9, 9, 9, failures=2, cost=0.4, problems=("no JSON",)))

    assert middle(rounds) == Load(200, 3, 4, 5, 3, 0.4, ("no JSON", "status 500"))


# Clients without waits


@pytest.fixture
def server():
    """A server whose answers, one after the other again and again, are given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            with turn:
                status, body = answers[len(asked) % len(answers)]
                asked.append(self.path)
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    turn, answers, asked = threading.Lock(), [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    server.answers, server.asked = answers, asked
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_clients_count_what_is_right_and_what_is_not(server):
    server.answers += [(200, b'["W"]'), (200, b'["W"]'), (200, b'["FE"]'), (None, b"")]

    found = Crowd(PLAN, server.server_port).ask(clients=2, seconds=0.3)

    right, failed = found.requests_per_second * 0.3, found.failures
    assert right + failed == pytest.approx(len(server.asked))
    assert right == pytest.approx(failed, abs=2)
    assert found.problems == ("a wrong class", "the connection was lost")
    assert 0 < found.p50 <= found.p95 <= found.p99


def test_clients_of_a_server_that_is_not_there_are_told():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))

        found = Crowd(PLAN, nobody.getsockname()[1]).ask(clients=1, seconds=0.05)

    assert (found.requests_per_second, found.problems) == (0.0, ("ConnectionRefusedError",))


# Environments


def test_an_environment_that_is_whole_is_used_again(tmp_path):
    (tmp_path / MARK).write_text("flask==3\nnumpy==2")

    said = []
    programs = programs_of(tmp_path, ["flask==3", "numpy==2"], said.append, uv=["no such program"])

    assert (programs.parent, said) == (tmp_path, [])


def test_a_peer_that_cannot_be_installed_says_why(tmp_path):
    (tmp_path / MARK).write_text("flask==2")
    fails = [sys.executable, "-c", "import sys; sys.exit('no network')"]

    with pytest.raises(NotInstalled, match="no network"):
        programs_of(tmp_path, ["flask==3"], lambda line: None, uv=fails)
    with pytest.raises(NotInstalled, match="no such program"):
        programs_of(tmp_path, ["flask==3"], lambda line: None, uv=["no such program"])


# What has to hold


def load(a_second: float, p95: float = 10.0, failures: int = 0) -> Load:
    return Load(a_second, 5.0, p95, 15.0, failures, cost=0.3)


def told(*served: Served) -> str:
    console = Console(file=io.StringIO(), width=140)
    console.print(*as_tables(served))
    return console.file.getvalue()


OURS = Served("ours", load(4000), load(2000), 300.0)
SLOWER = Served("FastAPI", load(200, 500), load(200, 900), 360.0)


def test_a_server_that_is_ahead_keeps_what_has_to_hold():
    text = told(OURS, SLOWER)

    assert "✘" not in text
    assert "20.0 x" in text


@pytest.mark.parametrize(
    ("ours", "broken"),
    [
        (Served("ours", load(3000), load(2000)), "req/s without waits, over FastAPI"),
        (Served("ours", load(4000), load(150)), "req/s of users, over FastAPI"),
        (Served("ours", load(4000), load(2000, p95=901)), "p95 of users, FastAPI"),
        (Served("ours", load(4000, p95=21), load(2000)), "p95 without waits"),
        (Served("ours", load(4000), load(2000, failures=1)), "requests of users that fail"),
        (Served("ours", load(4000, failures=1), load(2000)), "requests without waits that fail"),
    ],
)
def test_what_does_not_hold_is_marked(ours, broken):
    [line] = [line for line in told(ours, SLOWER).splitlines() if "✘" in line]

    assert broken in line


def test_a_peer_that_was_left_out_says_why_and_is_compared_with_nothing():
    text = told(OURS, Served("mlflow", missing="no network"))

    assert "left out: no network" in text
    assert "over mlflow" not in text


def test_a_server_that_answers_nothing_is_infinitely_far_behind():
    assert ahead(load(10), load_of([], 1.0, [])) == float("inf")
