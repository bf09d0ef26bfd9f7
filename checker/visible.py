"""Attendees' text made safe to show: no terminal, file or page obeys what is in it."""

import re

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and newline
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # what breaks lines or turns them around
    "\ud800-\udfff\ufffe\uffff]"  # no characters: neither UTF-8 nor XML can hold them
)


def visible(text: str) -> str:
    r"""The text with what would be obeyed instead of shown written out, such as `\x1b[31m`."""
    return HIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
