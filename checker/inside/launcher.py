"""Stands for a Python that a test starts, while the run's zygote forks one that is ready.

This is what `sys.executable` names in tests that start processes: it begins at once, for it imports
next to nothing. It sends what it was called with, and its standard streams, to the zygote;
passes on the signals that it gets; and ends as the other ends. What a zygote cannot do (another
option than -m, another environment of Python's) the real Python does in this very process.
"""

import _signal
import _socket
import marshal
import os
import sys

ZYGOTE = ""
PYTHON = ""
PASSED_ON = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
INT = 4  # bytes


def main():
    """Be a Python."""
    arguments = sys.argv[1:]
    with_zygote = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        if len(arguments) < 2 or arguments[0] != "-m":
            raise OSError
        with_zygote.connect(ZYGOTE)
        _order(with_zygote, arguments[1:])
        if with_zygote.recv(1) != b"+":
            raise OSError
    except OSError:
        os.execv(PYTHON, [PYTHON, *arguments])
    _let_go_of_streams()
    _end_as(_status(with_zygote))


def _order(zygote, arguments):
    ignored = [n for n in _signal.valid_signals() if _signal.getsignal(n) == _signal.SIG_IGN]
    order = marshal.dumps((arguments, os.getcwd(), dict(os.environ), [*map(int, ignored)]))
    streams = b"".join(number.to_bytes(INT, sys.byteorder) for number in (0, 1, 2))
    zygote.sendmsg(
        [len(order).to_bytes(INT, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)]
    )
    zygote.sendall(order)
    for name in PASSED_ON:
        if (number := getattr(_signal, name)) not in ignored:
            _signal.signal(number, lambda number, frame: zygote.sendall(bytes([number])))


def _let_go_of_streams():
    """Leave the pipes to the other: who reads from one waits until nobody holds it."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _status(zygote):
    told = b""
    while len(told) < INT:
        part = zygote.recv(INT - len(told))
        if not part:  # the run is over
            return -_signal.SIGKILL
        told += part
    return int.from_bytes(told, "big", signed=True)


def _end_as(status):
    if status < 0:
        if -status not in (_signal.SIGKILL, _signal.SIGSTOP):
            _signal.signal(-status, _signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


main()
