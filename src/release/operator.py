"""Who changes a release, for its history."""

import getpass
import os
import socket


def operator() -> str:
    """Name who runs this process, and where: ``ada@laptop``, or a job on a build server."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        user = f"user {os.getuid()}"
    return f"{user}@{socket.gethostname()}"
