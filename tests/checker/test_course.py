"""The course on disk: what its files may say, and what is said where they are wrong."""

import re

import pytest

from checker.course import Course, docstrings, pick
from checker.errors import CheckerError

HEAD = 'number = 1\ntitle = "Testing a sum"\nminutes = 5\n'
CHAFF = """
[[chaff]]
name  = "adding-subtracts"
story = "The bill came out lower."
hint  = "What is two and three?"
"""
OF_A_FILE = 'file = "src/sums.py"\nwas = "a + b"\nnow = "a - b"\n'
OF_DATA = 'data = "numbers"\nedit = "-df"\n'
TOML = "solutions/day1/test_sums.toml"


@pytest.fixture
def write(tmp_path):
    """Writes the .toml of a course of one exercise."""

    def write(text: str) -> Course:
        toml = tmp_path / TOML
        toml.parent.mkdir(parents=True, exist_ok=True)
        toml.with_suffix(".py").touch()
        toml.write_text(text, encoding="utf-8")
        return Course(tmp_path)

    return write


def test_exercises_come_in_the_order_of_their_numbers(toy):
    titles = [(exercise.number, exercise.title) for exercise in toy.day("day1")]

    assert titles == [
        (1, "Testing a calculator"),
        (2, "Testing data of numbers"),
        (3, "Writing a countdown"),
    ]


def test_an_exercise_needs_no_more_than_number_title_and_minutes(write):
    (exercise,) = write(HEAD).day("day1")

    assert exercise.model_dump(exclude={"number", "title", "minutes"}) == {
        "path": "day1/test_sums.py",
        "at_least": 1,
        "bonus": False,
        "starts": "todo",
        "seconds": 60,
        "processes": False,
        "needs": (),
        "prepare": (),
        "chaffs": (),
        "wheats": (),
    }


def test_a_day_is_known_by_its_number_too(toy):
    assert toy.day("1") == toy.day("day1")


def test_an_unknown_day_is_told_with_the_days_there_are(toy):
    with pytest.raises(CheckerError) as error:
        toy.day("day9")

    assert str(error.value) == "There is no day9 here. Days with exercises: day1."


def test_a_folder_that_is_no_course_is_told(tmp_path):
    with pytest.raises(CheckerError, match=r"no solutions in .*, or name it with --root\."):
        Course(tmp_path).day("day1")


def test_a_day_is_called_by_the_first_heading_of_its_guide(toy):
    assert toy.title("day1") == "Day 1: sums"


def test_a_day_without_a_guide_is_called_by_its_folder(toy):
    assert toy.title("day9") == "day9"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "number = ",
            f"{TOML} is not TOML: Invalid value (at end of document).",
            id="no-toml",
        ),
        pytest.param(
            HEAD.replace("number = 1\n", ""),
            f"{TOML}: number: Field required.",
            id="missing-key",
        ),
        pytest.param(
            HEAD + "at_lest = 5",
            f"{TOML}: at_lest: Extra inputs are not permitted.",
            id="misspelt-key",
        ),
        pytest.param(
            HEAD + "needs = [1]",
            f"{TOML}: needs 0: Input should be a valid string.",
            id="wrong-type-in-a-list",
        ),
        pytest.param(
            HEAD + 'chaff = ["a + b"]',
            f"{TOML}: chaff 0: Input should be a valid dictionary or instance of Chaff.",
            id="chaff-is-no-table",
        ),
        pytest.param(
            HEAD + CHAFF.replace('"The bill came out lower."', '"Wrong."') + OF_A_FILE,
            f"{TOML}: chaff adding-subtracts story: String should have at least 10 characters.",
            id="story-tells-nothing",
        ),
        pytest.param(
            HEAD + CHAFF.replace("adding-subtracts", "Adding subtracts") + OF_A_FILE,
            f"{TOML}: chaff Adding subtracts name: String should match pattern "
            "'^[a-z0-9]+(-[a-z0-9]+)*$'.",
            id="name-is-no-slug",
        ),
        pytest.param(
            HEAD + CHAFF.replace('name  = "adding-subtracts"', "") + OF_A_FILE,
            f"{TOML}: chaff 0 name: Field required.",
            id="chaff-without-a-name",
        ),
        pytest.param(
            HEAD + (CHAFF + OF_A_FILE) * 2,
            f"{TOML}: exercise: used twice: adding-subtracts.",
            id="name-used-twice",
        ),
        pytest.param(
            HEAD + CHAFF + OF_A_FILE + CHAFF.replace("chaff", "wheat") + OF_DATA,
            f"{TOML}: wheat adding-subtracts promise: Field required.",
            id="wheat-without-a-promise",
        ),
    ],
)
def test_a_mistake_in_a_toml_is_told_with_its_file_and_chaff(write, text, problem):
    course = write(text)

    with pytest.raises(CheckerError, match=f"^{re.escape(problem)}$"):
        course.day("day1")


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param("", id="neither"),
        pytest.param(OF_A_FILE + OF_DATA, id="both"),
        pytest.param(OF_A_FILE + 'data = "numbers"\n', id="one-and-a-half"),
        pytest.param('file = "src/sums.py"\nwas = "a + b"\n', id="half-of-a-file"),
        pytest.param('edit = "-df"\n', id="half-of-data"),
    ],
)
def test_a_chaff_edits_either_a_file_or_data(write, edit):
    course = write(HEAD + CHAFF + edit)

    with pytest.raises(CheckerError) as error:
        course.day("day1")

    assert str(error.value) == (
        f"{TOML}: chaff adding-subtracts: "
        "give either `file`, `was` and `now`, or `data` and `edit`."
    )


