"""Predicting on the command line: JSON in, JSON out."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from src.errors import UserError
from src.predict.predictor import predict
from src.serve.contract import DEFAULTS, Contract
from src.serve.query import parse_query


def predict_and_show(file: str, method: str, dataset: str, model: str) -> None:
    """Print what the API would answer for the content of a file.

    Raises:
        UserError: the file, what is in it, or what was asked for is of no use.
    """
    contract = Contract()
    asked = {"method": method, "dataset": dataset, "model": model}
    query = parse_query(
        ((name, [value]) for name, value in asked.items()), contract.choices, DEFAULTS
    )
    points = contract.parser(query["dataset"]).parse(_read(file))
    click.echo(json.dumps(asdict(predict(points, **query))))


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UserError(
            f"{file} cannot be read ({error.strerror}): give a file of JSON, or - to type it."
        ) from error
