"""What stops the checker itself."""


class CheckerError(Exception):
    """The checker cannot do its work; the message says why and what to do next."""
