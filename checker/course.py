"""The course on disk: days, exercises, and the chaffs and wheats beside each solution."""

import ast
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from checker import exported
from checker.errors import CheckerError
from checker.syntax import tree_of

TOMLS = "*/**/*.toml"  # one beside each solution, below its day
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Prose = Annotated[str, Field(min_length=10)]
EXERCISES = "exercises/"


class Edit(BaseModel):
    """One change in one place: of a file (`was` becomes `now`) or of a dataset (`edit` on `df`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    file: str | None = None
    was: str | None = None
    now: str | None = None
    data: str | None = None
    edit: str | None = None

    @model_validator(mode="after")
    def _is_one_kind_of_edit(self):
        of_a_file = [self.file, self.was, self.now]
        of_data = [self.data, self.edit]
        given = [value is not None for value in of_a_file], [value is not None for value in of_data]
        if not (all(given[0]) ^ all(given[1])) or (any(given[0]) and any(given[1])):
            raise ValueError("give either `file`, `was` and `now`, or `data` and `edit`")
        return self

    @property
    def place(self) -> str:
        """Where the edit is made, for messages."""
        return self.file or f"data/{self.data}"

    @property
    def module(self) -> str | None:
        """The dotted name of the edited module, None for data and other files."""
        if self.file is None or not self.file.endswith(".py"):
            return None
        return self.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class Chaff(Edit):
    """A plausible bug: thorough tests fail on it.

    `caught_by` names a test of the solution that does: whoever has a test of that name runs it
    first.
    """

    story: Prose
    hint: Prose
    caught_by: str | None = None


class Wheat(Edit):
    """Another correct version: valid tests pass on it, or they go beyond `promise`."""

    promise: Prose


class Exercise(BaseModel):
    """One exercise: its place, what it asks for, and the versions its tests are judged by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str  # below exercises/ and solutions/, such as day2/integration/test_data.py
    number: int = Field(ge=1)
    title: Prose
    minutes: int = Field(ge=1)
    at_least: int = Field(default=1, ge=1)
    bonus: bool = False
    starts: Literal["todo", "partial"] = "todo"  # partial: the scaffold has a worked test
    seconds: float = Field(default=60, gt=0)  # a run that takes longer is ended
    processes: bool = False  # its tests start Pythons, by sys.executable
    needs: tuple[str, ...] = ()  # files of other days that its tests import, below exercises/
    prepare: tuple[str, ...] = ()  # commands that make the state the tests find, run once
    chaffs: tuple[Chaff, ...] = Field(default=(), alias="chaff")
    wheats: tuple[Wheat, ...] = Field(default=(), alias="wheat")

    @model_validator(mode="after")
    def _names_are_unique(self):
        names = [edit.name for edit in (*self.chaffs, *self.wheats)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"used twice: {', '.join(twice)}")
        return self

    @property
    def day(self) -> str:
        """The day's folder, such as day2."""
        return self.path.split("/", 1)[0]

    @property
    def programs(self) -> tuple[str, ...]:
        """The programs of other exercises that its tests test: its edits are made in them."""
        files = [edit.file for edit in (*self.chaffs, *self.wheats) if edit.file is not None]
        below = {file.removeprefix(EXERCISES) for file in files if file.startswith(EXERCISES)}
        return tuple(sorted(below - {self.path}))


