"""The checker's command line: `python -m checker`."""

import importlib
import signal
import sys
from pathlib import Path

import click

from checker.errors import CheckerError

HERE = Path(__file__).resolve().parents[1]
COMMANDS = Path(__file__).parent / "commands"


ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


def end(*_) -> None:
    """End as on Ctrl-C; a closing terminal may say so several times."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


class Commands(click.Group):
    """Commands, a module each, whose failures are one sentence on stderr and an exit status."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands' modules: those that define a `command`."""
        modules = [path for path in COMMANDS.glob("*.py") if "\ndef command(" in path.read_text()]
        return sorted(path.stem.replace("_", "-") for path in modules)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of this name: only its own module is imported."""
        if name not in self.list_commands(context):
            return None
        return importlib.import_module(f"checker.commands.{name.replace('-', '_')}").command

    def invoke(self, context: click.Context):
        """Exit 2 where the checker cannot do its work, 130 on Ctrl-C."""
        for number in ENDS:
            signal.signal(number, end)
        try:
            return super().invoke(context)
        except CheckerError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("Stopped. Nothing is left running.", err=True)
            sys.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=HERE,
    help="The workshop's repository.",
)
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """Judge tests: do they pass on every correct application, and fail on every planted bug?"""
    from checker.course import Course

    context.obj = Course(root.resolve())


if __name__ == "__main__":
    main(prog_name="python -m checker")
