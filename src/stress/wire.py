"""Messages between two processes, over pipes, of a bounded size and within a time."""

import json
import os
import select
import struct
import time
from collections.abc import Callable
from typing import Any

LENGTH = struct.Struct("<Q")
LARGEST_MESSAGE = 1 << 16
TICK = 0.5  # seconds between two looks at who is on the other end
BLOCK = 1 << 16


class Late(Exception):
    """The other end took too long."""


def send(to: int, data: bytes, deadline: float, check: Callable[[], None]) -> None:
    """Write data, after its length.

    Args:
        to: descriptor of a pipe.
        data: any bytes.
        deadline: on the monotonic clock.
        check: called now and then while the other end makes us wait.

    Raises:
        Late: it is past the deadline.
        OSError: nobody reads.
    """
    os.set_blocking(to, False)
    rest = memoryview(LENGTH.pack(len(data)) + data)
    while rest:
        _wait(to, select.POLLOUT, deadline, check)
        rest = rest[os.write(to, rest[:BLOCK]) :]


def receive(of: int, size: int, deadline: float, check: Callable[[], None]) -> bytes:
    """Read so many bytes.

    Raises:
        Late: it is past the deadline.
        EOFError: nobody writes any more.
    """
    data = bytearray()
    while len(data) < size:
        _wait(of, select.POLLIN, deadline, check)
        block = os.read(of, min(BLOCK, size - len(data)))
        if not block:
            raise EOFError
        data += block
    return bytes(data)


def receive_message(of: int, deadline: float, check: Callable[[], None]) -> dict[str, Any]:
    """Read an object of JSON, after its length.

    Raises:
        Late: it is past the deadline.
        EOFError: nobody writes any more.
        ValueError: it is too long, or no object.
    """
    (size,) = LENGTH.unpack(receive(of, LENGTH.size, deadline, check))
    if size > LARGEST_MESSAGE:
        raise ValueError("its message is too long")
    message = json.loads(receive(of, size, deadline, check))
    if not isinstance(message, dict):
        raise ValueError("its message is no object")
    return message


def _wait(descriptor: int, event: int, deadline: float, check: Callable[[], None]) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Late
        if poll.poll(1000 * min(left, TICK)):
            return
        check()
