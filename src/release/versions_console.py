"""Versions on the command line: which there are, what is in one, what changed, who released it."""

from io import BytesIO
from typing import Any

from rich.console import Console
from rich.table import Table

from src.errors import UserError
from src.release.difference import Change, compare
from src.release.registry import Registry
from src.release.serving_console import print_serving
from src.release.smoke import check_run, check_version
from src.release.state import Event
from src.release.terminal import clock_time, grid, open_console, print_facts, printable, say
from src.release.versions import Known, Versions, options

DIGITS_SHOWN = 10
ROWS = "dataset.parquet"


def list_and_show(dataset: str, model: str) -> None:
    """Print all versions, newest first, and the next step where none is released.

    Raises:
        UserError: S3 is not there, or what it says of production is damaged.
    """
    console = open_console()
    versions, damaged = Versions(dataset, model).listing()
    if versions:
        console.print(_table_of_versions(versions))
    for model_id in damaged:
        say(console, f"{model_id} is on S3, but its report cannot be read.")
    step = _next_step(versions, dataset, model)
    if step:
        say(console, f"\n{step}" if versions or damaged else step)


def show_version(model_id: str, dataset: str, model: str) -> None:
    """Print how good a version is, and both sides of its specification.

    Raises:
        UserError: there is no such version, or several.
    """
    console = open_console()
    known = Versions(dataset, model).find(model_id)
    report = known.report
    say(console, f"{known.model_id}  {report.model} on {report.dataset}", style="bold")
    print_facts(
        console,
        {
            "role": known.role or "none",
            "where": known.where,
            "trained": clock_time(report.trained_at),
            "log loss": f"{report.test_log_loss:.4f} on held-out rows; in cross-validation "
            f"{report.mean_cv_log_loss:.4f}, deviation {report.std_cv_log_loss:.4f}",
        },
    )
    say(console, "\nSpecification of training", style="bold")
    print_facts(
        console,
        {
            "code": report.code_hash,
            "data": report.data_hash,
            "seed": str(report.seed),
            "parameters": _joined(report.parameters, "=") or "none",
            "packages": _joined(report.packages, " "),
            "platform": report.platform or "not recorded",
            "artifacts": _joined(report.artifacts, " "),
        },
    )
    say(console, "\nSpecification of serving", style="bold")
    if report.serving is None:
        say(console, "None: it is of an older version of this program. Train it again to serve it.")
    else:
        print_serving(console, report.serving)


def show_difference(first: str, second: str, dataset: str, model: str) -> None:
    """Print what changed from the first version to the second.

    Raises:
        UserError: one of them is not there, or is several.
    """
    console = open_console()
    versions = Versions(dataset, model)
    was, now = versions.find(first), versions.find(second)
    changes = compare(was.report, now.report)
    if changes["data"]:
        changes["data"] += _change_of_rows(versions, was, now)
    shown = (known.model_id[:DIGITS_SHOWN] for known in (was, now))
    say(console, f"{' -> '.join(shown)}  {model} on {dataset}", style="bold")
    print_changes(console, changes)


def show_history(dataset: str, model: str) -> None:
    """Print who changed what is in production, when and why, newest first.

    Raises:
        NotInProduction: nothing is.
        UserError: S3 is not there, or what it says of production is damaged.
    """
    console = open_console()
    state = Registry().production(dataset, model).state
    if state.history:
        console.print(_table_of_events(state.history))
    else:
        say(
            console,
            f"{state.model_id} is in production since {clock_time(state.deployed_at)}; "
            "it was deployed before histories were kept.",
        )


