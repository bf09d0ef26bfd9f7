"""Running stress tests on the command line: progress, a summary, the report."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click
from rich.console import Console
from rich.table import Table

from src.config import Settings
from src.errors import UserError
from src.release.terminal import open_console, say
from src.schema import dataset_names
from src.stress.asked import Asked
from src.stress.client import Client
from src.stress.configuration import TestRunConfig, parse
from src.stress.job import Job
from src.stress.report import print_run, write_report
from src.stress.run import Run
from src.stress.severity import Severity
from src.stress.status import Status
from src.stress.waiting import Bars, bars_for

ALL = "all"
REPORTS = "reports"
COMMAND = "python -m src stress"


def run_and_show(
    dataset: str, model: str, asked: Asked, project: str | None, detach: bool, strict: bool
) -> None:
    """Run stress tests, and print what they found; end with status 1 where `strict` is not held.

    Args:
        dataset: name of a dataset of ours, or all.
        model: which kind of model.
        asked: what the run shall be like.
        project: whose registered datasets and model are meant instead; None are ours.
        detach: only start the runs.
        strict: something of high severity is a failure.

    Raises:
        UserError: an argument is of no use, or a run failed.
    """
    client, console, jobs = Client(), open_console(), []
    with cancelled_by_ctrl_c(jobs), bars_for(console) as bars:
        for job in _started(client, dataset, model, asked, project, bars):
            jobs.append(job)
            if not detach:
                bars.add(job)
                _leave_room(jobs, bars)
        if not detach:
            for job in jobs:
                job.wait(bars.show)
    if detach:
        for job in jobs:
            say(console, f"{job.id}  {job.name}: `{COMMAND} status {job.id}` tells how far it is.")
    else:
        show(client, jobs, strict)


def resume_and_show(run_id: str, strict: bool) -> None:
    """Go on with a run, and print what it found; end with status 1 where `strict` is not held.

    Raises:
        UserError: there is no such run, it goes on, it is done, or it fails.
    """
    client = Client()
    job = client.get_job(run_id)
    with cancelled_by_ctrl_c([job]), bars_for(open_console()) as bars:
        job.resume()
        bars.add(job)
        job.wait(bars.show)
    show(client, [job], strict)


def show(client: Client, jobs: list[Job], strict: bool) -> None:
    """Print what runs found, and write their reports; end with status 1 where `strict` is not held.

    Raises:
        UserError: a run failed.
    """
    console = open_console()
    runs = [job.get_run() for job in jobs]
    pages = [report(client, job, console if len(jobs) == 1 else None) for job in jobs]
    if len(runs) > 1:
        console.print(summary(runs))
    say(console, "")
    for run, page in zip(runs, pages, strict=True):
        say(console, f"{run.name}: {page}")
    failed = [job for job in jobs if job.status is not Status.SUCCEEDED]
    if failed:
        told = "; ".join(f"{job.name} ({job.id}) {job.status}: {job.message}" for job in failed)
        raise UserError(f"{told.rstrip('.')}. Then `{COMMAND} resume {failed[0].id}`.")
    if strict and max(run.severity for run in runs) is Severity.HIGH:
        sys.exit(1)


def report(client: Client, job: Job, console: Console | None = None) -> str:
    """Write the reports of a run, print it on a console if one is given; answer the page's path."""
    run, evaluation = job.get_run(), None
    with suppress(UserError):  # it is only there to show rows with their values
        evaluation = job.get_evaluation_df()
    if console:
        print_run(console, run, evaluation)
    return str(write_report(run, client.path / REPORTS / run.run_id, evaluation))


@contextmanager
def cancelled_by_ctrl_c(jobs: list[Job]) -> Iterator[None]:
    """Cancel jobs, also those that are added meanwhile, on Ctrl-C, and tell how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        for job in jobs:
            if job.status.is_active:
                job.cancel()
        for job in jobs:
            if job.status is not Status.SUCCEEDED:
                told = f"{job.name} is {job.status}; what is done is kept."
                click.echo(f"{told} Next: {COMMAND} resume {job.id}")
        raise


def _started(
    client: Client, dataset: str, model: str, asked: Asked, project: str | None, bars: Bars
) -> Iterator[Job]:
    """Start one run after the other, each as soon as it is asked for."""
    if project is not None:
        yield client.start_stress_test(asked.config(), project)
        return
    settings = Settings.from_env()
    known = dataset_names(settings.data_dir)
    from src.stress.trained import newest_run, project_of

    asked_for = known if dataset == ALL else [dataset]
    defaults = {"run_name": "checked", "data_info": {"ref_dataset_id": "-", "eval_dataset_id": "-"}}
    parse(TestRunConfig, asked.config(**defaults, model_id="-"))  # before anything is trained
    for name in asked_for:
        with bars.doing(f"{name} {model}: training, where there is none"):
            folder = newest_run(name, model, settings)
        found, about = project_of(folder, client, settings)
        yield client.start_stress_test(asked.config(**about), found.id)


def _leave_room(jobs: list[Job], bars: Bars) -> None:
    """Wait until a core is free."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    active = [job for job in jobs if job.status.is_active]
    while len(active) >= max(1, cores or 1):
        active[0].wait(bars.show, timeout=0.1)
        active = [job for job in active if job.status.is_active]


def summary(runs: list[Run]) -> Table:
    """Answer a table with a line for each run: how many tests are of which severity."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("run", overflow="fold")
    severities = list(reversed(Severity))
    for heading in ("tests", *map(str, severities), "skipped"):
        table.add_column(heading, justify="right")
    table.add_column("worst", overflow="fold")
    for run in runs:
        ran = [result for result in run.results if not result.skipped]
        counts = Counter(result.severity for result in ran)
        worst = [result.test.name for result in ran if result.severity is run.severity]
        shown = ", ".join(worst[:3]) if run.severity else ""
        cells = [str(counts[severity]) for severity in severities]
        skipped = str(len(run.results) - len(ran))
        table.add_row(run.name, str(len(run.results)), *cells, skipped, shown)
    return table