def test_a_toml_in_another_encoding_is_told(write, tmp_path):
    course = write(HEAD)
    (tmp_path / TOML).write_bytes(HEAD.replace("sum", "süm").encode("latin-1"))

    with pytest.raises(CheckerError, match=f"^{TOML} is not TOML: 'utf-8' codec can't decode"):
        course.day("day1")


def test_a_toml_without_its_solution_is_told(write, tmp_path):
    course = write(HEAD)
    (tmp_path / TOML).with_suffix(".py").unlink()

    with pytest.raises(CheckerError, match=f"^{TOML}: there is no test_sums.py beside it"):
        course.day("day1")


@pytest.mark.parametrize(
    ("edit", "module"),
    [
        ('file = "src/sums.py"\nwas = "a"\nnow = "b"\n', "src.sums"),
        ('file = "src/train/__init__.py"\nwas = "a"\nnow = "b"\n', "src.train"),
        ('file = "src/docs.html"\nwas = "a"\nnow = "b"\n', None),
        (OF_DATA, None),
    ],
)
def test_an_edit_knows_the_module_it_changes(write, edit, module):
    (exercise,) = write(HEAD + CHAFF + edit).day("day1")

    assert exercise.chaffs[0].module == module


@pytest.mark.parametrize(
    "choice", ["2", "test_numbers", "day1/test_numbers.py", "exercises/day1/test_numbers.py"]
)
def test_an_exercise_is_picked_by_its_number_or_its_path(toy, choice):
    assert pick(toy.day("day1"), choice).path == "day1/test_numbers.py"


LISTED = "1 (day1/test_calculator.py), 2 (day1/test_numbers.py), 3 (day1/countdown.py)"


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        ("test_letters", "No exercise is called 'test_letters'"),
        ("9", "No exercise is called '9'"),
        ("test_", "More than one exercise is called 'test_'"),
    ],
)
def test_a_choice_that_is_not_one_exercise_is_told_with_all_there_are(toy, choice, problem):
    with pytest.raises(CheckerError) as error:
        pick(toy.day("day1"), choice)

    assert str(error.value) == f"{problem}. Choose from: {LISTED}."


def test_a_program_has_a_check_beside_its_solution(toy):
    calculator, _, countdown = toy.day("day1")

    assert toy.check(calculator) is None
    assert toy.check(countdown) == toy.solutions / "day1/check_countdown.py"


@pytest.mark.parametrize(("place", "is_program"), [("countdown", True), ("server", False)])
def test_a_program_whose_bugs_are_elsewhere_is_judged_as_tests_are(toy, place, is_program):
    *_, countdown = toy.day("day1")
    edits = [
        edit.model_copy(update={"file": f"exercises/day1/{place}.py"}) for edit in countdown.chaffs
    ]
    exercise = countdown.model_copy(update={"chaffs": tuple(edits), "wheats": ()})

    assert toy.is_program(exercise) is is_program


def test_a_check_of_a_program_is_not_that_of_the_tests_of_it(write, tmp_path):
    course = write(HEAD)
    for name in ("sums.py", "check_sums.py"):
        (tmp_path / TOML).with_name(name).touch()
    (tests,) = course.day("day1")
    program = tests.model_copy(update={"path": "day1/sums.py"})

    assert course.check(tests) is None
    assert course.check(program) == course.solutions / "day1/check_sums.py"


def test_a_check_of_a_program_called_like_tests_is_its_own(write, tmp_path):
    course = write(HEAD)
    (tmp_path / TOML).with_name("check_sums.py").touch()

    assert course.check(*course.day("day1")) == course.solutions / "day1/check_sums.py"


@pytest.mark.parametrize(
    ("file", "programs"),
    [
        pytest.param("exercises/day1/sums.py", ("day1/sums.py",), id="of another exercise"),
        pytest.param("exercises/day1/test_sums.py", (), id="its own"),
        pytest.param("src/sums.py", (), id="of the application"),
    ],
)
def test_an_exercise_knows_which_programs_its_tests_test(write, file, programs):
    edit = f'file = "{file}"\nwas = "a"\nnow = "b"\n'
    (exercise,) = write(HEAD + CHAFF + edit).day("day1")

    assert exercise.programs == programs


def test_the_task_is_what_docstrings_and_test_names_say():
    source = '"""Test sums."""\ndef helper(): ...\ndef test_adds():\n    """Two numbers."""\n'

    assert docstrings(source) == {"": "Test sums.", "test_adds": "Two numbers."}
