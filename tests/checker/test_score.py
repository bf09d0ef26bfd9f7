"""The ML Test Score: read from the document, added up, and refused where it is damaged."""

import json

import pytest
from click.testing import CliRunner

from checker.commands.score import command
from checker.course import Course
from checker.errors import CheckerError
from checker.score import DOCUMENT, lowest, read

HEAD = "| test | points | exercises | how, or why not |\n| --- | --- | --- | --- |\n"
FILE = "day1/test_calculator.py"
LINK = f"[`{FILE}`](../exercises/{FILE})"
POINTS = {  # of the seven tests of each section
    "Data": ["1", "1", "0", "0", "0", "0", "0.5"],
    "Model": ["1", "0", "0", "0", "0", "0", "0.5"],
    "Infrastructure": ["1"] * 7,
    "Monitoring": ["0.5", "0.5", "0.5", "0", "0", "0", "0"],
}


@pytest.fixture
def document() -> str:
    """A sound one, with prose around its tables."""
    sections = [f"## {name}\n\n{HEAD}{''.join(map(row, POINTS[name]))}" for name in POINTS]
    return "\n".join(
        ["# The score\n\n## Rules\n\n| a | b |\n", *sections, "## Beside these\n\n| c |"]
    )


def row(points: str) -> str:
    return f"| a test | {points} | {'-' if points == '0' else LINK} | so |\n"


@pytest.fixture
def course(tmp_path, document) -> Course:
    return write(tmp_path, document)


def write(root, text: str) -> Course:
    (root / DOCUMENT).parent.mkdir(exist_ok=True)
    (root / DOCUMENT).write_text(text, encoding="utf-8")
    return Course(root)


def run(course: Course, *arguments: str) -> str:
    done = CliRunner().invoke(command, arguments, obj=course)
    if done.exception:
        raise done.exception
    return done.output


# Read and added up


def test_a_sections_score_is_the_sum_of_its_points(course):
    scores = {section.name: section.points for section in read(course.root)}

    assert scores == {"Data": 2.5, "Model": 1.5, "Infrastructure": 7, "Monitoring": 1.5}


def test_the_score_is_that_of_the_lowest_section_and_of_equals_the_first(course):
    assert lowest(read(course.root)).name == "Model"


def test_a_test_names_the_exercises_that_earn_its_points(tmp_path, document):
    two = f"{LINK}<br>[`day1/countdown.py`](../exercises/day1/countdown.py)"
    course = write(tmp_path, document.replace(LINK, two, 1))

    first, second, third, *_ = read(course.root)[0].rows

    assert first.exercises == (FILE, "day1/countdown.py")
    assert (second.exercises, third.exercises) == ((FILE,), ())


# The command


def test_the_command_shows_the_four_scores_and_the_lowest(course):
    lines = [" ".join(line.split()) for line in run(course).splitlines()]

    assert lines == [
        "ML Test Score 1.5: the lowest of four, Model",
        "",
        "section score automated by hand not covered",
        "Data 2.5 of 7 2 1 4",
        "Model 1.5 of 7 1 1 5",
        "Infrastructure 7 of 7 7 0 0",
        "Monitoring 1.5 of 7 0 3 4",
        "",
        "What is tested where: docs/ml-test-score.md",
    ]


def test_json_to_standard_output_is_all_that_is_printed(course):
    data = json.loads(run(course, "--json", "-"))

    assert data["score"] == 1.5
    assert [(one["name"], one["score"]) for one in data["sections"]][:2] == [
        ("Data", 2.5),
        ("Model", 1.5),
    ]
    assert data["sections"][0]["tests"][0] == {
        "name": "a test",
        "points": 1.0,
        "exercises": [FILE],
    }


def test_json_is_written_beside_the_table(course, tmp_path):
    file = tmp_path / "score.json"

    out = run(course, "--json", str(file))

    assert "ML Test Score" in out
    assert json.loads(file.read_text())["score"] == 1.5


def test_a_file_in_a_folder_that_is_not_there_is_refused(course, tmp_path):
    with pytest.raises(CheckerError, match="There is no folder"):
        run(course, "--json", str(tmp_path / "nowhere" / "score.json"))


# A damaged document


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        pytest.param(
            "## Model\n",
            "## Models\n",
            "the heading `## Model` must be there once, and is there not at all",
            id="no-section",
        ),
        pytest.param(
            "# The score",
            "## Data",
            "the heading `## Data` must be there once, and is there 2 times",
            id="a-section-twice",
        ),
        pytest.param(
            f"## Data\n\n{HEAD}",
            "## Data\n\n",
            "below `## Data` there must be a table of test, points, exercises, how, or why not",
            id="no-header",
        ),
        pytest.param(
            row("0"), "", "section Data must have 7 tests, and has 6", id="a-test-is-missing"
        ),
        pytest.param(
            row("0"), row("0") * 2, "section Data must have 7 tests, and has 8", id="a-test-more"
        ),
        pytest.param(
            "| so |\n",
            "|\n",
            "line 11 must have 4 cells, none of them empty",
            id="a-cell-is-missing",
        ),
        pytest.param(
            "| so |\n",
            "|  |\n",
            "line 11 must have 4 cells, none of them empty",
            id="an-empty-cell",
        ),
        pytest.param(
            "| 1 |", "| 2 |", "line 11: points are 0, 0.5, 1, not '2'", id="unknown-points"
        ),
        pytest.param(
            f"| 1 | {LINK} |",
            f"| 1 | `{FILE}` |",
            "line 11: a test with 1 points must link to the exercise that earns them",
            id="points-for-nothing",
        ),
        pytest.param(
            "| 0 | - |",
            f"| 0 | {LINK} |",
            "line 13: a test with 0 points links to one",
            id="an-exercise-for-nothing",
        ),
    ],
)
def test_a_damaged_document_is_refused_and_the_place_told(tmp_path, document, was, now, told):
    assert was in document
    course = write(tmp_path, document.replace(was, now, 1))

    with pytest.raises(CheckerError) as error:
        run(course)

    assert str(error.value) == f"docs/ml-test-score.md is damaged: {told}."


def test_a_document_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CheckerError, match=r"There is no docs/ml-test-score\.md in .* from git\."):
        read(tmp_path)


def test_a_document_that_is_no_text_is_told(tmp_path, course):
    (course.root / DOCUMENT).write_bytes(b"\xff\xfe")

    with pytest.raises(CheckerError, match=r"docs/ml-test-score\.md cannot be read: .* from git\."):
        read(course.root)
