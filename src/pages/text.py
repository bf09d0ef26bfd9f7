"""Text and numbers as a page shows them, whatever they hold."""

import math
from numbers import Integral

LONGEST = 2000  # characters of any one text of a page
SHORTEST = 12  # characters of a label
NOTHING = "-"


def shown(text: str, limit: int = LONGEST) -> str:
    """Answer text on one line, cut where it is too long, and told how long it was.

    What cannot be shown, as control characters, turns of the direction of writing or halves of
    characters, becomes a space.
    """
    whole = str(text)
    start = "".join(sign if sign.isprintable() else " " for sign in whole[:limit])
    if len(whole) <= limit:
        return start
    return f"{start.rstrip()}… ({len(whole):,} characters)"


def label(text: str, limit: int) -> str:
    """Answer text that has so much room; its middle is left out where it is too long."""
    limit = max(limit, SHORTEST)
    if len(text) <= limit:
        return shown(text)
    end = (limit - 1) // 2
    return shown(f"{text[: limit - 1 - end]}…{text[-end:]}")


def number(value: float | None, digits: int = 4) -> str:
    """Answer a number as 0.01234 or 12,340, to so many digits; a dash where there is none."""
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    if isinstance(value, Integral) or (abs(value) >= 1000 and float(value).is_integer()):
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"
