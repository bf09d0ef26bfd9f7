"""Results for other programs: of the shape that each of them reads, and true to the verdict."""

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

import checker.formats
from checker.course import Exercise
from checker.formats import FORMATS
from checker.formats.json import as_data
from checker.verdict import ChaffVerdict, Verdict, WheatVerdict

SCHEMAS = Path(__file__).parent / "schemas"


def exercise(number: int = 1, **more) -> Exercise:
    usual = {"path": f"day1/test_{number}.py", "title": f"Testing sums {number}", "at_least": 2}
    return Exercise(number=number, minutes=5, **usual | more)


def chaff(name: str, caught: bool | None = True) -> ChaffVerdict:
    by = ("test_adds",) if caught else ()
    return ChaffVerdict(name, f"The story of {name}.", f"The hint at {name}.", caught, by)


def wheat(name: str, passed: bool | None = True) -> WheatVerdict:
    return WheatVerdict(name, f"The promise of {name}.", passed)


def verdict(status: str = "done", of: Exercise | None = None, **more) -> Verdict:
    usual = {
        "cases": 2,
        "chaffs": (chaff("minus"), chaff("times")),
        "wheats": (wheat("other-words"),),
        "messages": (),
        "idle": (),
        "seconds": 1.5,
    }
    return Verdict(exercise=of or exercise(), status=status, **usual | more)


def untried(status: str, of: Exercise | None = None, *messages: str) -> Verdict:
    chaffs = (chaff("minus", None), chaff("times", None))
    wheats = (wheat("other-words", None),)
    return verdict(status, of, cases=0, chaffs=chaffs, wheats=wheats, messages=messages)


def program(status: str, of: Exercise, cases: int, *messages: str) -> Verdict:
    return verdict(status, of, cases=cases, chaffs=(), wheats=(), messages=messages)


FAILS = "test_adds fails on the reference: assert 4 == 5 (test_3.py:7)."
GOES_BEYOND = "test_says fails on another correct version (other-words): no. That goes beyond it."
KINDS = {
    "done": verdict("done", exercise(1)),
    "todo": untried("todo", exercise(2)),
    "invalid-on-the-reference": untried("invalid", exercise(3), FAILS),
    "invalid-on-a-wheat": verdict(
        "invalid", exercise(4), wheats=(wheat("other-words", False),), messages=(GOES_BEYOND,)
    ),
    "partial": verdict(
        "partial",
        exercise(5),
        chaffs=(chaff("minus"), chaff("times", False), chaff("over", False)),
        messages=("On the bug 'over', the run ended before its tests did. That is no catch.",),
        idle=("test_is", "test_was"),
    ),
    "too-few-cases": verdict("partial", exercise(6), cases=1),
    "half-written": verdict("partial", exercise(7), messages=("Still to be written: test_c.",)),
    "done-in-any-order-but-one": verdict("done", exercise(8), messages=("Only with others.",)),
    "skips-everything": untried("invalid", exercise(9), "Every test is skipped."),
    "program-done": program("done", exercise(10, path="day1/count.py"), 2),
    "program-partial": program("partial", exercise(11, path="day1/count.py"), 1, "Counts to 1."),
    "bonus": verdict("partial", exercise(12, bonus=True), chaffs=(chaff("a"), chaff("b", False))),
}
DAY = list(KINDS.values())
each_kind = pytest.mark.parametrize("kind", KINDS)


def made(form: str, *verdicts: Verdict) -> str:
    return FORMATS[form]("day1", "Day 1: sums", verdicts)


def junit(*verdicts: Verdict) -> ElementTree.Element:
    return ElementTree.fromstring(made("junit", *verdicts))


def gradescope(*verdicts: Verdict) -> dict:
    return json.loads(made("gradescope", *verdicts))


def exercism(*verdicts: Verdict) -> dict:
    return json.loads(made("exercism", *verdicts))


# The shapes


def problems(form: str, text: str) -> list[str]:
    """What keeps the text from being of the shape."""
    if form == "junit":
        schema = xmlschema.XMLSchema(SCHEMAS / "junit.xsd")
        return [error.reason for error in schema.iter_errors(text)]
    schema = json.loads((SCHEMAS / f"{form}.json").read_text(encoding="utf-8"))
    errors = jsonschema_rs.validator_for(schema).iter_errors(json.loads(text))
    return [error.message for error in errors]


