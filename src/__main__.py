"""The command line: ``python -m src COMMAND``.

Each command imports what it needs when it runs, so that help is instant.
"""

import click

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, DEFAULT_SEED
from src.errors import UserError
from src.load.commands import load
from src.release.commands import release
from src.stress.commands import stress

INTERRUPTED = 130  # what shells expect of a program ended by Ctrl-C
SETTINGS = {"help_option_names": ["-h", "--help"], "show_default": True}


class Commands(click.Group):
    """Ends every command alike: a user's mistake in one sentence, Ctrl-C without a word."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; exit 2 after a user's mistake, 130 after Ctrl-C."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings=SETTINGS)
def cli() -> None:
    """Train models, deploy them, ask them for predictions and serve them."""


@cli.command()
@click.option("--dataset", default=DEFAULT_DATASET, help="Name of a dataset, or all.")
@click.option("--model", default=DEFAULT_MODEL, help="Name of a model, or all.")
@click.option("--seed", default=DEFAULT_SEED, help="Decides the split and the model's chances.")
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="As n_estimators=10.")
@click.option("--again", is_flag=True, help="Train also what is there already.")
def train(dataset: str, model: str, seed: int, parameters: tuple[str, ...], again: bool) -> None:
    """Train models and keep them, with their reports, under output/."""
    from src.train.console import train_and_show

    train_and_show(dataset, model, seed, parameters, again)


@cli.command()
@click.argument("model_id", required=False)
@click.option("--dataset", help="Deploy the newest run on a dataset.", show_default=DEFAULT_DATASET)
@click.option("--model", help="Deploy the newest run of a model.", show_default=DEFAULT_MODEL)
@click.option("--all", "every", is_flag=True, help="Deploy the newest run of each that is trained.")
def deploy(model_id: str | None, dataset: str | None, model: str | None, every: bool) -> None:
    """Put a training run in production.

    By its id or how it starts; without one, the newest run of the dataset and model.
    """
    from src.release.console import deploy_and_show

    deploy_and_show(model_id, dataset, model, every)


@cli.command()
@click.argument("file", default="-", type=click.Path())
@click.option("--method", default="predict", help="predict or predict_proba.")
@click.option("--dataset", default=DEFAULT_DATASET, help="What the data points are of.")
@click.option("--model", default=DEFAULT_MODEL, help="Which model answers.")
def predict(file: str, method: str, dataset: str, model: str) -> None:
    """Predict for data points in a file.

    The file holds one data point or an array of them, in JSON; - is standard input.
    """
    from src.predict.console import predict_and_show

    predict_and_show(file, method, dataset, model)


@cli.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default=8000, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    envvar="WEB_CONCURRENCY",
    show_envvar=True,
    show_default="one a core",
    help="Processes that answer.",
)
@click.option("--threads", default=8, type=click.IntRange(1), help="Requests at once, of each.")
def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """Serve predictions over HTTP, as docs/api.md says."""
    from src.serve.console import serve

    serve(host, port, workers, threads)


@cli.command()
@click.option("--model-id", metavar="ID", help="The candidate: its id, or 6 digits of its start.")
@click.option("--against", default=DEFAULT_MODEL, metavar="MODEL", help="Production of which kind.")
def benchmark(model_id: str | None, against: str) -> None:
    """Compare a training run with production.

    The run is the candidate. Both are scored on the rows that production's training held out.
    What is in production is that of the candidate's dataset, and of the kind of model that
    --against names, so that a candidate of another kind can challenge it. Without --model-id, you
    are asked for the candidate.
    Nothing is decided, and nothing changes.
    """
    from src.benchmark.console import benchmark_and_show

    benchmark_and_show(model_id, against)


@cli.command()
def s3() -> None:
    """Keep the embedded S3 running.

    It prints how other tools reach it, and ends with Ctrl-C.
    """
    from src.embedded_s3.console import keep

    keep()


cli.add_command(release)
cli.add_command(stress)
cli.add_command(load)


if __name__ == "__main__":
    cli(prog_name="python -m src")
