"""What the runs on mutants showed: a line a module, then the mutants that nobody noticed."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checker.course import Exercise
from checker.mutants.mutant import Mutant
from checker.mutants.run import ENDINGS, MutantResult

STYLES = {"-": "red", "+": "green", " ": "dim"}  # of the lines of a diff
USUAL = ("killed", "survived")  # others have a column where there are any
SHOWN = ("timeout", "crashed")  # one by one, beside the survivors
ADVICE = (
    "A survivor is a bug that no test notices, or none: some mutants are equivalent, that is, they "
    "break no promise. Could a user tell? If so, plant it as a chaff, and let the solution catch "
    "it. If not, as with the wording of a message, leave it."
)


@dataclass
class Trials:
    """The mutants of one exercise, and those of them that are decided."""

    exercise: Exercise
    mutants: Sequence[Mutant]
    results: list[MutantResult] = field(default_factory=list)

    @property
    def in_order(self) -> list[MutantResult]:
        """The results in the order of the modules' text."""
        return sorted(self.results, key=_place)


def show(all_trials: Sequence[Trials], console: Console | None = None) -> None:
    """Print what the runs showed."""
    console = console or Console(highlight=False)
    for trials in all_trials:
        console.print(_title(trials))
        console.print(Padding(_summary(trials.in_order), (1, 0, 0, 0)))
        for part in _details(trials.in_order):
            console.print()
            console.print(part, soft_wrap=True)
        console.print()
    if any(result.ended == "survived" for trials in all_trials for result in trials.results):
        console.print(ADVICE)


def as_json(day: str, all_trials: Sequence[Trials]) -> str:
    """All that the runs showed, for programs."""
    exercises = [
        {
            "path": trials.exercise.path,
            "generated": len(trials.mutants),
            "mutants": [_data(result) for result in trials.in_order],
        }
        for trials in all_trials
    ]
    return json.dumps({"day": day, "exercises": exercises}, indent=2) + "\n"


def _title(trials: Trials) -> Text:
    decided, count = len(trials.results), len(trials.mutants)
    mutants = f"{count} mutant{'s' if count != 1 else ''}"
    whole = mutants if decided == count else f"{decided} of {mutants} decided"
    name = f"{trials.exercise.number}. {trials.exercise.title}"
    return Text.assemble((name, "bold"), f"   {whole}")


def _summary(results: Sequence[MutantResult]) -> Table:
    endings = [ending for ending in ENDINGS if ending in USUAL or _count(results)[ending]]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    table.add_column("module", no_wrap=True)
    for name in ("mutants", *endings):
        table.add_column(name, justify="right")
    for file, of_file in groupby(results, key=lambda result: result.mutant.file):
        count = _count(of_file)
        table.add_row(file, *map(str, (count.total(), *(count[ending] for ending in endings))))
    return table


def _count(results: Iterable[MutantResult]) -> Counter[str]:
    return Counter(result.ended for result in results)


def _place(result: MutantResult) -> tuple[str, int, int]:
    return result.mutant.file, result.mutant.line, _number(result.mutant)


def _details(results: Sequence[MutantResult]) -> Iterator[Text]:
    survivors = [result.mutant for result in results if result.ended == "survived"]
    for _, alike in groupby(survivors, key=_what_goes):
        yield _difference([*alike])
    for result in results:
        if result.ended in SHOWN:
            yield Text.assemble(*_heading([result.mutant]), f"\n{result.detail}")


def _what_goes(mutant: Mutant) -> tuple[str, ...]:
    """The same of mutants that only differ in the line that they have instead of one."""
    removed, added = _with_mark("-", mutant), _with_mark("+", mutant)
    alone = len(removed) == len(added) == 1
    return mutant.file, str(mutant.line), "" if alone else mutant.name


def _difference(mutants: Sequence[Mutant]) -> Text:
    """The diff of mutants that replace the same lines: these once, then what each has instead."""
    lines = _lines(mutants[0])
    shown = [
        *takewhile(_is_context, lines),
        *_with_mark("-", mutants[0]),
        *(line for mutant in mutants for line in _with_mark("+", mutant)),
        *[*takewhile(_is_context, reversed(lines))][::-1],
    ]
    return Text.assemble(*_heading(mutants), *(part for line in shown for part in _styled(line)))


def _heading(mutants: Sequence[Mutant]) -> list:
    """Such as `src/serve/payload.py:41 in PointParser.parse`, and what the mutants are called."""
    first = mutants[0]
    inside = f" in {first.function}" if first.function else ""
    others = "".join(f", -{_number(mutant)}" for mutant in mutants[1:])
    return [(f"{first.file}:{first.line}", "bold"), inside, (f"  {first.name}{others}", "dim")]


def _styled(line: str) -> list:
    return ["\n", (line, STYLES[line[0]])]


def _number(mutant: Mutant) -> int:
    return int(mutant.name.rpartition("-")[2])


def _lines(mutant: Mutant) -> list[str]:
    """The diff's lines, without the names of the files and where in them it is."""
    return [line for line in mutant.diff.splitlines()[2:] if line[0] in STYLES]


def _with_mark(mark: str, mutant: Mutant) -> list[str]:
    return [line for line in _lines(mutant) if line.startswith(mark)]


def _is_context(line: str) -> bool:
    return line.startswith(" ")


def _data(result: MutantResult) -> dict:
    mutant = result.mutant
    return {
        "name": mutant.name,
        "file": mutant.file,
        "line": mutant.line,
        "function": mutant.function,
        "diff": mutant.diff,
        "ended": result.ended,
        "by": list(result.by),
        "detail": result.detail,
    }
