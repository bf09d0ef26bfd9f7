"""Hints at a bug: a test and a place, and never what was changed."""

import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from checker import hints, outline
from checker.course import Chaff, Course, Exercise

COURSE = Course(Path(__file__).parents[2])
CHAFFS = [
    pytest.param(exercise, chaff, id=f"{exercise.number}-{chaff.name}")
    for day in COURSE.days()
    for exercise in COURSE.day(day)
    for chaff in exercise.chaffs
]
LONGEST = 5  # words and signs in a row: `method, dataset, model` is in the API's docs, too


@pytest.fixture
def calculator(toy) -> Exercise:
    return toy.day("day1")[0]


# Nothing is given away


def shared_run(text: str, edit: Chaff) -> list[str]:
    """The longest run of words and signs that a text shares with what the edit takes or brings."""
    words = re.findall(r"\w+|[^\w\s]", text)
    runs = [[]]
    for code in filter(None, (edit.was, edit.now, edit.edit)):
        matcher = SequenceMatcher(None, words, re.findall(r"\w+|[^\w\s]", code), autojunk=False)
        match = matcher.find_longest_match()
        runs.append(words[match.a : match.a + match.size])
    return max(runs, key=len)


@pytest.mark.parametrize(("exercise", "chaff"), CHAFFS)
def test_no_hint_repeats_the_edit(exercise, chaff):
    solution = COURSE.solution(exercise).read_text(encoding="utf-8")
    for test in outline.functions(solution):
        sharper = hints.sharper(COURSE, exercise, chaff.name, {chaff.name: [f"{test}[value]"]})

        assert len(shared_run(f"{chaff.hint}\n{sharper}", chaff)) <= LONGEST
        for code in filter(str.strip, (chaff.was or "", chaff.now or "", chaff.edit or "")):
            assert code.strip() not in f"{chaff.hint}\n{sharper}"


def test_a_hint_that_repeats_the_edit_would_be_seen():
    chaff = COURSE.day("day2")[0].chaffs[0]

    assert len(shared_run(f"Why not {chaff.edit}?", chaff)) > LONGEST


# The test that is meant


def test_the_test_that_is_meant_finds_the_fewest_other_bugs():
    caught = {"minus": ["test_all", "test_adds"], "times": ["test_all"], "over": ["test_all"]}

    assert hints.meant("minus", caught) == "test_adds"
    assert hints.meant("times", caught) == "test_all"


def test_of_tests_that_find_as_many_the_first_is_meant():
    assert hints.meant("minus", {"minus": ["test_b", "test_a"]}) == "test_b"


def test_the_values_that_a_test_is_run_with_are_not_told():
    assert hints.meant("minus", {"minus": ["test_adds[7-null]", "test_adds[3-x]"]}) == "test_adds"


def test_no_test_is_meant_where_the_solution_finds_nothing(toy, calculator):
    assert hints.meant("minus", {"minus": []}) is None
    assert hints.sharper(toy, calculator, "adding-subtracts", {}) == (
        "The bug is in add() of src/calculator.py."
    )


def test_the_test_is_told_with_its_promise_and_the_place(toy, calculator):
    caught = {"adding-subtracts": ["test_adds_two_numbers"]}

    assert hints.sharper(toy, calculator, "adding-subtracts", caught) == (
        "The bug is in add() of src/calculator.py. "
        "The test that is meant to find it: test_adds_two_numbers, “The sum of two numbers.”"
    )


def test_a_bug_of_data_is_in_a_dataset(toy):
    numbers = toy.day("day1")[1]

    assert hints.place(toy, numbers.chaffs[0]) == "the dataset numbers"


# The place


SOURCE = '''\
LIMIT = 3


@cache
def parse(text):
    """Read it."""

    def inner():
        return text

    return inner()


class Parser:
    size = 1

    async def parse(self):
        return self.size
'''


@pytest.mark.parametrize(
    ("was", "place"),
    [
        pytest.param('    """Read it."""\n', "parse() of src/parse.py", id="function"),
        pytest.param("@cache", "parse() of src/parse.py", id="decorator"),
        pytest.param("return text", "parse.inner() of src/parse.py", id="nested"),
        pytest.param("\n    return inner()\n\n", "parse() of src/parse.py", id="blank-lines"),
        pytest.param("\n\n        return self.size\n", "src/parse.py", id="not-there"),
        pytest.param("return self.size", "Parser.parse() of src/parse.py", id="method"),
        pytest.param("size = 1", "src/parse.py", id="class"),
        pytest.param("LIMIT = 3", "src/parse.py", id="module"),
        pytest.param("return inner()\n\n\nclass Parser", "src/parse.py", id="across"),
    ],
)
def test_the_place_is_the_function_around_it(tmp_path, was, place):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/parse.py").write_text(SOURCE)

    assert hints.place(Course(tmp_path), chaff("src/parse.py", was)) == place


def test_a_file_that_is_no_python_has_no_functions(tmp_path):
    (tmp_path / "schema.toml").write_text("not Python: at all")

    assert hints.place(Course(tmp_path), chaff("schema.toml", "at all")) == "schema.toml"


def chaff(file: str, was: str) -> Chaff:
    told = {"story": "It went wrong.", "hint": "What is promised?"}
    return Chaff(name="a-bug", file=file, was=was, now="other", **told)


# What a file is made of


def test_functions_are_told_by_name_promise_and_parameters():
    docstring = '"""It\n    works.\n\n    Raises:\n        Error: no.\n    """'

    (function,) = outline.functions(f"async def test_it(a, /, b, *, c):\n    {docstring}").values()

    assert function == outline.Function("test_it", "It works.", ("a", "b", "c"), written=True)


@pytest.mark.parametrize(
    ("body", "written"),
    [
        pytest.param("raise NotImplementedError", False, id="scaffold"),
        pytest.param("raise NotImplementedError('later')", False, id="with-a-message"),
        pytest.param("assert True; raise NotImplementedError", False, id="half-way"),
        pytest.param("raise ValueError", True, id="another-error"),
        pytest.param(
            "class Fake:\n        def x(self): raise NotImplementedError", True, id="fake"
        ),
        pytest.param("pass", True, id="nothing"),
    ],
)
def test_a_function_is_written_when_it_no_longer_ends_as_the_scaffold_does(body, written):
    assert outline.functions(f"def test_it():\n    {body}\n")["test_it"].written == written


@pytest.mark.parametrize("source", ["def test_it(:", "\0"])
def test_a_file_that_is_not_python_has_no_functions(source):
    assert outline.functions(source) == {}


def test_the_place_in_a_program_is_that_of_the_solution(toy):
    countdown = toy.day("day1")[2]

    place = hints.place(toy, countdown.chaffs[0])

    assert place == "countdown() of exercises/day1/countdown.py"
