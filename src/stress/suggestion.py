"""What a user may have meant: the sentences about names that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_SHOWN = 60


def unknown(what: str, given: object, known: Iterable[object], most: int = MOST_SHOWN) -> str:
    """Tell that a name is unknown, which one is nearest, and which ones there are.

    Args:
        what: of what it is a name, with its place, as "key in data_config".
        given: the name.
        known: all names there are.
        most: how many of them are shown.
    """
    names = [str(name) for name in known]
    if not names:
        return f"No {what} is called {given!r}: there is none yet."
    nearest = get_close_matches(str(given), names, n=1)
    meant = f"did you mean {nearest[0]!r}? " if nearest else ""
    shown = ", ".join(names[:most])
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"No {what} is called {given!r}: {meant}Known: {shown}{more}."
