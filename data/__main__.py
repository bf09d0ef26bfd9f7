"""`python -m data`: writes the datasets anew, from their generators, with the same values."""

from importlib import import_module
from pathlib import Path

import click

FOLDER = Path(__file__).resolve().parent


@click.command()
@click.option("--only", metavar="NAME", help="Write this dataset alone.")
def main(only: str | None) -> None:
    """Write data/NAME/NAME.parquet for each dataset that has a generator."""
    names = sorted(path.parent.name for path in FOLDER.glob("*/generate.py"))
    if only and only not in names:
        raise click.BadParameter(f"no dataset {only!r}; choose from {', '.join(names)}.")
    for name in [only] if only else names:
        frame = import_module(f"data.{name}.generate").generate()
        path = FOLDER / name / f"{name}.parquet"
        frame.to_parquet(path, index=False, compression="zstd")
        click.echo(f"{path.relative_to(FOLDER.parent)}: {len(frame):,} rows")


if __name__ == "__main__":
    main(prog_name="python -m data")
