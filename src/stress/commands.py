"""The command line of stress tests: ``python -m src stress COMMAND``."""

import click

from src.config import DEFAULT_DATASET, DEFAULT_MODEL

STRICT = "End with status 1 where something is of high severity."
NEWEST = "By its id, how it starts, or its name; without one, the newest."


@click.group()
def stress() -> None:
    """Test a model's resilience, one vulnerability at a time.

    A RUN may be given by its id, by how it starts, or by its name.
    """


@stress.command()
@click.option("--dataset", default=DEFAULT_DATASET, help="Name of a dataset, or all.")
@click.option("--model", default=DEFAULT_MODEL, help="The newest training of which kind.")
@click.option("--category", "categories", multiple=True, help="Only these; may be repeated.")
@click.option("--test", "tests", multiple=True, help="Only these; may be repeated.")
@click.option("--sensitivity", help="strict, default or lenient.")
@click.option("--seed", type=int, help="Decides all chances.")
@click.option("--config", metavar="FILE", help="A test_run_config, in JSON.")
@click.option("--project", help="Whose datasets and model the FILE means.")
@click.option("--detach", is_flag=True, help="Do not wait.")
@click.option("--strict", is_flag=True, help=STRICT)
def run(
    dataset: str,
    model: str,
    categories: tuple[str, ...],
    tests: tuple[str, ...],
    sensitivity: str | None,
    seed: int | None,
    config: str | None,
    project: str | None,
    detach: bool,
    strict: bool,
) -> None:
    """Run stress tests of a trained model.

    The reference is what the model was trained on, the evaluation data what was held out. Where
    nothing is trained, it is trained first. With --project, the FILE says which datasets and
    model of that project are meant, as in the SDK. Ctrl-C cancels; what is done is kept.
    """
    from src.stress.asked import Asked
    from src.stress.console import run_and_show

    asked = Asked(categories, tests, sensitivity, seed, config)
    run_and_show(dataset, model, asked, project, detach, strict)


@stress.command()
@click.argument("run_id", metavar="RUN")
@click.option("--strict", is_flag=True, help=STRICT)
def resume(run_id: str, strict: bool) -> None:
    """Do what a cancelled, interrupted or failed run has left."""
    from src.stress.console import resume_and_show

    resume_and_show(run_id, strict)


@stress.command()
@click.argument("run_id", metavar="RUN")
def cancel(run_id: str) -> None:
    """End a run; what is done is kept."""
    from src.stress.kept_console import cancel_and_show

    cancel_and_show(run_id)


@stress.command()
@click.argument("run_id", metavar="[RUN]", required=False)
def status(run_id: str | None) -> None:
    """Tell how far a run is."""
    from src.stress.kept_console import show_status

    show_status(run_id)


status.help += f"\n\n{NEWEST}"


@stress.command()
@click.argument("run_id", metavar="[RUN]", required=False)
def results(run_id: str | None) -> None:
    """Show what a run found, and where its report is."""
    from src.stress.kept_console import show_results

    show_results(run_id)


results.help += f"\n\n{NEWEST}"


@stress.command("list")
@click.option("--project", help="Only the runs of a project.")
def list_runs(project: str | None) -> None:
    """List the runs, newest first."""
    from src.stress.kept_console import list_and_show

    list_and_show(project)


@stress.command()
@click.argument("first", metavar="RUN")
@click.argument("second", metavar="RUN")
def compare(first: str, second: str) -> None:
    """Tell what is better and what is worse in the second run than in the first."""
    from src.stress.kept_console import compare_and_show

    compare_and_show(first, second)


@stress.command()
@click.option("--category", "categories", multiple=True, help="Only these; may be repeated.")
def tests(categories: tuple[str, ...]) -> None:
    """List the tests there are, with thresholds and options."""
    from src.stress.tests_console import list_tests

    list_tests(categories)
