import click
import pytest
from click.testing import CliRunner

from src.__main__ import Commands, cli
from src.errors import UserError


@pytest.fixture
def run():
    """Run a command that does what a function does."""

    def run_command(function):
        group = Commands("program", commands=[click.Command("work", callback=function)])
        return CliRunner().invoke(group, ["work"])

    return run_command


def failing_with(error):
    def fail():
        raise error

    return fail


def test_a_mistake_of_the_user_is_one_line_and_exit_2(run):
    result = run(failing_with(UserError("No model 'x': choose a or b.")))

    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        "Error: No model 'x': choose a or b.\n",
    )


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_is_quiet_and_exit_130(run, interruption):
    result = run(failing_with(interruption))

    assert (result.exit_code, result.output) == (130, "")


def test_a_mistake_of_ours_is_not_hidden(run):
    assert isinstance(run(failing_with(ZeroDivisionError())).exception, ZeroDivisionError)


def test_a_command_that_succeeds_exits_0(run):
    assert run(lambda: click.echo("done")).exit_code == 0


@pytest.mark.parametrize("name", cli.commands)
def test_every_command_has_help(name):
    result = CliRunner().invoke(cli, [name, "--help"], terminal_width=200, max_content_width=200)

    assert result.exit_code == 0
    assert cli.commands[name].help.splitlines()[0] in result.output
