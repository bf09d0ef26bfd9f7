"""The tests there are, on the command line."""

from collections.abc import Sequence

from rich.console import Console

from src.release.terminal import open_console, print_facts, say
from src.stress.case import StressTest
from src.stress.catalogue import BY_DEFAULT, CATEGORIES, tests_of
from src.stress.configuration import category_of


def list_tests(categories: Sequence[str]) -> None:
    """Print each test of categories: what it is about, its thresholds and its options.

    Args:
        categories: names; none are all.

    Raises:
        UserError: there is no such category.
    """
    console = open_console()
    for name in [category_of(category) for category in categories] or CATEGORIES:
        default = ", by default" if name in BY_DEFAULT else ""
        title = CATEGORIES.get(name, name)
        say(console, f"{title} ({name}{default})\n", style="bold")
        for test in tests_of(name):
            _print(console, test)


def _print(console: Console, test: StressTest) -> None:
    limits = test.thresholds
    say(console, test.name)
    facts = {
        "  against": test.vulnerability,
        "  does": test.does,
        "  grades": f"{test.measure}: low from {limits.low:g}, medium from {limits.medium:g}, "
        f"high from {limits.high:g}",
    }
    if test.options:
        facts["  options"] = ", ".join(f"{name} = {value}" for name, value in test.options.items())
    print_facts(console, facts)
    say(console, "")