def smoke_and_show(model_id: str, dataset: str, model: str) -> None:
    """Smoke test a version, on S3 if it is there, and print what was checked.

    Raises:
        Unfit: it must not serve.
        UserError: there is no such version, or it is not whole.
    """
    versions = Versions(dataset, model)
    known = versions.find(model_id)
    if known.published:
        check_version(versions.registry, dataset, model, known.model_id)
    else:
        check_run(known.run_dir)
    serving = known.report.serving
    console = open_console()
    say(console, f"{known.model_id} can serve here.", style="bold")
    print_facts(
        console,
        {
            "model": f"loads from {'S3' if known.published else known.run_dir}, "
            "and is the one that its report tells of",
            "API": f"{serving.api_version}, as here up to the first dot",
            "columns": f"all {len(serving.columns)} are those that the API takes",
            "classes": ", ".join(map(str, serving.classes)),
            "sample": f"{len(serving.sample)} points get the expected answers of "
            + " and ".join(serving.answers),
        },
    )


def print_changes(console: Console, changes: dict[str, list[Change]]) -> None:
    """Print what changed, a line each, and then in one line which groups are equal."""
    table = grid()
    for group, changed in changes.items():
        for number, change in enumerate(changed):
            table.add_row("" if number else group, printable(_told(group, change)))
    if table.row_count:
        console.print(table)
    equal = [group for group, changed in changes.items() if not changed]
    if equal:
        say(console, f"Equal: {', '.join(equal)}.")


def _table_of_versions(versions: list[Known]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("model id", "role", "where", "trained"):
        table.add_column(heading, no_wrap=heading == "model id")
    for heading in ("log loss", "cv mean", "cv std"):
        table.add_column(heading, justify="right")
    for known in versions:
        report = known.report
        losses = (report.test_log_loss, report.mean_cv_log_loss, report.std_cv_log_loss)
        table.add_row(
            printable(known.model_id[:DIGITS_SHOWN]),
            known.role,
            known.where,
            printable(clock_time(report.trained_at)),
            *(f"{loss:.4f}" for loss in losses),
        )
    return table


def _next_step(versions: list[Known], dataset: str, model: str) -> str | None:
    of = options(dataset, model)
    if not versions:
        return (
            f"There is no version of {model} on {dataset} yet: `python -m src train{of}` makes one."
        )
    if any("production" in known.role for known in versions):
        return None
    published = any(known.published for known in versions)
    nothing = "Nothing is in production" if published else "None of them is on S3"
    newest = versions[0].model_id[:DIGITS_SHOWN]
    return f"{nothing} yet: `python -m src deploy {newest}` puts the newest in production."


def _table_of_events(history: tuple[Event, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("when", "what", "version", "instead of", "who", "why"):
        table.add_column(heading, no_wrap=heading in ("when", "version"), overflow="fold")
    for event in reversed(history):
        instead_of = event.instead_of or ""
        cells = (event.model_id[:DIGITS_SHOWN], instead_of[:DIGITS_SHOWN], event.by, event.why)
        table.add_row(clock_time(event.at), event.action, *map(printable, cells))
    return table


def _joined(facts: dict[str, Any], between: str) -> str:
    return ", ".join(f"{name}{between}{fact}" for name, fact in facts.items())


def _told(group: str, change: Change) -> str:
    if group == "metrics":
        difference = change.now - change.was
        better = "better" if difference < 0 else "worse"
        verdict = "" if change.name == "cv std" else f", {better}"
        return f"{change.name}: {change.was:.4f} -> {change.now:.4f} ({difference:+.4f}{verdict})"
    was, now = (_value(value, change.name == "hash") for value in (change.was, change.now))
    return f"{was} -> {now}" if change.name == group else f"{change.name}: {was} -> {now}"


def _value(value: Any, is_hash: bool) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text[:DIGITS_SHOWN] if is_hash else text


def _change_of_rows(versions: Versions, was: Known, now: Known) -> list[Change]:
    rows = [_count(versions, known) for known in (was, now)]
    return [Change("rows", *rows)] if None not in rows and rows[0] != rows[1] else []


def _count(versions: Versions, known: Known) -> int | None:
    """How many rows a version keeps; None where that cannot be told."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(BytesIO(versions.read(known, ROWS))).metadata.num_rows
    except (UserError, OSError, pyarrow.ArrowException):
        return None
