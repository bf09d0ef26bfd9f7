"""Several processes that answer on one socket, and one that looks after them."""

import logging
import socket
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import wait

from src import aws
from src.config import Settings
from src.errors import UserError
from src.serve.answering import answer, in_production, log_errors
from src.serve.children import Child, Parent, end
from src.serve.duty import FAREWELL, attempt
from src.serve.listeners import one_each
from src.serve.web_server import PATIENCE

AT_LEAST = 1.0  # seconds from a process's start to its replacement's
S3_LOOK_EVERY = 1.0

log = logging.getLogger(__name__)


def answer_by_workers(
    listener: socket.socket, count: int, threads: int, announce: Callable[[str], None]
) -> None:
    """Have processes answer until interrupted, and replace each that ends by itself.

    This process does nothing else. Its threads, connections and locks would be in each of its
    forks, so it asks S3 for nothing, not even what is in production: it has that asked.

    Args:
        listener: where connections arrive.
        count: how many processes answer.
        threads: how many requests each works on at once.
        announce: told what is in production, once requests are answered.

    Raises:
        UserError: S3 is not there.
    """
    keepers: list[Child] = []
    workers: list[Child] = []
    listeners = one_each(listener, count)
    try:
        told = _first_look(keepers, listeners)
        for own in listeners:
            workers.append(Child(_work, own, listeners, threads))
        workers[0].hear()
        announce(told)
        while True:
            wait([child.process.sentinel for child in keepers + workers])
            for child in keepers + workers:
                _replace_if_ended(child)
    finally:
        _close(listeners)
        end(workers, PATIENCE + FAREWELL + 1)
        end(keepers, PATIENCE)  # after the workers, whose last words go to S3


def _first_look(keepers: list[Child], listeners: list[socket.socket]) -> str:
    """Answer what is in production; where the embedded S3 serves, have a process keep it."""
    if aws.is_embedded():
        keepers.append(Child(_keep_s3, listeners))
        told = keepers[0].hear()
    else:
        scout = Child(_look, listeners)
        told = scout.hear()
        end([scout], PATIENCE)
    if isinstance(told, UserError):
        raise told
    return told


def _replace_if_ended(child: Child) -> None:
    if child.process.is_alive():
        return
    log.error("A process ended by itself (%s); another one starts.", child.process.exitcode)
    time.sleep(max(0.0, child.started + AT_LEAST - time.monotonic()))
    child.start()


def _work(own: socket.socket, listeners: list[socket.socket], threads: int, parent: Parent) -> None:
    log_errors()
    _close(listener for listener in listeners if listener.fileno() != own.fileno())
    parent.tell("here")
    answer(own, threads, parent.is_there)


def _look(listeners: list[socket.socket], parent: Parent) -> None:
    log_errors()
    _close(listeners)
    try:
        parent.tell(in_production())
    except UserError as error:
        parent.tell(UserError(str(error)))


def _keep_s3(listeners: list[socket.socket], parent: Parent) -> None:
    from src.embedded_s3.host import ensure

    _look(listeners, parent)
    folder = Settings.from_env().output_dir / "s3"
    while parent.is_there():
        time.sleep(S3_LOOK_EVERY)
        attempt(lambda: ensure(folder, check=True), "Keeping the embedded S3")


def _close(listeners: Iterable[socket.socket]) -> None:
    """Let go of sockets: as long as any process has one, connections to it wait in vain."""
    for listener in listeners:
        listener.close()
