"""The command line of load tests: ``python -m src load COMMAND``."""

from collections.abc import Callable
from typing import Any

import click

from src.load.settings import SETTINGS


def with_settings(command: Callable) -> Callable:
    """Give a command a flag for each setting, and --config for the file."""
    options = [
        click.option(
            setting.flag,
            setting.path.replace(".", "__"),
            help=setting.help,
            metavar=setting.path.rpartition(".")[2].upper(),
            show_default=False,
        )
        for setting in SETTINGS
    ]
    for option in reversed(options):
        command = option(command)
    return click.option(
        "--config", type=click.Path(), help="JSON; by default src/load/config.json."
    )(command)


@click.group()
def load() -> None:
    """Load a server with many users, within budgets.

    Is it fast enough, does it fail, and does it still answer rightly? A setting comes from the
    command line, else from the environment, else from the file.
    """


@load.command()
@with_settings
def show(config: str | None, **flags: str | None) -> None:
    """Show the settings, and where each comes from."""
    from src.load.console import show_settings

    show_settings(config, _by_path(flags))


@load.command()
@with_settings
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--serve", is_flag=True, help="Start a server for the time of the test.")
@click.option("--processes", type=int, metavar="N", help="Make the load with so many processes.")
@click.option("--master", is_flag=True, help="Have workers make the load.")
@click.option("--expect-workers", type=click.IntRange(1), metavar="N", help="Wait for so many.")
@click.option("--worker", is_flag=True, help="Make load for masters, until Ctrl-C.")
@click.option(
    "--master-host", default="127.0.0.1", metavar="NAME", help="Where the master of --worker is."
)
@click.argument("others", nargs=-1, type=click.UNPROCESSED, metavar="[-- LOCUST'S OWN]...")
def run(
    config: str | None,
    yes: bool,
    serve: bool,
    processes: int | None,
    master: bool,
    expect_workers: int | None,
    worker: bool,
    master_host: str,
    others: tuple[str, ...],
    **flags: Any,
) -> None:
    """Make load, and end with status 0 if all budgets hold, with 1 if one is missed.

    By default all datasets and models are tested, one after the other. In a terminal you are
    asked which; --yes takes the settings as they are. Load goes to this machine, unless --host
    names another one. What is after -- goes to Locust as it is.
    """
    if worker:
        from src.load.worker import work

        work(master_host, others)
        return
    from src.load.command_line import Machines
    from src.load.console import run_and_show

    machines = Machines(processes, master, expect_workers, others)
    run_and_show(config, _by_path(flags), machines, ask=not yes, serve=serve)


def _by_path(flags: dict[str, str | None]) -> dict[str, str | None]:
    return {name.replace("__", "."): value for name, value in flags.items()}
