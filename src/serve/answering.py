"""What a process does that answers: the application, on a socket, with its duties beside it."""

import gc
import logging
import socket
from collections.abc import Callable
from importlib import import_module

from src.config import DEFAULT_DATASET, DEFAULT_MODEL
from src.release.registry import NotInProduction, Registry
from src.serve.children import signals_held_back
from src.serve.traffic import default_traffic

# What first requests would wait for; where there are workers, they share the memory of it.
HEAVY = ("src.serve.app", "src.serve.web_server", "src.train.pipeline", "boto3.session")


def answer(
    listener: socket.socket, threads: int, is_wanted: Callable[[], bool] = lambda: True
) -> None:
    """Answer requests, and look after canary and red flags, until interrupted or not wanted."""
    from src.serve.app import app
    from src.serve.web_server import answer_requests

    # half started, neither asyncio nor granian ends in order: it is interrupted once it answers
    with signals_held_back(), default_traffic().on_duty():
        answer_requests(app, listener, threads, is_wanted)


def in_production() -> str:
    """Tell what the server will answer with.

    Raises:
        UserError: S3 is not there.
    """
    try:
        version = Registry().production(DEFAULT_DATASET, DEFAULT_MODEL)
    except NotInProduction as problem:
        return f"Nothing can be predicted yet. {problem}"
    return f"In production: {version.model_id} ({DEFAULT_MODEL} on {DEFAULT_DATASET})"


def log_errors() -> None:
    """Have errors, and nothing else, written to standard error."""
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(levelname)s %(message)s")


def import_all() -> None:
    """Import all that requests will need, and start nothing of it."""
    for name in HEAVY:
        import_module(name)
    gc.collect()
    gc.freeze()  # else the collector of each fork would write to all of it, and so copy it
