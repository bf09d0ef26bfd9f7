"""Reproducing a version on the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from src.config import Settings
from src.release.agreement import CLOSE, DIFFERENT, EXACT, THREADS, Agreement
from src.release.reproduce import Reproduction, reproduce
from src.release.terminal import open_console, say
from src.release.versions import Versions
from src.release.versions_console import DIGITS_SHOWN, print_changes
from src.train import train as training


def reproduce_and_show(
    model_id: str, dataset: str, model: str, threads: int, recorded_data: bool
) -> None:
    """Train a version again, print what agrees, and exit with 1 where something does not.

    Raises:
        UserError: there is no such version, it is damaged, or it cannot be trained here.
    """
    settings = Settings.from_env()
    versions = Versions(dataset, model, output_dir=settings.output_dir)
    known = versions.find(model_id)
    console = open_console()
    with _bar(console, f"{dataset} {model}") as progress:
        reproduction = reproduce(
            known.report,
            lambda name: versions.read(known, name),
            settings,
            threads,
            recorded_data,
            progress,
        )
    of = f"{model} on {dataset}"
    data = "the data that it keeps" if recorded_data else "today's data"
    say(
        console,
        f"{known.model_id} ({of}), trained again on {data} with {_counted(threads, 'thread')}:\n",
    )
    _print(console, reproduction)
    if reproduction.verdict == DIFFERENT:
        sys.exit(1)


@contextmanager
def _bar(console: Console, name: str) -> Iterator[training.Progress]:
    """Show in a terminal, while it lasts, how far the training is."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}", markup=False),
    )
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bars:
        bar = bars.add_task(name, total=1.0, what="begun")
        yield lambda what, done: bars.update(bar, completed=done, what=what)


def _print(console: Console, reproduction: Reproduction) -> None:
    recorded = reproduction.recorded
    counts = f"{', '.join(map(str, THREADS[:-1]))} and {THREADS[-1]}"
    say(console, f"id           {_id(reproduction)}")
    say(
        console,
        f"predictions  {_told(reproduction.predictions)}, "
        f"on {reproduction.rows:,} rows that were held out",
    )
    say(
        console,
        f"metrics      {_told(reproduction.metrics)}; test log loss "
        f"{recorded.test_log_loss:.4f} -> {reproduction.again.test_log_loss:.4f}",
    )
    say(
        console,
        f"threads      {_told(reproduction.stability)}, "
        f"where the recorded model answers with {counts}",
    )
    say(console, "")
    print_changes(console, reproduction.changes)
    say(console, "")
    for sentence in explanation(reproduction):
        say(console, sentence)
    say(console, f"Verdict: {reproduction.verdict}", style="bold")


def explanation(reproduction: Reproduction) -> list[str]:
    """Say why something is not as it was, as far as that can be told."""
    sentences = []
    if reproduction.is_decided_outside:
        sentences.append(
            "Code, data, parameters, seed and packages are the same, and yet the "
            f"{_what_differs(reproduction)}: something outside the specification decides. "
            f"{_suspects(reproduction)}"
        )
    elif reproduction.verdict != EXACT and reproduction.differing:
        sentences.append(f"It may differ by what changed: {', '.join(reproduction.differing)}.")
    if not reproduction.is_specified_alike and reproduction.same_id:
        sentences.append(
            "The id is the same although what it is made of changed: it tells nothing."
        )
    if reproduction.stability.verdict == DIFFERENT:
        sentences.append(
            "The recorded model answers by how many threads there are: its answers cannot be "
            "reproduced on another machine."
        )
    return sentences


def _what_differs(reproduction: Reproduction) -> str:
    if not reproduction.same_id:
        return "id differs"
    if reproduction.verdict == CLOSE:
        return "last digits differ"
    return "model is another"


def _suspects(reproduction: Reproduction) -> str:
    known = [group for group in ("platform", "serving") if group in reproduction.differing]
    if reproduction.threads != 1:
        known.insert(0, "the number of threads, which was 1")
    if known:
        return f"It may be what changed besides: {', '.join(known)}."
    return (
        "Look for chance without the seed, the order of a set, the time, a variable of the "
        "environment, another processor."
    )


def _id(reproduction: Reproduction) -> str:
    if reproduction.same_id:
        return "the same"
    return f"another, {reproduction.again.model_id[:DIGITS_SHOWN]}"


def _told(agreement: Agreement) -> str:
    if agreement.verdict == EXACT:
        return EXACT
    largest = f"largest difference {agreement.largest:.3g}"
    if agreement.others:
        largest += f", another class for {_counted(agreement.others, 'row')}"
    return f"{agreement.verdict} ({largest})"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
