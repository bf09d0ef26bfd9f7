"""What the commands of releases print with: text that is safe, times, and tables without lines."""

import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH_OF_A_FILE = 120


def open_console() -> Console:
    """Answer a console on standard output, which is wide where that is no terminal."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)


def say(console: Console, text: str, style: str = "") -> None:
    """Print text as it is, in one piece: nothing in it is a command to the terminal."""
    console.print(printable(text), style=style, soft_wrap=True)


def print_facts(console: Console, facts: dict[str, str]) -> None:
    """Print a line for each fact, after its name."""
    table = grid()
    for name, fact in facts.items():
        table.add_row(name, printable(fact))
    console.print(table)


def grid() -> Table:
    """Answer a table without headings and lines."""
    return Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))


def clock_time(text: str) -> str:
    """Show a time of ISO 8601 to the second, as UTC."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return text
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def printable(text: str) -> Text:
    """Answer text for the console, with a space for each character that cannot be shown."""
    return Text("".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text))
