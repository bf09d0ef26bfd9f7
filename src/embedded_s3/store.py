"""An S3 as a WSGI application, whose objects outlive the process."""

import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import create_backend_app
from moto.s3.models import FakeKey, S3Backend, s3_backends

from src.embedded_s3.proof import WHO_PATH, proof
from src.errors import UserError
from src.utils import write_atomically

REGION = "us-east-1"
CHANGES_NOTHING = ("GET", "HEAD")

# moto keeps its state in one global place, which the stores of a process take in turns.
_TURN = threading.RLock()


class Store:
    """moto's S3, with a key that whoever asks must sign with, and with its objects on disk.

    An answer leaves when what it promises is on disk: the newest version of each object in a
    file, as a line of JSON and the content.
    """

    def __init__(self, folder: Path, key: str) -> None:
        """Serve the objects of a folder, which has a folder for each bucket.

        Raises:
            UserError: a file of it cannot be read.
        """
        self._folder = folder
        self._key = key
        self._application = create_backend_app("s3")
        self._state: tuple[dict, dict] = ({}, {})
        self._on_disk: dict[tuple[str, str], FakeKey] = {}
        with self._turn():
            self._load()

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer a request, by the rules of WSGI."""
        if environ["PATH_INFO"] == WHO_PATH:
            return _answer(start_response, HTTPStatus.OK, proof(self._key))
        if self._key not in environ.get("HTTP_AUTHORIZATION", "") + environ["QUERY_STRING"]:
            # Pages in a browser and other users of the machine reach this port as well.
            return _answer(start_response, HTTPStatus.FORBIDDEN, _error("InvalidAccessKeyId"))
        _receive_body(environ)
        with self._turn():
            answer = self._application(environ, start_response)
            if environ["REQUEST_METHOD"] not in CHANGES_NOTHING:
                self._save()
            return answer

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Put our state in moto's global place for as long as a request takes."""
        with _TURN:
            theirs = _swap(self._state)
            try:
                if any(key.disposed for key in self._on_disk.values()):
                    self._load()  # somebody in this process reset moto, as mock_aws does
                yield
            finally:
                self._state = _swap(theirs)

    def _load(self) -> None:
        _swap(({}, {}))
        self._on_disk = {}
        for bucket in sorted(self._folder.glob("*/")):
            _backend().create_bucket(bucket.name, REGION)
            for path in bucket.glob("[!.]*"):
                key = _read(path, bucket.name)
                self._on_disk[bucket.name, key.name] = key

    def _save(self) -> None:
        """Bring the disk up to what moto has; where that fails, moto back to what the disk has."""
        buckets = _backend().buckets
        now = {
            (bucket.name, key.name): key
            for bucket in buckets.values()
            for key in (bucket.keys[name] for name in bucket.keys)
            if isinstance(key, FakeKey)  # and no delete marker
        }
        try:
            self._write(now)
            self._remove(now.keys(), buckets.keys())
        except Exception:
            self._load()
            raise

    def _write(self, now: dict[tuple[str, str], FakeKey]) -> None:
        for bucket in _backend().buckets:
            (self._folder / bucket).mkdir(parents=True, exist_ok=True)
        for place, key in now.items():
            if self._on_disk.get(place) is not key:
                write_atomically(self._path(*place), _file(key))
                self._on_disk[place] = key

    def _remove(self, keys: Iterable[tuple[str, str]], buckets: Iterable[str]) -> None:
        for place in self._on_disk.keys() - set(keys):
            self._path(*place).unlink()
            del self._on_disk[place]
        for folder in self._folder.glob("*/"):
            if folder.name not in buckets:
                folder.rmdir()

    def _path(self, bucket: str, name: str) -> Path:
        # A hash, for a key may be longer than a file's name, and differ in case alone.
        return self._folder / bucket / hashlib.sha256(name.encode()).hexdigest()


def _swap(state: tuple[dict, dict]) -> tuple[dict, dict]:
    before = dict(s3_backends.items()), s3_backends.bucket_accounts
    s3_backends.clear()
    s3_backends.update(state[0])
    s3_backends.bucket_accounts = state[1]
    return before


def _backend() -> S3Backend:
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]


def _file(key: FakeKey) -> bytes:
    header = {
        "key": key.name,
        "etag": key.etag.strip('"'),
        "last_modified": key.last_modified.isoformat(),
        "metadata": dict(key.metadata),
    }
    return json.dumps(header).encode() + b"\n" + key.value


def _read(path: Path, bucket: str) -> FakeKey:
    try:
        first_line, _, content = path.read_bytes().partition(b"\n")
        header = json.loads(first_line)
        key = _backend().put_object(bucket, header["key"], content, etag=header["etag"])
        key.last_modified = datetime.fromisoformat(header["last_modified"])
        key.set_metadata(header["metadata"], replace=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}, an object of the embedded S3, is damaged: remove it.") from error
    return key


def _receive_body(environ: dict[str, Any]) -> None:
    """Read the whole body before our turn, so that a slow client keeps nobody waiting."""
    if "CONTENT_LENGTH" in environ or environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or -1))
        environ["wsgi.input"] = io.BytesIO(body)


def _error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


def _answer(start_response: Callable, status: HTTPStatus, body: bytes) -> Iterable[bytes]:
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
