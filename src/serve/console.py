"""Serving on the command line, until told to stop."""

import logging
import signal
import socket
from contextlib import suppress

import click
import waitress

from src.config import DEFAULT_DATASET, DEFAULT_MODEL
from src.errors import UserError
from src.release.registry import NotInProduction, Registry
from src.serve.app import app
from src.serve.traffic import default_traffic

THREADS = 8


def serve(host: str, port: int) -> None:
    """Serve the REST API and print where, until Ctrl-C or SIGTERM.

    Raises:
        UserError: the address cannot be used, or S3 is not there.
    """
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    traffic = default_traffic()
    with _listen(host, port) as listener, suppress(KeyboardInterrupt):
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{listener.getsockname()[1]}"
        click.echo(f"{_in_production()}\nServing on {url} - documentation at {url}/docs")
        with traffic.on_duty():
            waitress.create_server(app, sockets=[listener], threads=THREADS).run()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise UserError(
            f"Cannot serve on {host} port {port} ({reason}): "
            "end what is there, or choose another with --port."
        ) from error


def _in_production() -> str:
    try:
        version = Registry().production(DEFAULT_DATASET, DEFAULT_MODEL)
    except NotInProduction as problem:
        return f"Nothing can be predicted yet. {problem}"
    return f"In production: {version.model_id} ({DEFAULT_MODEL} on {DEFAULT_DATASET})"
