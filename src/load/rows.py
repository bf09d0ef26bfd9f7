"""The rows that the load consists of: those that training held out."""

from pathlib import Path
from typing import Any

from src.errors import UserError

MOST = 1000


def read_rows(dataset: str, output_dir: Path, most: int = MOST) -> list[dict[str, Any]]:
    """Answer rows of X_test of a dataset as the server takes them, always the same ones.

    Args:
        dataset: its name.
        output_dir: where training keeps its splits.
        most: how many, at most; they are spread evenly over the file.

    Raises:
        UserError: there are no splits of the dataset, or they cannot be read.
    """
    path = splits_of(dataset, output_dir)
    if not path.exists():
        raise UserError(missing([dataset], output_dir))
    import pandas as pd
    import pyarrow

    try:
        frame = pd.read_parquet(path)
    except (OSError, pyarrow.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path} cannot be read ({reason}): {_remedy([dataset])}") from error
    if not len(frame):
        raise UserError(f"{path} has no row: {_remedy([dataset])}")
    step = max(1, -(-len(frame) // most))
    return frame.iloc[::step].to_dict("records")


def splits_of(dataset: str, output_dir: Path) -> Path:
    """Answer where the rows of a dataset are."""
    return output_dir / "splits" / dataset / "X_test.parquet"


def missing(datasets: list[str], output_dir: Path) -> str:
    """Say that there are no splits of some datasets, and which command makes them."""
    return f"No splits of {', '.join(datasets)} in {output_dir / 'splits'}: {_remedy(datasets)}"


def _remedy(datasets: list[str]) -> str:
    if len(datasets) > 1:
        return "make them with `make train`."
    one = f"python -m src train --dataset {datasets[0]}"
    return f"make them with `{one}`, or all with `make train`."
