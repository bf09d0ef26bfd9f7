"""Rows of the store: projects, what is registered in them, and jobs."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ProjectRow:
    """A project as it is kept."""

    id: str
    name: str
    description: str
    model_task: str
    created_at: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> "ProjectRow":
        """Read a row."""
        return cls(**dict(row))


@dataclass(frozen=True)
class Registered:
    """A dataset or model as it is kept.

    Attributes:
        id: by which it is meant for ever.
        name: its newest; a name means what was registered by it last.
        kind: "dataset" or "model".
        fingerprint: a hash of its content and configuration.
        config: the configuration.
        facts: what was seen of it when it was registered, as its columns.
        registered_at: UTC time in ISO format.
    """

    id: str
    name: str
    kind: str
    fingerprint: str
    config: dict[str, Any]
    facts: dict[str, Any]
    registered_at: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> "Registered":
        """Read a row."""
        values = dict(row)
        del values["project_id"]
        return cls(**values | {key: json.loads(values[key]) for key in ("config", "facts")})


@dataclass(frozen=True)
class JobRow:
    """A job as it is kept.

    `names` has those of the project, model, reference and evaluation; the severity is the worst of
    its results, None where there is none yet.
    """

    id: str
    project_id: str
    name: str
    config: dict[str, Any]
    names: dict[str, str]
    status: str
    message: str
    done: int
    total: int
    current: str
    pid: int
    cancelling: bool
    severity: int | None
    created_at: str
    started_at: str
    finished_at: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> "JobRow":
        """Read a row."""
        values = dict(row)
        values |= {key: json.loads(values[key]) for key in ("config", "names")}
        return cls(**values | {"cancelling": bool(values["cancelling"])})
