"""Serving on the command line, until told to stop."""

import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import click

from src.config import Settings
from src.errors import UserError
from src.serve.answering import answer, import_all, in_production, log_errors
from src.serve.listeners import BACKLOG, send_at_once


def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """Serve the REST API and print where, until Ctrl-C or SIGTERM.

    Args:
        host: the address to listen on, and no other.
        port: the port; 0 takes a free one.
        workers: how many processes answer, by default one a core; a single one is this process.
        threads: how many requests each works on at once.

    Raises:
        UserError: the address cannot be used, or S3 is not there.
    """
    log_errors()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    Settings.from_env()  # has its say before there are processes
    with _listen(host, port) as listener, suppress(KeyboardInterrupt):
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{listener.getsockname()[1]}"

        def announce(told: str) -> None:
            click.echo(f"{told}\nServing on {url} - documentation at {url}/docs")

        import_all()
        _answer(listener, workers or _cores(), threads, announce)


def _answer(
    listener: socket.socket, workers: int, threads: int, announce: Callable[[str], None]
) -> None:
    if workers > 1 and sys.platform != "win32":  # where processes cannot share a socket
        from src.serve.workers import answer_by_workers

        answer_by_workers(listener, workers, threads, announce)
    else:
        announce(in_production())
        answer(listener, threads)


def _cores() -> int:
    from joblib import cpu_count  # knows of a container's share, too

    return cpu_count()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise UserError(
            f"Cannot serve on {host} port {port} ({reason}): "
            "end what is there, or choose another with --port."
        ) from error
    send_at_once(listener)
    return listener
