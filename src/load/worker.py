"""A process that makes load for masters, on this machine or another."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from src.errors import UserError
from src.load.generator import STOPPED, Generator
from src.load.machines import LATE


def work(master_host: str, others: Sequence[str], once: bool = False) -> None:
    """Take part in one run after the other, until Ctrl-C.

    Args:
        master_host: where the master is.
        others: further arguments of Locust.
        once: whether to end after one run.

    Raises:
        UserError: Locust cannot do it.
    """
    click.echo(f"Making load for the master on {master_host}, until Ctrl-C.")
    arguments = ["--worker", "--headless", "--master-host", master_host, *others]
    with tempfile.TemporaryDirectory() as folder:
        while True:
            generator = Generator(arguments, Path(folder))
            end = generator.follow(lambda passed: None, most=None, to_stop=LATE)
            if end == STOPPED:
                raise KeyboardInterrupt
            if generator.status:
                raise UserError(f"Locust ended: {generator.last_words()}")
            click.echo("A run is over.")
            if once:
                return