@pytest.mark.parametrize("form", ["junit", "gradescope", "exercism"])
@pytest.mark.parametrize("kind", [*KINDS, "a-whole-day"])
def test_results_are_of_the_shape_that_their_reader_expects(form, kind):
    verdicts = DAY if kind == "a-whole-day" else [KINDS[kind]]

    assert problems(form, made(form, *verdicts)) == []


@pytest.mark.parametrize(
    ("form", "was", "now"),
    [
        pytest.param("junit", "skipped message=", "skipped reason=", id="junit-attribute"),
        pytest.param("junit", 'failures="0"', 'failures="none"', id="junit-count"),
        pytest.param("gradescope", '"max_score"', '"maximum"', id="gradescope-key"),
        pytest.param("gradescope", '"status": "failed"', '"status": "fail"', id="gradescope-word"),
        pytest.param("exercism", '"version": 3', '"version": 4', id="exercism-version"),
        pytest.param("exercism", '"status": "error"', '"status": "pass"', id="exercism-message"),
    ],
)
def test_another_shape_would_be_noticed(form, was, now):
    text = made(form, KINDS["todo"])
    assert problems(form, text) == []

    broken = text.replace(was, now)

    assert problems(form, broken) != []


@pytest.mark.parametrize("form", FORMATS)
@given(message=st.text(st.characters()))
def test_whatever_a_message_holds_results_can_be_read_and_printed_anywhere(form, message):
    text = made(form, untried("invalid", exercise(), f"{message}."))

    assert text.isascii()
    assert text.endswith("\n")
    if form == "junit":
        assert ElementTree.fromstring(text).get("errors") == "1"
    else:
        assert json.loads(text) != {}


def test_every_format_is_a_module():
    modules = {path.stem for path in Path(checker.formats.__file__).parent.glob("*.py")}

    assert set(FORMATS) == modules - {"__init__", "cases"}


# json


def test_json_is_the_results_as_they_are():
    text = made("json", *DAY)

    assert json.loads(text) == as_data("day1", DAY)
    assert as_data("day1", [KINDS["partial"]]) == {
        "day": "day1",
        "exercises": [
            {
                "path": "day1/test_5.py",
                "title": "Testing sums 5",
                "bonus": False,
                "status": "partial",
                "cases": 2,
                "cases_asked": 2,
                "chaffs": [
                    {"name": "minus", "caught": True, "by": ["test_adds"]},
                    {"name": "times", "caught": False, "by": []},
                    {"name": "over", "caught": False, "by": []},
                ],
                "wheats": [{"name": "other-words", "passed": True}],
                "idle": ["test_is", "test_was"],
                "messages": list(KINDS["partial"].messages),
                "seconds": 1.5,
            }
        ],
    }


# junit


def outcomes(suite: ElementTree.Element) -> dict[str, str]:
    """How each test case ended: by the element in it."""
    ended = {"failure", "error", "skipped"}
    return {
        case.get("name"): next((child.tag for child in case if child.tag in ended), "passed")
        for case in suite.iter("testcase")
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("done", ["passed", "passed", "passed", "passed"]),
        ("todo", ["skipped", "skipped", "skipped", "skipped"]),
        ("invalid-on-the-reference", ["error", "skipped", "skipped", "skipped"]),
        ("invalid-on-a-wheat", ["passed", "failure", "passed", "passed"]),
        ("partial", ["passed", "passed", "passed", "failure", "failure"]),
        ("too-few-cases", ["failure", "passed", "passed", "passed"]),
        ("half-written", ["failure", "passed", "passed", "passed"]),
        ("skips-everything", ["error", "skipped", "skipped", "skipped"]),
        ("program-done", ["passed"]),
        ("program-partial", ["failure"]),
    ],
)
def test_a_test_case_is_the_reference_a_wheat_or_a_chaff(kind, expected):
    given_verdict = KINDS[kind]

    ended = outcomes(junit(given_verdict))

    tried = [*given_verdict.wheats, *given_verdict.chaffs]
    assert list(ended) == ["reference", *(one.name for one in tried)]
    assert list(ended.values()) == expected


