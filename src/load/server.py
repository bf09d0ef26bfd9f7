"""The server as it is before the load: is it there, what does it answer, one request at a time."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from src.errors import UserError

PATIENCE = 30.0  # seconds for an answer; the first one may have to load a model
JSON = {"Content-Type": "application/json"}


class Server:
    """Asks a server, one request after the other, on one connection."""

    def __init__(self, host: str) -> None:
        """Ask the server with this base URL; nothing is opened yet."""
        parts = urlsplit(host)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._prefix = host, parts.path
        self._connection = kind(parts.netloc.rpartition("@")[2], timeout=PATIENCE)

    def ask(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Answer the status and the body of the server's answer.

        Raises:
            UserError: there is none.
        """
        try:
            self._connection.request("POST", self._prefix + path, body, JSON)
            response = self._connection.getresponse()
            return response.status, response.read()
        except (OSError, HTTPException) as error:
            self.close()
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise UserError(
                f"No server answers at {self._host} ({reason}): start one with `make serve` in "
                "another terminal, have one started with --serve, or name another with --host."
            ) from error

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._connection.close()


def check(server: Server, path: str, body: bytes) -> None:
    """Have the server answer one row, before there is any load.

    Raises:
        UserError: it does not, which says why.
    """
    status, answer = server.ask(path, body)
    if status != 200:
        told = message(answer)
        remedy = "`make train deploy` puts all models in production."
        if "no model in production" not in told:
            remedy = "see to that first; its log may tell more."
        raise UserError(f"The server answers {path} with status {status} ({told}): {remedy}")


def predictions(
    server: Server,
    path: str,
    bodies: list[bytes],
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, list[Any]]:
    """Ask for rows one at a time, and answer by model id what each is predicted.

    None stands where there is no sound answer, and for the rows that there was no time for.
    """
    known: dict[str, list[Any]] = {}
    give_up = clock() + seconds
    for row, body in enumerate(bodies):
        if clock() > give_up:
            break
        status, text = server.ask(path, body)
        answer = _object(text) if status == 200 else {}
        predicted, model_id = answer.get("predictions"), answer.get("model_id")
        if isinstance(predicted, list) and len(predicted) == 1 and isinstance(model_id, str):
            known.setdefault(model_id, [None] * len(bodies))[row] = predicted[0]
    return known


def message(answer: bytes) -> str:
    """Answer what the server says of an error, in short."""
    told = _object(answer).get("message")
    return told if isinstance(told, str) else answer.decode(errors="replace")[:200]


def _object(text: bytes) -> dict:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
