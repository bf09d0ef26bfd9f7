"""The mutants of an exercise: of which modules, and how they are made."""

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence

from checker.course import Course, Exercise
from checker.errors import CheckerError
from checker.mutants.mutant import Mutant, mutants

APPLICATION = "src/"


def modules_of(exercise: Exercise) -> list[str]:
    """The modules that an exercise tests: those of the application in which it plants bugs."""
    files = {chaff.file for chaff in exercise.chaffs if chaff.module}
    return sorted(file for file in files if file.startswith(APPLICATION))


def generate(course: Course, files: Sequence[str]) -> list[Mutant]:
    """All mutants of these modules that can be compiled, none twice.

    Args:
        course: Whose application.
        files: Modules below the course's root, such as src/serve/payload.py.

    Raises:
        CheckerError: there is no such module, or mutmut is not installed.
    """
    names: Counter[str] = Counter()
    made = []
    for file in files:
        text = _read(course, file)
        made += mutants(file, text, _sound(text, file), names)
    return made


def spread(made: Sequence[Mutant], limit: int | None) -> list[Mutant]:
    """No more than `limit` of the mutants, from all over the modules."""
    count = len(made) if limit is None else min(limit, len(made))
    return [made[index * len(made) // count] for index in range(count)]


def _read(course: Course, file: str) -> str:
    path = course.root / file
    if not (file.startswith(APPLICATION) and file.endswith(".py") and path.is_file()):
        raise CheckerError(
            f"There is no module {file} in the application. Name a file such as src/utils.py, "
            f"below {course.root}."
        )
    return path.read_text(encoding="utf-8")


def _sound(text: str, file: str) -> Iterator[str]:
    seen = {text}
    for new in _mutated(text):
        if new not in seen and _compiles(new, file):
            yield new
        seen.add(new)


def _mutated(text: str) -> Iterator[str]:
    try:
        from checker.mutants.operators import mutations
    except ImportError:
        raise CheckerError(
            "Mutants are made by the operators of mutmut 3.8, which is not installed here. "
            "Run `make mutants-day2`, which installs it."
        ) from None
    return (new for _, _, new in mutations(text))


def _compiles(text: str, file: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, file, "exec", dont_inherit=True)
        except SyntaxError:
            return False
    return True
