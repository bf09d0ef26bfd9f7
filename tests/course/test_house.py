"""What must agree around the house: declared and locked requirements, days and their table."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
COURSE = [*PROJECT["project"]["dependencies"], *GROUPS["course"], *GROUPS["dev"]]


def locked(name: str) -> dict[str, str]:
    """The pinned version of each package in a requirements file."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [re.match(r"([A-Za-z0-9._-]+)(?:\[.*\])?==([^ ;]+)", line) for line in lines]
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}


@pytest.mark.parametrize("declared", COURSE)
def test_each_requirement_is_locked_to_a_version_that_is_allowed(declared):
    requirement = Requirement(declared)

    assert locked("requirements.txt")[requirement.name] in requirement.specifier


@pytest.mark.parametrize("declared", GROUPS["notebooks"])
def test_each_requirement_of_the_notebooks_is_locked(declared):
    assert Requirement(declared).name in locked("requirements-notebooks.txt")


def test_the_two_locks_agree_where_they_meet():
    course, notebooks = locked("requirements.txt"), locked("requirements-notebooks.txt")
    shared = course.keys() & notebooks.keys()

    assert {name: course[name] for name in shared} == {name: notebooks[name] for name in shared}


def test_every_guide_is_in_the_table_of_days():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    guides = [f"({path.relative_to(ROOT)})" for path in ROOT.glob("exercises/day*/README.md")]

    assert [guide for guide in guides if guide not in readme] == []


def test_no_file_below_src_imports_the_checker_or_the_course():
    for path in (ROOT / "src").rglob("*.py"):
        imports = re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.M)

        assert {"checker", "exercises", "solutions", "data"}.isdisjoint(imports), path


def test_no_file_of_the_checker_imports_the_application():
    for path in (ROOT / "checker").rglob("*.py"):
        imports = re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.M)

        assert {"src", "exercises", "solutions", "data"}.isdisjoint(imports), path
