"""Runs that are kept, on the command line."""

from rich.table import Table

from src.errors import UserError
from src.release.terminal import clock_time, open_console, print_facts, printable, say
from src.stress.client import Client
from src.stress.job import Job
from src.stress.status import Status


def show_status(run_id: str | None) -> None:
    """Print how far a run is, and the next step.

    Raises:
        UserError: there is none.
    """
    job = _job(Client(), run_id)
    status, console = job.status, open_console()
    say(console, f"{job.id}  {job.name}", style="bold")
    print_facts(
        console,
        {"status": status, "progress": str(job.progress)}
        | ({"reason": job.message} if job.message else {})
        | {"next": f"python -m src stress {_next_step(status)} {job.id}"},
    )


def cancel_and_show(run_id: str) -> None:
    """End a run, and print what is left.

    Raises:
        UserError: there is none.
    """
    job = Client().get_job(run_id)
    was_active, status = job.status.is_active, job.cancel()
    if not was_active:
        raise UserError(f"The run {job.id} does not go on: it is {status}.")
    say(open_console(), f"{job.name}: {status}, {job.progress}. Next: resume {job.id}")


def show_results(run_id: str | None) -> None:
    """Print what a run found so far, and where its report is.

    Raises:
        UserError: there is none.
    """
    from src.stress.console import report

    client, console = Client(), open_console()
    page = report(client, _job(client, run_id), console)
    say(console, f"\n{page}")


def list_and_show(project: str | None) -> None:
    """Print all runs, newest first.

    Raises:
        UserError: there is no such project, or no run yet.
    """
    jobs = Client().jobs(project)
    if not jobs:
        raise UserError("There is no run yet: `python -m src stress run` makes one.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("run", "name", "status", "worst", "tests", "started"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "run")
    for job in jobs:
        progress = job.progress
        of = f"{progress.done} of {progress.total}"
        worst = str(job.severity) if progress.done else ""
        cells = (job.id, job.name, job.status, worst, of, clock_time(job.created_at))
        table.add_row(*map(printable, cells))
    open_console().print(table)


def compare_and_show(first: str, second: str) -> None:
    """Print how the second run differs from the first, and where the comparison is.

    Raises:
        UserError: one of them is not there.
    """
    from src.stress.console import REPORTS
    from src.stress.report import print_comparison, write_comparison

    client, console = Client(), open_console()
    was, now = client.get_job(first).get_run(), client.get_job(second).get_run()
    print_comparison(console, was, now)
    folder = client.path / REPORTS / f"{was.run_id}-{now.run_id}"
    say(console, f"\n{write_comparison(was, now, folder)}")


def _job(client: Client, run_id: str | None) -> Job:
    if run_id is not None:
        return client.get_job(run_id)
    jobs = client.jobs()
    if not jobs:
        raise UserError("There is no run yet: `python -m src stress run` makes one.")
    return jobs[0]


def _next_step(status: Status) -> str:
    if status.is_active:
        return "cancel"
    return "results" if status is Status.SUCCEEDED else "resume"