@each_kind
def test_a_suite_passes_whole_where_the_exercise_is_done(kind):
    passed = set(outcomes(junit(KINDS[kind])).values()) == {"passed"}

    assert passed == (KINDS[kind].status == "done")


@each_kind
def test_counts_are_of_the_test_cases(kind):
    suites = junit(KINDS[kind])

    (suite,) = suites
    ended = list(outcomes(suite).values())
    assert suite.get("tests") == suites.get("tests") == str(len(ended))
    assert suite.get("failures") == suites.get("failures") == str(ended.count("failure"))
    assert suite.get("errors") == suites.get("errors") == str(ended.count("error"))
    assert suite.get("skipped") == str(ended.count("skipped"))


def test_a_day_is_a_suite_an_exercise_and_its_counts_are_their_sum():
    suites = junit(*DAY)

    assert [suite.get("name") for suite in suites] == [one.exercise.title for one in DAY]
    assert suites.get("tests") == str(sum(int(suite.get("tests")) for suite in suites))
    assert suites.get("failures") == str(sum(int(suite.get("failures")) for suite in suites))
    assert (suites[0].get("time"), suites.get("time")) == ("1.50", f"{1.5 * len(DAY):.2f}")


def test_a_suite_names_its_file_and_its_cases_the_module():
    (suite,) = junit(KINDS["done"])

    assert suite.get("file") == "exercises/day1/test_1.py"
    assert {case.get("classname") for case in suite} == {"day1.test_1"}


def test_a_bug_that_got_away_fails_with_its_story_and_what_was_said_of_it():
    case = junit(KINDS["partial"]).find(".//testcase[@name='over']")

    assert case.find("failure").get("message") == case.find("failure").text == "The story of over."
    assert case.find("system-out").text == KINDS["partial"].messages[0]


def test_a_wheat_fails_with_its_promise_and_the_tests_that_go_beyond_it():
    case = junit(KINDS["invalid-on-a-wheat"]).find(".//testcase[@name='other-words']")

    assert case.find("failure").text == "The promise of other-words."
    assert case.find("system-out").text == GOES_BEYOND


def test_a_catch_names_its_tests():
    case = junit(KINDS["partial"]).find(".//testcase[@name='minus']")

    assert case.find("system-out").text == "Caught by test_adds."


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("todo", "Still to be written."),
        ("invalid-on-the-reference", FAILS),
        ("too-few-cases", "1 of the 2 cases asked for."),
        ("half-written", "Still to be written: test_c."),
        ("program-partial", "1 of the 2 cases asked for.\nCounts to 1."),
    ],
)
def test_the_reference_says_what_is_left_to_do(kind, why):
    case = junit(KINDS[kind]).find(".//testcase[@name='reference']")

    assert case[0].text == why


def test_the_reference_that_passes_tells_of_idle_tests():
    case = junit(KINDS["partial"]).find(".//testcase[@name='reference']")

    assert case.find("system-out").text.endswith("\nCatch none of the bugs: test_is, test_was.")


@pytest.mark.parametrize("form", ["junit", "gradescope", "exercism"])
def test_neither_the_edit_nor_the_hint_of_a_bug_is_told(form):
    told = {"name": "minus", "story": "The story of minus.", "hint": "The hint at minus."}
    edit = {"file": "src/secret_place.py", "was": "secret_was", "now": "secret_now"}
    of = exercise(chaff=[told | edit])

    text = made(form, verdict("partial", of, chaffs=(chaff("minus", False),)))

    assert "The story of minus." in text
    assert "secret" not in text
    assert "hint" not in text


# gradescope


