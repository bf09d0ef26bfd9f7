"""The whole course on a page: how far each day is, and how long the rest of it takes."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from checker.board import LOOKS
from checker.page import bullet
from checker.verdict import Verdict


def overview(days: Sequence[tuple[str, Sequence[Verdict]]]) -> Iterator[RenderableType]:
    """The lines of the page, from each day's title and its verdicts, of which there are some."""
    everything = [verdict for _, verdicts in days for verdict in verdicts]
    yield Text.assemble(("Progress", "bold"), f"   {_done(everything)} exercises done")
    for title, verdicts in days:
        yield Text("")
        yield Text(title, "bold")
        yield Text(f"  {_told(verdicts)}")
        yield from (_exercise(verdict) for verdict in verdicts)
    yield Text("")
    yield _next_step(everything)


def _told(verdicts: Sequence[Verdict]) -> str:
    core = [verdict for verdict in verdicts if not verdict.exercise.bonus]
    bonus = [verdict for verdict in verdicts if verdict.exercise.bonus]
    told = [f"{_done(core)} done"]
    told += [f"bonus {_done(bonus)}"] if bonus else []
    told += [f"{left} minutes left"] if (left := _minutes_left(verdicts)) else []
    return ", ".join(told)


def _done(verdicts: Sequence[Verdict]) -> str:
    return f"{sum(verdict.status == 'done' for verdict in verdicts)} of {len(verdicts)}"


def _minutes_left(verdicts: Sequence[Verdict]) -> int:
    return sum(verdict.exercise.minutes for verdict in verdicts if verdict.status != "done")


def _exercise(verdict: Verdict) -> RenderableType:
    exercise = verdict.exercise
    mark, style = LOOKS[verdict.status]
    bonus = " (bonus)" if exercise.bonus else ""
    count = len(verdict.got_away)
    away = f"  {count} bug{'s' if count > 1 else ''} got away" if count else ""
    title = f"{exercise.number}. {exercise.title}{bonus}"
    return bullet(Text(mark, style), title, (f"  {verdict.status}{away}", "dim"))


def _next_step(verdicts: Sequence[Verdict]) -> Text:
    left = [verdict for verdict in verdicts if verdict.status != "done"]
    if not left:
        return Text("All done: every bug is caught, and every correct version passes.", "green")
    first = min(left, key=lambda verdict: verdict.exercise.bonus).exercise
    place, name = f"exercises/{first.path}", f"{first.day} EX={first.number}"
    return Text.assemble(
        ("Next: ", "bold"), f"{place}, then make check-{name}; stuck? make hint-{name}"
    )
