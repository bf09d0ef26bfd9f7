"""The least of HTTP/1.1 that a client needs who wants to cost little."""

from dataclasses import dataclass

END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """A status, a body, whether the connection stays, and what came after it."""

    status: int
    body: bytes
    stays: bool
    rest: bytes


def parse(received: bytes) -> Answer | None:
    """Answer the first answer in what was received; None where it is not whole yet.

    Raises:
        ValueError: it is no such answer.
    """
    head, whole, rest = received.partition(END_OF_HEAD)
    if not whole:
        return None
    head = head.lower()
    if not head.startswith(b"http/1.1 "):
        raise ValueError("no HTTP/1.1")
    stays = b"\r\nconnection: close" not in head
    _, has_length, length = head.partition(b"\r\ncontent-length:")
    found = _measured(rest, int(length.split(b"\r\n", 1)[0])) if has_length else _chunked(rest)
    return Answer(int(head[9:12]), found[0], stays, found[1]) if found else None


def _measured(received: bytes, size: int) -> tuple[bytes, bytes] | None:
    return (received[:size], received[size:]) if len(received) >= size else None


def _chunked(received: bytes) -> tuple[bytes, bytes] | None:
    body = b""
    while True:
        line, whole, received = received.partition(b"\r\n")
        if not whole:
            return None
        size = int(line.split(b";")[0], 16)
        if len(received) < size + 2:
            return None
        if not size:
            return body, received[2:]
        body, received = body + received[:size], received[size + 2 :]
