"""Answering requests in this process: granian's WSGI worker, on a socket that listens already.

granian's own command has each worker bind the address for itself. A second server can then share
the port with the first, unnoticed, and connections that wait for a worker are lost when it dies.
So this takes the part of granian that answers, and gives it a socket of ours. It is a part that
may change: pyproject.toml holds granian's minor version, and the tests of `serve` tell.
"""

import asyncio
import io
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from granian._futures import _new_cbscheduler
from granian._granian import SocketHolder, WorkerSignal, WSGIWorker
from granian.http import HTTP1Settings

from src.serve.children import signals_let_through
from src.serve.listeners import BACKLOG
from src.serve.openapi import MAX_BYTES

CONNECTIONS = 512  # that a worker has at once, idle ones too; few enough for 1,024 open files
LOOK_EVERY = 0.2  # seconds
PATIENCE = 5.0  # seconds that requests in flight have when a worker ends

MOST_READ = 2**30  # bytes of a body
AT_ONCE = 2**16

Application = Callable[[dict[str, Any], Callable], Iterable[bytes]]


def answer_requests(
    app: Application,
    listener: socket.socket,
    threads: int,
    is_wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Answer until interrupted, or not wanted any more; then finish what is in flight.

    Args:
        app: a WSGI application, called by several threads at once.
        listener: where connections arrive; it is ours from now on, and closed first.
        threads: how many requests are worked on at once, those of slow clients too.
        is_wanted: asked now and then.
    """
    stop, stopped = WorkerSignal(), threading.Event()
    stop.add_cb(stopped.set)
    loop = asyncio.new_event_loop()  # asked for, and not used
    scheduler = _new_cbscheduler(loop, _caller(app), impl_asyncio=True)
    try:
        _granian_worker(listener, threads).serve_mtr(scheduler, loop, stop)
        with signals_let_through():
            while is_wanted() and not stopped.wait(LOOK_EVERY):
                pass
    finally:
        stop.set()
        stopped.wait(PATIENCE)
        loop.close()


def _granian_worker(listener: socket.socket, threads: int) -> WSGIWorker:
    backlog = {"linux": (False, BACKLOG), "win32": ()}.get(sys.platform, (False,))
    return WSGIWorker(
        1,
        (None, SocketHolder(listener.detach(), *backlog)),
        None,
        py_threads=threads,
        backpressure=CONNECTIONS,
        http_mode="1",
        http1_opts=HTTP1Settings(),
        metrics=(None, None),
    )


def _caller(app: Application) -> Callable[[Any, dict[str, Any]], None]:
    """What granian calls for each request."""
    always = {
        "SCRIPT_NAME": "",
        "SERVER_SOFTWARE": "granian",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,  # so that a body without a length is read, and measured
        "wsgi.multiprocess": True,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    }

    def call(protocol: Any, environ: dict[str, Any]) -> None:
        status, headers = 500, []

        def start_response(line: str, fields: list, exc_info: Any = None) -> None:
            nonlocal status, headers
            status, headers = int(line[:3]), fields

        arriving = environ["wsgi.input"]
        if environ.pop("HTTP_TRANSFER_ENCODING", None):
            _give_length(environ)
        pieces = app(environ | always, start_response)
        try:
            body = b"".join(pieces)  # sent at once, an answer is one packet
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        if "HTTP_EXPECT" not in environ:
            _read(arriving, MOST_READ, keep=False)
        protocol.response_bytes(status, headers, body)

    return call


def _give_length(environ: dict[str, Any]) -> None:
    """Have a body that comes in pieces judged by its length, as others are."""
    body = _read(environ["wsgi.input"], MAX_BYTES + 1)
    environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _read(body: Any, most: int, keep: bool = True) -> bytes:
    """Read what is left of a body, for whoever still sends does not hear the answer."""
    kept, read = [], 0
    while read < most and (piece := body.read(min(AT_ONCE, most - read))):
        read += len(piece)
        if keep:
            kept.append(piece)
    return b"".join(kept)
