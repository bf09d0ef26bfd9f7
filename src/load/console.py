"""Load tests on the command line: what is run, how it goes on, and the exit status."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from src.config import Settings
from src.errors import UserError
from src.load.command_line import Machines
from src.load.configuration import Configuration
from src.load.loopback import refuse_strangers
from src.load.own_server import serving
from src.load.prepare import check_all
from src.load.progress import Progress
from src.load.questions import asked
from src.load.run import BROKEN, INTERRUPTED, MISSED, PASSED
from src.load.selection import Combination, combinations
from src.load.session import open_session, run_all
from src.load.sources import DEFAULT_FILE, Resolved, resolve
from src.load.summary import keep
from src.load.terminal import announce, print_run, print_session, print_settings
from src.release.terminal import open_console
from src.schema import dataset_names
from src.train.pipeline import MODELS

STATUS = {PASSED: 0, MISSED: 1, BROKEN: 2, INTERRUPTED: 130}


def show_settings(config: str | None, flags: dict[str, str | None]) -> None:
    """Print each setting with its value, and where that comes from.

    Raises:
        UserError: a setting is of no use.
    """
    print_settings(open_console(), _resolve(config, flags), os.environ)


def run_and_show(
    config: str | None,
    flags: dict[str, str | None],
    machines: Machines,
    ask: bool,
    serve: bool,
) -> None:
    """Make load as the settings say, and end with a status that tells how it went.

    Raises:
        UserError: something is missing that the test needs, or a setting is of no use.
    """
    settings = Settings.from_env()
    resolved = _resolve(config, flags)
    datasets, models = dataset_names(settings.data_dir), list(MODELS)
    _end_in_order_when_told()
    configuration = resolved.configuration
    if ask and sys.stdin.isatty() and sys.stdout.isatty():
        configuration = asked(resolved, datasets, models)
    planned = combinations(configuration, datasets, models)
    if not serve:
        refuse_strangers(resolved)
        sys.exit(_test(configuration, planned, settings, machines))
    if resolved.by_hand("host"):
        raise UserError("--serve starts a server, and --host names one: leave one of them out.")
    with serving() as host:
        status = _test(replace(configuration, host=host), planned, settings, machines)
    sys.exit(status)


def _resolve(config: str | None, flags: dict[str, str | None]) -> Resolved:
    return resolve(flags, os.environ, Path(config) if config else DEFAULT_FILE)


def _end_in_order_when_told() -> None:
    """Treat the end of a terminal, and a polite kill, as Ctrl-C: else Locust would go on alone."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # SIGHUP is not everywhere, nor is it after nohup
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _test(
    configuration: Configuration,
    planned: list[Combination],
    settings: Settings,
    machines: Machines,
) -> int:
    """Make all runs; answer the exit status."""
    check_all(configuration, planned, settings)
    session = open_session(configuration, planned, settings.output_dir)
    console = open_console()
    announce(console, session)
    try:
        with Progress(console, session) as progress:
            run_all(session, settings, machines, progress, lambda run: print_run(console, run))
    finally:  # whatever ends it: what was measured stays
        page = keep(session)
        print_session(console, session, page)
    return STATUS[session.status]
