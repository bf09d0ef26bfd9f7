"""Generated mutants: of which modules, what each is, and that it can be made."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from checker import edits
from checker.course import Chaff, Course, Exercise
from checker.errors import CheckerError
from checker.mutants.generation import generate, modules_of, spread
from checker.mutants.mutant import mutants

CALCULATOR = "src/calculator.py"
NEEDS_MUTMUT = "the mutants are mutmut's"


@pytest.fixture
def application(tmp_path):
    """Makes a course whose application is one module of this text."""
    pytest.importorskip("mutmut", reason=NEEDS_MUTMUT)

    def make(text: str) -> Course:
        (tmp_path / "src").mkdir()
        (tmp_path / "src/module.py").write_text(text)
        return Course(tmp_path)

    return make


def made_of(course: Course) -> list[str]:
    """The texts that the mutants of `application` turn its module into."""
    module = course.root / "src/module.py"
    return [edits.edited_text(one, module) for one in generate(course, ["src/module.py"])]


# What a mutant is


def test_a_mutant_is_a_small_change_in_a_place():
    text = "def add(a, b):\n    return a + b\n\n\ndef no():\n    pass\n"

    [mutant] = mutants("src/sums.py", text, [text.replace("+", "-")], Counter())

    assert (mutant.name, mutant.file) == ("sums-add-1", "src/sums.py")
    assert (mutant.line, mutant.function) == (2, "add")
    assert mutant.diff == (
        "--- src/sums.py\n"
        "+++ src/sums.py\n"
        "@@ -1,3 +1,3 @@\n"
        " def add(a, b):\n"
        "-    return a + b\n"
        "+    return a - b\n"
        " \n"
    )


@pytest.mark.parametrize(
    ("file", "name"),
    [
        pytest.param("src/serve/payload.py", "serve-payload-1", id="module"),
        pytest.param("src/train/features/__init__.py", "train-features-1", id="package"),
        pytest.param("src/one_hot.py", "one-hot-1", id="underscore"),
        pytest.param("src/__main__.py", "main-1", id="underscores-around"),
    ],
)
def test_a_name_tells_the_module(file, name):
    [mutant] = mutants(file, "A = 1\n", ["A = 2\n"], Counter())

    assert (mutant.name, mutant.function) == (name, None)


def test_mutants_of_functions_that_are_called_alike_are_counted():
    text = (
        "class A:\n    def get(self):\n        return 1\n\n    def _get(self):\n        return 1\n"
    )
    changed = [text.replace("1", "2", 1), text[::-1].replace("1", "3", 1)[::-1]]

    first, second = mutants("src/a.py", text, changed, Counter())

    assert [first.name, second.name] == ["a-get-1", "a-get-2"]
    assert [first.function, second.function] == ["A.get", "A._get"]


@pytest.mark.parametrize("line", range(6))
def test_a_change_of_a_line_that_occurs_often_is_made_where_it_belongs(line, tmp_path):
    lines = ["x += 1\n"] * 6
    changed = "".join([*lines[:line], "x -= 1\n", *lines[line + 1 :]])
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text("".join(lines))

    [mutant] = mutants("src/a.py", "".join(lines), [changed], Counter())
    edits.apply(mutant, tmp_path)

    assert mutant.line == line + 1
    assert (tmp_path / "src/a.py").read_text() == changed


def test_a_line_less_is_a_change_too(tmp_path):
    text = "a = 1\nb = 2\nb = 2\nc = 3\n"
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text(text)

    [mutant] = mutants("src/a.py", text, ["a = 1\nb = 2\nc = 3\n"], Counter())
    edits.apply(mutant, tmp_path)

    assert (tmp_path / "src/a.py").read_text() == "a = 1\nb = 2\nc = 3\n"


# Of which modules


def chaff(name: str, **edit) -> Chaff:
    return Chaff(name=name, story="What a user sees of it.", hint="Where to look for it.", **edit)


def test_an_exercise_tests_the_modules_of_the_application_that_have_chaffs():
    of_file = {"was": "1", "now": "2"}
    exercise = Exercise(
        path="day1/test_it.py",
        number=1,
        title="Testing it all",
        minutes=5,
        chaff=[
            chaff("later", file="src/b.py", **of_file),
            chaff("earlier", file="src/a.py", **of_file),
            chaff("again", file="src/b.py", **of_file),
            chaff("own", file="exercises/day1/program.py", **of_file),
            chaff("page", file="src/page.html", **of_file),
            chaff("data", data="numbers", edit="df"),
        ],
    )

    assert modules_of(exercise) == ["src/a.py", "src/b.py"]


@pytest.mark.parametrize("file", ["src/nothing.py", "data/numbers/numbers.parquet", "../a.py"])
def test_a_module_that_is_not_there_is_an_error(toy, file):
    with pytest.raises(CheckerError, match=f"There is no module {file} in the application"):
        generate(toy, [file])


@pytest.mark.parametrize(
    ("limit", "chosen"), [(None, "abcdefg"), (9, "abcdefg"), (3, "ace"), (1, "a")]
)
def test_a_few_mutants_come_from_all_over(limit, chosen):
    assert "".join(spread("abcdefg", limit)) == chosen


def test_of_no_mutants_there_are_none():
    assert spread([], 3) == []


# How they are made


def test_each_mutant_of_a_module_is_another_that_compiles_and_can_be_made(toy):
    pytest.importorskip("mutmut", reason=NEEDS_MUTMUT)
    module = toy.root / CALCULATOR

    made = generate(toy, [CALCULATOR])

    texts = {edits.edited_text(mutant, module) for mutant in made}
    assert all(compile(text, CALCULATOR, "exec") for text in texts)
    assert len(texts) == len(made) == len({mutant.name for mutant in made})
    assert module.read_text().replace("first + second", "first - second") in texts


def test_mutants_are_the_same_every_time(toy):
    pytest.importorskip("mutmut", reason=NEEDS_MUTMUT)

    assert generate(toy, [CALCULATOR]) == generate(toy, [CALCULATOR])


@pytest.mark.parametrize(
    ("text", "mutated"),
    [
        pytest.param("LIMIT = 10\n", "LIMIT = 11\n", id="module"),
        pytest.param("class A:\n    limit = 10\n", "class A:\n    limit = 11\n", id="class"),
        pytest.param(
            "class A:\n    @property\n    def limit(self):\n        return 10\n",
            "class A:\n    @property\n    def limit(self):\n        return 11\n",
            id="decorated",
        ),
    ],
)
def test_also_what_mutmut_could_not_try_is_mutated(application, text, mutated):
    assert mutated in made_of(application(text))


def test_what_does_not_compile_is_no_mutant(application):
    course = application("for i in range(3):\n    if i == 2:\n        break\n")

    texts = made_of(course)

    assert texts
    assert not any("return" in text for text in texts)


def test_without_mutmut_it_says_how_to_get_it(toy, monkeypatch):
    monkeypatch.setitem(sys.modules, "checker.mutants.operators", None)

    with pytest.raises(CheckerError, match="Run `make mutants-day2`, which installs it"):
        generate(toy, [CALCULATOR])


# What mutmut calls them: our benchmark compares the two


def test_a_mutant_is_found_by_the_name_that_mutmut_gives_it(monkeypatch):
    file_mutation = pytest.importorskip("mutmut.mutation.file_mutation", reason=NEEDS_MUTMUT)
    from benchmarks.mutmut_names import names

    monkeypatch.chdir(Path(__file__).parents[2])  # mutmut reads its settings where it is
    text = (
        "LIMIT = 10\n\n\n"
        "def add(a, b=1):\n    def inner(c):\n        return c + 1\n    return inner(a) + b\n\n\n"
        "class A:\n    limit = 10\n\n    def add(self, a):\n        return a + 2\n\n"
        "    @property\n    def one(self):\n        return 1\n"
    )

    found = names("application/serve/sums.py", text)

    theirs = file_mutation.mutate_file_contents("sums.py", text).mutant_names
    assert [name.removeprefix("application.serve.sums.") for name in found] == list(theirs)
    assert found["application.serve.sums.xǁAǁadd__mutmut_1"] == text.replace("a + 2", "a - 2")
    assert found["application.serve.sums.x_add__mutmut_2"] == text.replace("c + 1", "c - 1")
