"""Sockets of several processes on one address, among which connections are shared out evenly."""

import socket
import sys

BACKLOG = 1024  # connections that wait, on each socket, until somebody takes them


def one_each(listener: socket.socket, count: int) -> list[socket.socket]:
    """Answer so many sockets on the address of the first, which is one of them.

    Where processes take connections from the same socket, whoever is quicker to wake up gets most
    of them. Linux shares them out among sockets; elsewhere, all get the same one.
    """
    if sys.platform != "linux":
        return [listener] * count
    # Not set before: whoever serves on an address where somebody serves already is to be told.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return [listener, *(_beside(listener) for _ in range(count - 1))]


def send_at_once(listener: socket.socket) -> None:
    """Have its connections send what they have, and not wait for more: that may take 40 ms."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _beside(listener: socket.socket) -> socket.socket:
    another = socket.socket(listener.family)
    another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as create_server does
    if listener.family == socket.AF_INET6:
        another.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # and this
    send_at_once(another)
    another.bind(listener.getsockname())
    another.listen(BACKLOG)
    return another
