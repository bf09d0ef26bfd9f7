"""The ML Test Score of the course, as the tables of docs/ml-test-score.md tell it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checker.errors import CheckerError

DOCUMENT = "docs/ml-test-score.md"
SECTIONS, TESTS = ("Data", "Model", "Infrastructure", "Monitoring"), 7  # in each section
COLUMNS = ("test", "points", "exercises", "how, or why not")
POINTS = {"0": 0.0, "0.5": 0.5, "1": 1.0}
EXERCISE = re.compile(r"\]\(\.\./exercises/([^)#\s]+)\)")


@dataclass(frozen=True)
class Row:
    """One of the 28 tests: its points, and the exercises (below exercises/) that earn them."""

    test: str
    points: float
    exercises: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A section, whose score is the sum of its points."""

    name: str
    rows: tuple[Row, ...]

    @property
    def points(self) -> float:
        """What its tests add up to."""
        return sum(row.points for row in self.rows)


def read(root: Path) -> list[Section]:
    """The sections that the document of a course has, in order.

    Raises:
        CheckerError: the document is not as it has to be; the message names the line.
    """
    try:
        text = (root / DOCUMENT).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CheckerError(f"There is no {DOCUMENT} in {root}. Bring it back from git.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CheckerError(f"{DOCUMENT} cannot be read: {error}. Bring it back from git.") from None
    lines = list(enumerate(text.splitlines(), start=1))
    return [Section(name, tuple(_rows(name, lines))) for name in SECTIONS]


def lowest(sections: list[Section]) -> Section:
    """The section whose score is the final one; of equals, the first."""
    return min(sections, key=lambda section: section.points)


def _rows(name: str, lines: list[tuple[int, str]]) -> Iterator[Row]:
    begin = [number for number, line in lines if line.rstrip() == f"## {name}"]
    if len(begin) != 1:
        times = "not at all" if not begin else f"{len(begin)} times"
        raise _damage(f"the heading `## {name}` must be there once, and is there {times}")
    after = [(number, line) for number, line in lines if number > begin[0]]
    end = next((number for number, line in after if line.startswith("## ")), len(lines) + 1)
    table = [(number, _cells(line)) for number, line in after if number < end and line[:1] == "|"]
    if not table or table[0][1] != COLUMNS:
        raise _damage(f"below `## {name}` there must be a table of {', '.join(COLUMNS)}")
    if len(table) != TESTS + 2:  # the header, and the line below it
        raise _damage(f"section {name} must have {TESTS} tests, and has {max(len(table) - 2, 0)}")
    yield from (_row(number, cells) for number, cells in table[2:])


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _row(number: int, cells: tuple[str, ...]) -> Row:
    where = f"line {number}"
    if len(cells) != len(COLUMNS) or not all(cells):
        raise _damage(f"{where} must have {len(COLUMNS)} cells, none of them empty")
    test, points, links, _ = cells
    if points not in POINTS:
        raise _damage(f"{where}: points are {', '.join(POINTS)}, not {points!r}")
    exercises = tuple(EXERCISE.findall(links))
    if bool(exercises) != bool(POINTS[points]):
        must = "must link to the exercise that earns them" if POINTS[points] else "links to one"
        raise _damage(f"{where}: a test with {points} points {must}")
    return Row(test, POINTS[points], exercises)


def _damage(what: str) -> CheckerError:
    return CheckerError(f"{DOCUMENT} is damaged: {what}.")
