"""What the API accepts: which methods, datasets and models, and which points of a dataset."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, Settings
from src.predict.predictor import METHODS
from src.schema import Schema, dataset_names, load_schema
from src.serve.openapi import document
from src.serve.payload import PointParser
from src.serve.request_id import RequestId

DEFAULTS = {"method": METHODS[0], "dataset": DEFAULT_DATASET, "model": DEFAULT_MODEL}


class Contract:
    """Reads the schemas when they are first needed, and keeps what it made of them."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._schemas: dict[str, Schema] = {}
        self._parsers: dict[str, PointParser] = {}

    @cached_property
    def choices(self) -> Mapping[str, Sequence[str]]:
        """Values that each query parameter of an invocation may have."""
        from src.train.pipeline import MODELS

        datasets = dataset_names(Settings.from_env().data_dir)
        return {"method": METHODS, "dataset": datasets, "model": list(MODELS)}

    def schema(self, dataset: str) -> Schema:
        """Answer the schema of a dataset."""
        if dataset not in self._schemas:
            self._schemas[dataset] = load_schema(dataset, Settings.from_env().data_dir)
        return self._schemas[dataset]

    def parser(self, dataset: str) -> PointParser:
        """Answer what reads points of a dataset."""
        if dataset not in self._parsers:
            self._parsers[dataset] = PointParser(self.schema(dataset))
        return self._parsers[dataset]

    def has(self, asked: RequestId) -> bool:
        """Whether there may be an answer of this dataset and kind of model."""
        return asked.dataset in self.choices["dataset"] and asked.model in self.choices["model"]

    def document(self, dataset: str) -> dict[str, Any]:
        """Answer the OpenAPI document for the points of a dataset."""
        return document(self.schema(dataset), self.choices)
