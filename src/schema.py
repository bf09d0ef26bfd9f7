"""What a dataset's columns mean: types, units, ranges, categories and the target."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from src.errors import UserError


@dataclass(frozen=True)
class Column:
    """A feature as it is measured: a float, an integer, a boolean or one of some categories.

    minimum and maximum are the physically possible range, both included.
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    name: str
    type: Literal["float", "integer", "boolean", "category"]
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    categories: tuple[str, ...] = ()
    description: str = ""

    def __post_init__(self) -> None:
        """Refuse a column that contradicts itself, or could not be told from a point in JSON."""
        if (self.type == "category") != bool(self.categories):
            raise ValueError("a category column, and no other, lists its categories")
        if None not in (self.minimum, self.maximum) and self.minimum > self.maximum:
            raise ValueError("minimum is larger than maximum")
        if any("{" in text for text in (self.name, *self.categories)):
            raise ValueError("a name and a category have no brace")


@dataclass(frozen=True)
class Schema:
    """A dataset's columns in the order of its file, without the id and the target."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    name: str
    title: str
    target: str
    classes: tuple[int, ...] | tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int
    provenance: str
    licence: str
    id: str | None = None

    def __post_init__(self) -> None:
        """Refuse a schema without columns or with a name given twice."""
        names = [*self.feature_names, self.target, *([self.id] if self.id else [])]
        if not self.columns:
            raise ValueError("there is no [[column]]")
        if len(set(names)) < len(names):
            raise ValueError(f"a column is named twice among {', '.join(names)}")

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the feature columns, in order."""
        return tuple(column.name for column in self.columns)


def dataset_names(data_dir: Path) -> list[str]:
    """Names of the datasets in a folder: its folders that hold a schema.toml, sorted."""
    return sorted(path.parent.name for path in data_dir.glob("*/schema.toml"))


def load_schema(name: str, data_dir: Path) -> Schema:
    """Read the schema of a dataset.

    Raises:
        UserError: the dataset is unknown, or its schema.toml cannot be understood.
    """
    known = dataset_names(data_dir)
    if name not in known:
        raise UserError(f"No dataset {name!r} in {data_dir}: choose {_either(known)}.")
    path = data_dir / name / "schema.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        table["columns"] = table.pop("column", [])
        return _schemas().validate_python(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "schema"
        raise UserError(f"{path}: {key}: {first['msg']}; correct it there.") from error
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read: {error}; correct it there.") from error


@cache
def _schemas() -> TypeAdapter[Schema]:
    return TypeAdapter(Schema)


def _either(names: list[str]) -> str:
    return " or ".join(names) or "another folder with DATA_DIR, there is none in this one"
