"""Which test caught what: the tests of an exercise by its bugs."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from checker.plan import function
from checker.verdict import Verdict

CAUGHT, MISSED = "█", "·"
WHY_IT_MATTERS = (
    "A test that catches nothing may check what cannot break, check nothing at all, or guard "
    "against a bug that is not among these: look which it is, before you trust it."
)


def matrix(verdict: Verdict) -> RenderableType:
    """A row a test, a column a bug. The verdict is of a check in which every test ran on each."""
    tried = [chaff for chaff in verdict.chaffs if chaff.caught is not None]
    rows = dict.fromkeys([*_tests(chaff.by for chaff in tried), *verdict.idle], "")
    for chaff in tried:
        caught = set(map(function, chaff.by))
        for test in rows:
            rows[test] += CAUGHT if test in caught else MISSED
    heading = Text(f"{verdict.exercise.number}. {verdict.exercise.title}", "bold")
    if not rows:
        return Group(heading, Text("  No bug was tried: the tests have to be valid first."), "")
    lines = [
        Text(f"  {_numbers(len(tried))}   caught by", "dim"),
        *(_row(test, marks) for test, marks in rows.items()),
        *(_legend(index, chaff) for index, chaff in enumerate(tried, 1)),
    ]
    if verdict.idle:
        lines.append(Padding(Text(WHY_IT_MATTERS, "yellow"), (1, 0, 0, 2)))
    return Group(heading, *lines, "")


def _tests(catchers: Iterable[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(function(test) for by in catchers for test in by))


def _numbers(count: int) -> str:
    """Such as `123456789|123`: the tenth column is marked, for counting."""
    return "".join("|" if number % 10 == 0 else str(number % 10) for number in range(1, count + 1))


def _row(test: str, marks: str) -> Text:
    caught = marks.count(CAUGHT)
    name = (test, "") if caught else (f"{test} catches nothing", "yellow")
    return Text.assemble(f"  {marks} {caught:>3} ", name, no_wrap=True, overflow="ellipsis")


def _legend(number: int, chaff) -> Text:
    mark = "" if chaff.caught else "  got away"
    return Text.assemble((f"  {number:>3}  {chaff.name}", "dim"), (mark, "yellow"))
