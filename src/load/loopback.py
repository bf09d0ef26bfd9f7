"""Load goes to this machine, unless another is named by hand."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from src.errors import UserError
from src.load.sources import Resolved


def refuse_strangers(resolved: Resolved) -> None:
    """Let load go to another machine only where the command line names it.

    Raises:
        UserError: a file or the environment names it.
    """
    host = resolved.configuration.host
    if not is_loopback(host) and not resolved.by_hand("host"):
        raise UserError(
            f"{resolved.origins['host']} sends the load to {host}, which is not this machine. "
            f"Whoever runs that server should know: give it by hand with --host {host}."
        )


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine, by address or as localhost. No name is looked up."""
    name = urlsplit(url).hostname or ""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
