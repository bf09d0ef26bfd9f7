"""Reads what a run has written of itself: lines of JSON, none of which is taken on trust."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter


class Told(BaseModel):
    """Why there is nothing to judge, or what stopped pytest."""

    event: Literal[
        "misfit", "unfit", "import_error", "collection_error", "skipped", "forked", "stopped"
    ]
    message: str


class Collected(BaseModel):
    """The tests that there are."""

    event: Literal["collected"]
    tests: list[str]


class Test(BaseModel):
    """How one of them ended; None where pytest never said."""

    __test__ = False  # no test case, whatever pytest makes of the name

    event: Literal["test"]
    id: str
    outcome: Literal["passed", "failed", "todo", "skipped", "xfailed", "out_of_memory"] | None
    message: str
    seconds: float = 0.0


class Enough(BaseModel):
    """The rest was not run: a failing test is enough."""

    event: Literal["enough"]


class Reached(BaseModel):
    """The lines of the application by test and file, and the tests that ran more than these."""

    event: Literal["reach"]
    lines: dict[str, dict[str, list[int]]]
    unseen: frozenset[str]


class Libraries(BaseModel):
    """The modules of others that the run imported."""

    event: Literal["libraries"]
    modules: tuple[str, ...]


class Finished(BaseModel):
    """The last line: pytest's own status."""

    event: Literal["finished"]
    status: int


Event = Told | Collected | Test | Enough | Reached | Libraries | Finished
EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])


def events(report: str) -> list[Event]:
    """The events of a report, in order.

    Raises:
        ValueError: a line is not one that we write.
    """
    return [EVENT.validate_json(line) for line in report.splitlines()]
