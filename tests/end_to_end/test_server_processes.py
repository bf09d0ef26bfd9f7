"""A server of several processes: all of them answer, none is missed when it dies, none is left."""

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

import psutil
import pytest

from src import aws
from src.config import DEFAULT_DATASET, ROOT
from src.schema import load_schema
from src.serve.openapi import example

POINT = json.dumps(example(load_schema(DEFAULT_DATASET, ROOT / "data"))).encode()
HEAD = (
    b"POST /invocation HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(POINT)
)
PATIENCE = 30
THREADS = 4  # of each worker; all slow clients may come to the same one
TOLD_TO_END_WHILE_IT_STARTS = """
import contextlib, importlib, os, signal, socket, sys
from src.serve.answering import answer

module, name, *expected = sys.argv[1:]
module = importlib.import_module(module)
call = getattr(module, name)

def told_to_end(*arguments):
    if list(arguments) == expected:
        expected.append("and only once")
        os.kill(os.getpid(), signal.SIGTERM)
    return call(*arguments)

setattr(module, name, told_to_end)
signal.signal(signal.SIGTERM, signal.default_int_handler)
with contextlib.suppress(KeyboardInterrupt), socket.create_server(("127.0.0.1", 0)) as listener:
    answer(listener, threads=1)
    print("Nobody told it to end.")
"""


class Server:
    """A server's process and those below it, and the port of its address."""

    def __init__(self, process, port):
        self.process = process
        self.port = port

    def below(self):
        return psutil.Process(self.process.pid).children()

    def workers(self):
        """The processes that listen; another one keeps the S3."""
        return [one for one in self.below() if any(map(self._listens, one.net_connections("tcp")))]

    def _listens(self, connection):
        return connection.status == psutil.CONN_LISTEN and connection.laddr.port == self.port


@pytest.fixture(scope="module", autouse=True)
def s3(tmp_path_factory):
    """An embedded S3 where nothing is in production, hosted by this process."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in aws.CONFIGURED_BY:
            patch.delenv(variable, raising=False)
        patch.setenv("OUTPUT_DIR", str(tmp_path_factory.mktemp("output")))
        aws.client()
        yield


@contextmanager
def serving(**streams):
    """A server of two workers, ended whatever happens."""
    command = [sys.executable, "-m", "src", "serve", "--port", "0"]
    command += ["--workers", "2", "--threads", str(THREADS)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **streams)
    with process:
        try:
            lines = iter(process.stdout.readline, "")
            url = next(line.split()[2] for line in lines if line.startswith("Serving on "))
            yield Server(process, int(url.rpartition(":")[2]))
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def server():
    with serving(stderr=subprocess.DEVNULL) as server:
        yield server


def ask(server):
    """Status of an answer, on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/openapi.json")
        return connection.getresponse().status
    finally:
        connection.close()


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)


def start_to_ask(server):
    """A connection with a request that is being worked on, and whose body is still to come."""
    connection = connect(server)
    connection.sendall(HEAD)
    assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
    return connection


def refuses(server):
    """Whether nobody takes connections any more."""
    try:
        connect(server).close()
    except OSError:
        return True
    return False


def test_two_workers_share_the_connections(server):
    connections = [connect(server) for _ in range(100)]
    for connection in connections:
        connection.sendall(b"HEAD /health HTTP/1.1\r\nHost: here\r\n\r\n")
    statuses = {connection.recv(4096).split()[1] for connection in connections}
    shares = [len(worker.net_connections("tcp")) for worker in server.workers()]
    for connection in connections:
        connection.close()

    assert statuses == {b"503"}  # no model is in production
    assert len(shares) == 2
    assert min(shares) > 20, shares


def test_two_hundred_clients_at_once_are_all_answered(server):
    with ThreadPoolExecutor(200) as clients:
        statuses = list(clients.map(ask, [server] * 200))

    assert set(statuses) == {200}


def test_fewer_slow_clients_than_a_worker_has_threads_keep_nobody_waiting(server):
    with ExitStack() as closed:
        slow = [closed.enter_context(start_to_ask(server)) for _ in range(THREADS - 1)]

        statuses = [ask(server) for _ in range(10)]
        for connection in slow:
            connection.sendall(POINT)
        late = {connection.recv(4096).split()[1] for connection in slow}

    assert (set(statuses), late) == ({200}, {b"500"})


def test_a_worker_that_is_killed_is_replaced_and_nobody_notices(server):
    killed, _ = server.workers()
    killed.kill()

    statuses = [ask(server) for _ in range(30)]

    assert set(statuses) == {200}
    assert len(server.workers()) == 2
    assert killed not in server.workers()


def test_a_server_that_is_told_to_end_answers_first_what_it_was_asked():
    with serving(stderr=subprocess.DEVNULL) as server, start_to_ask(server) as connection:
        below = server.below()
        server.process.terminate()
        give_up = time.monotonic() + PATIENCE
        while not refuses(server) and time.monotonic() < give_up:
            pass
        connection.sendall(POINT)
        answer = connection.recv(4096)
        status = server.process.wait(PATIENCE)

    assert answer.startswith(b"HTTP/1.1 500")
    assert status == 0
    assert [one for one in below if one.is_running()] == []


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(["socket", "socketpair"], id="asyncio"),
        pytest.param(["logging", "getLogger", "_granian.serve"], id="granian"),
    ],
)
def test_a_server_that_is_told_to_end_while_it_starts_ends_in_order(call):
    command = [sys.executable, "-c", TOLD_TO_END_WHILE_IT_STARTS, *call]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_server_that_is_killed_leaves_nobody_who_answers():
    with serving(stderr=subprocess.DEVNULL) as server:
        below = server.below()
        server.process.kill()
        _, left = psutil.wait_procs(below, timeout=PATIENCE)

    assert left == []
    with socket.create_server(("127.0.0.1", server.port)) as free:
        assert free.getsockname()[1] == server.port
