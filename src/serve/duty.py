"""A thread that does again and again what is due besides answering."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from src.errors import UserError

FAREWELL = 3.0  # seconds that the last round may take when a server ends

log = logging.getLogger(__name__)


@contextmanager
def on_duty(task: Callable[[], None], last_task: Callable[[], None], tick: float) -> Iterator[None]:
    """Have a thread do a task every so many seconds meanwhile, and another one at the end."""
    end = threading.Event()

    def work() -> None:
        while not end.wait(tick):
            attempt(task, "The duty")
        attempt(last_task, "The end of the duty")

    thread = threading.Thread(target=work, name="duty", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join(FAREWELL)


def attempt(task: Callable[[], None], what: str) -> None:
    """Do a task; what goes wrong is logged, and the next time is soon."""
    try:
        task()
    except UserError as error:
        log.error("%s must wait: %s", what, error)
    except Exception:
        log.exception("%s failed.", what)