@pytest.mark.parametrize(
    ("kind", "score", "worth"),
    [
        pytest.param("done", 2, 2, id="done"),
        pytest.param("todo", 0, 2, id="todo"),
        pytest.param("invalid-on-the-reference", 0, 2, id="invalid-on-the-reference"),
        pytest.param("invalid-on-a-wheat", 0, 2, id="whatever-invalid-tests-catch"),
        pytest.param("partial", 1, 3, id="a-point-a-bug"),
        pytest.param("too-few-cases", 1, 2, id="a-point-held-back"),
        pytest.param("half-written", 1, 2, id="a-point-held-back-for-a-part"),
        pytest.param("program-done", 2, 2, id="a-program-done"),
        pytest.param("program-partial", 1, 2, id="a-point-a-case-of-a-program"),
        pytest.param("bonus", 1, 0, id="a-bonus-is-worth-nothing-and-earns"),
    ],
)
def test_points_are_for_bugs_that_valid_tests_catch(kind, score, worth):
    data = gradescope(KINDS[kind])

    (test,) = data["tests"]
    assert (test["score"], test["max_score"], data["score"]) == (score, worth, score)


@each_kind
def test_full_marks_are_for_what_is_done(kind):
    core = KINDS[kind].exercise.model_copy(update={"bonus": False})
    given_verdict = Verdict(**vars(KINDS[kind]) | {"exercise": core})

    (test,) = gradescope(given_verdict)["tests"]

    assert (test["score"] == test["max_score"]) == (given_verdict.status == "done")
    assert (test["status"] == "passed") == (given_verdict.status == "done")


def test_a_day_has_the_sum_of_its_points():
    data = gradescope(*DAY)

    assert data["score"] == sum(test["score"] for test in data["tests"]) > 0
    assert data["output"] == "Day 1: sums: 3 of 12 done"
    assert data["execution_time"] == 18


def test_an_exercise_tells_what_the_board_tells():
    (test,) = gradescope(KINDS["partial"])["tests"]

    assert test["output"].splitlines() == [
        "partial: 2 of 2 cases, 1 of 3 bugs caught",
        KINDS["partial"].messages[0],
        "Would have slipped through: The story of times.",
        "Would have slipped through: The story of over.",
        "Catch none of the bugs: test_is, test_was.",
    ]


def test_a_bonus_is_called_so():
    (test,) = gradescope(KINDS["bonus"])["tests"]

    assert (test["name"], test["tags"]) == ("Testing sums 12 (bonus)", ["bonus"])


# exercism


@pytest.mark.parametrize(
    ("kind", "status", "statuses"),
    [
        ("done", "pass", ["pass", "pass", "pass", "pass"]),
        ("todo", "error", ["error", "error", "error", "error"]),
        ("invalid-on-the-reference", "error", ["error", "error", "error", "error"]),
        ("invalid-on-a-wheat", "fail", ["pass", "fail", "pass", "pass"]),
        ("partial", "fail", ["pass", "pass", "pass", "fail", "fail"]),
        ("program-done", "pass", ["pass"]),
        ("program-partial", "fail", ["fail"]),
    ],
)
def test_a_run_is_an_error_where_nothing_was_tried(kind, status, statuses):
    data = exercism(KINDS[kind])

    assert data["status"] == status
    assert [test["status"] for test in data["tests"]] == statuses


def test_an_error_says_why_in_each_exercise():
    data = exercism(KINDS["todo"], KINDS["invalid-on-the-reference"])

    assert data["message"] == f"Testing sums 2: Still to be written.\nTesting sums 3: {FAILS}"


def test_a_day_of_which_something_was_tried_is_no_error():
    data = exercism(KINDS["todo"], KINDS["done"])

    assert (data["status"], data["message"]) == ("fail", None)


def test_an_exercise_is_a_task_and_its_command_the_code():
    caught, got_away = exercism(KINDS["partial"])["tests"][2:4]

    assert caught == {
        "name": "Testing sums 5: minus",
        "status": "pass",
        "message": None,
        "output": "Caught by test_adds.",
        "test_code": "make check-day1 EX=5",
        "task_id": 5,
    }
    assert (got_away["message"], got_away["output"]) == ("The story of times.", None)


def test_output_that_is_too_long_is_cut_and_says_so():
    by = tuple(f"test_number_{number}" for number in range(100))
    many = ChaffVerdict("minus", "The story.", "The hint.", caught=True, by=by)

    test = exercism(verdict(chaffs=(many,)))["tests"][2]

    assert len(test["output"]) == 500
    assert test["output"].endswith("Output was truncated. Please limit to 500 chars")
