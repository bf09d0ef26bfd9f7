"""Server processes of the application, and an S3 for them: real ones, each on a free port."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60  # seconds until a server answers first


class Server:
    """A server process on a port of its own, which can be killed and started again."""

    def __init__(self, environ: dict[str, str]):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self._environ = environ
        self.up = False
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "src", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # where versions that fail say so
        )
        give_up = time.monotonic() + PATIENCE
        while not _healthy(self.port):
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"the server on port {self.port} does not answer")
            time.sleep(0.1)
        self.up = True

    def kill(self) -> None:
        """End it at once with its workers, as a machine that fails would.

        Workers that outlive it for a moment would answer in the name of the next one.
        """
        self.up = False
        workers = []
        with suppress(psutil.NoSuchProcess):  # it has ended by itself
            workers = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        for worker in workers:
            with suppress(psutil.NoSuchProcess):
                worker.kill()
        psutil.wait_procs(workers, timeout=PATIENCE)


@contextmanager
def s3(folder: Path) -> Iterator[tuple[subprocess.Popen, dict[str, str]]]:
    """Keep a moto server as the S3 of all; answer it, and the environment that says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    try:
        give_up = time.monotonic() + PATIENCE
        while not _listens(port):
            if time.monotonic() > give_up:
                raise RuntimeError("moto does not answer")
            time.sleep(0.1)
        yield (
            process,
            others
            | {
                "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_DEFAULT_REGION": "us-east-1",
                "OUTPUT_DIR": str(folder / "output"),
            },
        )
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
