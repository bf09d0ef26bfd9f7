"""What goes wrong by a user's doing."""


class UserError(Exception):
    """Says what is wrong, where, and the next step; the command line prints it and exits 2."""
