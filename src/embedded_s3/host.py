"""Finding the process that hosts the S3 of a folder, or hosting it."""

import json
import secrets
import socket
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from src.embedded_s3.proof import WHO_PATH, proof
from src.errors import UserError
from src.utils import write_atomically

if TYPE_CHECKING:
    from filelock import FileLock
    from werkzeug.serving import BaseWSGIServer

NEEDS_MOTO = (
    "The embedded S3 needs the course's packages: install requirements.txt, "
    "or configure an S3 with the AWS_* variables."
)
LOOPBACK = "127.0.0.1"
BUCKETS = "buckets"  # the folder, below that of the S3, with a folder for each
PATIENCE = 30.0  # seconds that a process may take to start hosting
POLL = 0.05
ANSWERS_WITHIN = 1.0


@dataclass(frozen=True)
class Endpoint:
    """Where an embedded S3 is, and the access key that opens it (its secret is the same)."""

    url: str
    key: str


_known: set[Endpoint] = set()  # those that have answered this process
_hosted: list = []  # locks and servers, which live as long as the process
_one_at_a_time = threading.Lock()


def ensure(folder: Path, check: bool = False) -> Endpoint:
    """Answer where the S3 of a folder is; where nobody hosts it, this process does from now on.

    Args:
        folder: where its objects are, and who hosts it.
        check: see whether it answers, even if it did before.

    Raises:
        UserError: it cannot be hosted here.
    """
    announced = _announced(folder)
    if announced in _known and not check:
        return announced
    with _one_at_a_time:
        endpoint = _find_or_host(folder)
        _known.add(endpoint)
        return endpoint


def has_bucket(folder: Path, name: str) -> bool:
    """Whether the S3 of a folder has this bucket: each has a folder of its own there."""
    return any(bucket.name == name for bucket in (folder / BUCKETS).glob("*/"))


def _find_or_host(folder: Path) -> Endpoint:
    try:
        from filelock import FileLock, Timeout
    except ImportError as error:
        raise UserError(NEEDS_MOTO) from error
    _make_private(folder)
    lock = FileLock(folder / "lock", thread_local=False)
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        announced = _announced(folder)
        if announced and _answers(announced):
            return announced
        with suppress(Timeout):
            lock.acquire(timeout=POLL)
            return _host(folder, lock)
    raise UserError(
        f"A process has {folder / 'lock'}, and its S3 does not answer: "
        "end it, or choose another folder with OUTPUT_DIR."
    )


def _host(folder: Path, lock: "FileLock") -> Endpoint:
    before = _announced(folder)  # the same port and key, so that other tools find it again
    key = before.key if before else secrets.token_hex(16)
    listener = _listen(urlsplit(before.url).port if before else None)
    try:
        server = _server(folder / BUCKETS, key, listener)
    except BaseException:
        lock.release()
        raise
    finally:
        listener.close()  # the server has its own descriptor of it
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = Endpoint(f"http://{LOOPBACK}:{server.port}", key)
    announcement = asdict(endpoint) | {"folder": str(folder.resolve())}
    write_atomically(folder / "endpoint.json", json.dumps(announcement).encode())
    _hosted.append((lock, server))
    return endpoint


def _server(folder: Path, key: str, listener: socket.socket) -> "BaseWSGIServer":
    try:
        from moto.moto_server.werkzeug_app import MotoRequestHandler
        from werkzeug.serving import make_server

        from src.embedded_s3.store import Store
    except ImportError as error:
        raise UserError(NEEDS_MOTO) from error

    class Quiet(MotoRequestHandler):
        disable_nagle_algorithm = True  # else a refusal of an upload waits for an acknowledgement

        def log_request(self, *args: object) -> None:
            """Say nothing of requests that went well."""

    return make_server(
        *listener.getsockname(),
        Store(folder, key),
        threaded=True,
        request_handler=Quiet,
        fd=listener.fileno(),
    )


def _listen(port: int | None) -> socket.socket:
    try:
        return socket.create_server((LOOPBACK, port or 0))
    except OSError:  # somebody has that port now
        return socket.create_server((LOOPBACK, 0))


def _announced(folder: Path) -> Endpoint | None:
    try:
        announcement = json.loads((folder / "endpoint.json").read_bytes())
        if announcement.pop("folder") != str(folder.resolve()):
            return None  # the folder is a copy, and who hosts the original is not its host
        return Endpoint(**announcement)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _answers(endpoint: Endpoint) -> bool:
    """Whether a store that has the endpoint's key is there, and not another's server."""
    connection = HTTPConnection(urlsplit(endpoint.url).netloc, timeout=ANSWERS_WITHIN)
    try:
        connection.request("GET", WHO_PATH)
        return connection.getresponse().read() == proof(endpoint.key)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder} cannot be made ({error.strerror}): choose another folder with OUTPUT_DIR."
        ) from error
