"""A line to the processes that the checker starts: no test has to poll for them, or to sleep."""

import socket

DEADLINE = 30  # seconds; nothing here waits that long unless it is broken


class Lifeline:
    """A connection that a process opens and holds: its begin and its end are seen at once."""

    def __init__(self, server: socket.socket):
        server.settimeout(DEADLINE)
        self._server = server
        self.code = (  # for the process to run; what inherits `line` holds it too
            f"import socket; line = socket.create_connection({server.getsockname()})"
        )

    def wait_for_begin(self) -> None:
        """Return when a process holds the line."""
        self._held, _ = self._server.accept()
        self._held.settimeout(DEADLINE)

    def wait_for_end(self) -> None:
        """Return when no process holds the line any more: all that could are dead."""
        with self._held:
            assert self._held.recv(1) == b""