@dataclass(frozen=True)
class Course:
    """A workshop repository: `src`, `data`, `exercises` and `solutions` below one root."""

    root: Path

    @property
    def exercises(self) -> Path:
        """The folder of guides and scaffolds, where attendees work."""
        return self.root / "exercises"

    @cached_property
    def solutions(self) -> Path:
        """The folder of reference solutions, with a .toml beside each: here, or of the branch."""
        here = self.root / "solutions"
        if any(here.glob(TOMLS)):  # a change of branches may leave a folder with nothing but caches
            return here
        return exported.solutions(self.root) or here

    def days(self) -> list[str]:
        """The days that have exercises, in order."""
        return sorted({path.relative_to(self.solutions).parts[0] for path in self._tomls()})

    def files(self, day: str) -> list[str]:
        """The paths of a day's exercises, as attendees work in them."""
        return [
            toml.relative_to(self.solutions).with_suffix(".py").as_posix()
            for toml in self._tomls()
            if self._day_of(toml) == day
        ]

    def day(self, name: str) -> list[Exercise]:
        """The exercises of a day in the order of the guide; an unknown day is an error."""
        name = f"day{name}" if name.isdigit() else name
        exercises = [self._read(path) for path in self._tomls() if name == self._day_of(path)]
        if not exercises:
            known = ", ".join(self.days())
            raise CheckerError(f"There is no {name} here. Days with exercises: {known}.")
        return sorted(exercises, key=lambda exercise: exercise.number)

    def solution(self, exercise: Exercise) -> Path:
        """The reference solution's file."""
        return self.solutions / exercise.path

    def scaffold(self, exercise: Exercise) -> Path:
        """The file that attendees start from and work in."""
        return self.exercises / exercise.path

    def original(self, file: str) -> Path:
        """Where a file of the reference's workspace comes from: exercises are solved in it."""
        if file.startswith(EXERCISES):
            return self.solutions / file.removeprefix(EXERCISES)
        return self.root / file

    def check(self, exercise: Exercise) -> Path | None:
        """Our tests of the attendee's program, or None where the attendee writes tests."""
        solution = self.solution(exercise)
        program = solution.with_name(solution.name.removeprefix("test_"))
        check = solution.with_name(f"check_{program.name}")
        is_of_another = program != solution and program.exists()  # which this one's tests test
        return check if check.exists() and not is_of_another else None

    def is_program(self, exercise: Exercise) -> bool:
        """Whether the attendee's program is what is tested.

        One that tests something itself, such as a load test, is judged as tests are: its edits are
        made elsewhere.
        """
        own = f"{EXERCISES}{exercise.path}"
        edits = (*exercise.chaffs, *exercise.wheats)
        return self.check(exercise) is not None and all(edit.file == own for edit in edits)

    def guide(self, day: str) -> Path:
        """The day's guide."""
        return self.exercises / day / "README.md"

    def title(self, day: str) -> str:
        """The day's title: the first heading of its guide."""
        guide = self.guide(day)
        lines = guide.read_text(encoding="utf-8").splitlines() if guide.exists() else []
        return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), day)

    def _tomls(self) -> list[Path]:
        if not (found := sorted(self.solutions.glob(TOMLS))):
            raise exported.missing(self.root)
        return found

    def _day_of(self, toml: Path) -> str:
        return toml.relative_to(self.solutions).parts[0]

    def _read(self, toml: Path) -> Exercise:
        shown = f"solutions/{toml.relative_to(self.solutions).as_posix()}"
        solution = toml.with_suffix(".py")
        if not solution.exists():
            raise CheckerError(f"{shown}: there is no {solution.name} beside it. Add the solution.")
        try:
            content = tomllib.loads(toml.read_text(encoding="utf-8"))
            path = solution.relative_to(self.solutions).as_posix()
            return Exercise.model_validate({**content, "path": path})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CheckerError(f"{shown} is not TOML: {error}.") from None
        except ValidationError as error:
            raise CheckerError(f"{shown}: {_first_problem(error, content)}") from None


def pick(exercises: list[Exercise], choice: str) -> Exercise:
    """The exercise of a day by its number or by (part of) its path."""
    found = [
        exercise
        for exercise in exercises
        if choice == str(exercise.number)
        or (not choice.isdigit() and choice in f"exercises/{exercise.path}")
    ]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{exercise.number} ({exercise.path})" for exercise in exercises)
    what = "No exercise is" if not found else "More than one exercise is"
    raise CheckerError(f"{what} called {choice!r}. Choose from: {listed}.")


def docstrings(source: str) -> dict[str, str | None]:
    """The task that a file states: its module docstring, and each test's name and docstring."""
    tree = tree_of(source)
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {"": ast.get_docstring(tree)} | {
        test.name: ast.get_docstring(test) for test in tests if test.name.startswith("test_")
    }


def _first_problem(error: ValidationError, content: dict) -> str:
    problem = error.errors(include_url=False, include_context=False)[0]
    where = list(problem["loc"])
    if len(where) > 1 and isinstance(entry := content[where[0]][where[1]], dict):
        where[1] = entry.get("name", where[1])  # a chaff is known by its name, not by its index
    what = " ".join(map(str, where)) or "exercise"
    return f"{what}: {problem['msg'].removeprefix('Value error, ')}."
