"""Which tests run on a bug, and when it is enough: never at the cost of what is found out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.check import check
from checker.course import Chaff, Course
from checker.outcome import Outcome, Reach, TestResult
from checker.plan import ALL, FAR, Plan, Planner, edited_lines
from checker.runner import Runner

APPLICATION = '''"""A shop."""

RATE = 2


def price(item):
    """The price of an item."""
    found = look_up(item)

    def rounded(number):
        return round(number)

    if found is None:
        return 0
    return rounded(found)


def tax(
    amount,
):
    return amount * RATE


class Shop:
    items = 3

    async def sell(self):
        self.items -= 1
        return self.items
'''
FILE = "src/shop.py"
PRICE, TAX = list(range(7, 16)), [21]  # the lines of their bodies
IMPORTED = [3]


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    root = tmp_path_factory.mktemp("course")
    (root / "src").mkdir()
    (root / FILE).write_text(APPLICATION)
    return Course(root)


def chaff(was: str, now: str, name: str = "a-bug", file: str = FILE) -> Chaff:
    return Chaff(
        name=name, story="Something is wrong.", hint="Look at it.", file=file, was=was, now=now
    )


IN_PRICE = chaff("return 0", "return 1", "in-price")
IN_TAX = chaff("amount * RATE", "amount + RATE", "in-tax")
OUTSIDE = chaff("RATE = 2", "RATE = 3", "outside")
OF_DATA = Chaff(
    name="of-data", story="Something is wrong.", hint="Look at it.", data="items", edit="df[:0]"
)


# The lines that an edit changes


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        pytest.param(IN_PRICE, PRICE, id="its function"),
        pytest.param(chaff("(number)\n\n", "(number + 1)\n\n"), [11], id="the innermost function"),
        pytest.param(chaff("def rounded(n", "def other(n"), PRICE, id="an inner signature"),
        pytest.param(chaff("self.items -= 1", "pass"), [28, 29], id="a method"),
        pytest.param(
            chaff("None:\n        return 0", "0:\n        return 1"), PRICE, id="two lines"
        ),
        pytest.param(
            chaff("None:\n        return 0\n", "None:\n        print()\n        return 0\n"),
            PRICE,
            id="a line more",
        ),
        pytest.param(
            chaff("    if found is None:\n        return 0\n", ""), PRICE, id="lines less"
        ),
    ],
)
def test_an_edit_in_a_function_changes_the_lines_of_its_body(course, edit, lines):
    assert sorted(edited_lines(edit, course)) == lines


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(OUTSIDE, id="a constant"),
        pytest.param(chaff("items = 3", "items = 4"), id="a class body"),
        pytest.param(chaff("def tax(\n    amount", "def tax(\n    *amount"), id="a signature"),
        pytest.param(
            chaff("return rounded(found)\n\n\ndef tax(", "return found\n\n\ndef taxes("),
            id="more than a function",
        ),
        pytest.param(
            chaff("    return amount * RATE\n", "    return amount * RATE\n\n\ntax = None\n"),
            id="a line after a function",
        ),
        pytest.param(OF_DATA, id="data"),
        pytest.param(chaff("x", "y", file="data/items/schema.json"), id="no Python"),
    ],
)
def test_an_edit_elsewhere_changes_no_function(course, edit):
    assert edited_lines(edit, course) is None


def test_only_the_lines_that_differ_are_changed(course):
    """`was` may begin in one function and end in another, to occur once."""
    was = "return rounded(found)\n\n\ndef tax(\n    amount,\n):\n    return amount * RATE"

    edit = chaff(was, was.replace("*", "+"))

    assert sorted(edited_lines(edit, course)) == TAX


# A plan


A, B, C, D = TESTS = [f"test_it.py::test_{letter}" for letter in "abcd"]


def clean_run(seconds: dict[str, float], **others: str) -> Outcome:
    passed = {test: TestResult("passed", seconds=took) for test, took in seconds.items()}
    rest = {f"test_it.py::test_{name}": TestResult(ended) for name, ended in others.items()}
    return Outcome("finished", passed | rest)


def a_planner(course, reference: Outcome, reach: dict, unseen=(), **how) -> Planner:
    reached = {test: reach.get(test, IMPORTED) for test in reference.tests}
    lines = {test: {FILE: ran} if ran else {} for test, ran in reached.items()}
    backwards = Outcome("finished", reference.tests, reach=Reach(lines, frozenset(unseen)))
    return Planner(course, reference, how.pop("backwards", backwards), **how)


@pytest.fixture
def plan_for(course):
    """Plans for tests that take so many seconds and reach such lines; d reaches no function."""

    def plan_for(reach: dict | None = None, seconds=(1, 2, 3, 4), **how) -> Planner:
        reach = {A: PRICE, B: PRICE, C: TAX} if reach is None else reach
        return a_planner(course, clean_run(dict(zip(TESTS, seconds, strict=True))), reach, **how)

    return plan_for


def failing(*tests: str, ended: str = "finished", of=TESTS) -> Outcome:
    return Outcome(ended, {t: TestResult("failed" if t in tests else "passed") for t in of})


def order(plan: Plan) -> str:
    return "".join(test[-1] for test in plan.tests)


def must_run(plan: Plan) -> str:
    """The tests that run also where another has failed."""
    return "".join(test[-1] for test in plan.tests if test not in plan.spared)


def test_tests_that_reach_the_edit_come_first_the_quickest_first_of_all(plan_for):
    assert order(plan_for(seconds=(2, 1, 0, 0)).plan(IN_PRICE)) == "bacd"


def test_a_test_that_has_not_caught_anything_is_not_spared_where_it_reaches_the_edit(plan_for):
    assert must_run(plan_for().plan(IN_PRICE)) == "ab"


def test_the_test_that_caught_the_bug_last_time_comes_first_and_its_failure_is_enough(plan_for):
    plan = plan_for(killers={"in-price": D}).plan(IN_PRICE)

    assert order(plan).startswith("d")
    assert must_run(plan) == "ab"


def test_the_function_that_the_course_expects_to_catch_the_bug_comes_first(plan_for):
    assert order(plan_for(killers={"in-price": "test_d"}).plan(IN_PRICE)).startswith("d")


def test_a_test_that_caught_the_bug_and_is_no_more_is_forgotten(plan_for):
    assert plan_for(killers={"in-price": "test_gone"}).plan(IN_PRICE) == plan_for().plan(IN_PRICE)


def test_a_test_that_has_caught_something_is_spared(plan_for):
    planner = plan_for()

    planner.learn(IN_PRICE, failing(A))

    assert must_run(planner.plan(IN_PRICE)) == "b"


def test_a_test_has_caught_something_when_one_of_its_cases_has(course):
    cases = [f"test_it.py::test_a[{number}]" for number in (1, 2)]
    planner = a_planner(course, clean_run(dict.fromkeys(cases, 1)), {})

    planner.learn(OUTSIDE, failing(cases[0], of=cases))

    assert set(planner.plan(OUTSIDE).spared) == set(cases)


@pytest.mark.parametrize(
    ("near", "expected"),
    [(FAR - 1, "adbc"), (FAR + 1, "dabc")],
    ids=["slow", "too slow"],
)
def test_of_those_that_have_caught_something_a_quick_one_from_afar_may_come_first(
    plan_for, near, expected
):
    planner = plan_for(seconds=(near, 10, 20, 1))
    planner.learn(OUTSIDE, failing(*TESTS))

    assert order(planner.plan(IN_PRICE)) == expected


def test_the_seconds_of_a_test_are_without_what_it_was_only_the_first_to_need(course):
    reference = clean_run({A: 9, B: 2})
    backwards = Outcome("finished", clean_run({B: 3, A: 1}).tests, reach=Reach({}))

    planner = a_planner(course, reference, {}, backwards=backwards)

    assert order(planner.plan(OUTSIDE)) == "ab"


@pytest.mark.parametrize("edit", [OUTSIDE, OF_DATA], ids=["outside of functions", "of data"])
def test_what_is_in_no_function_is_reached_by_every_test(plan_for, edit):
    assert must_run(plan_for().plan(edit)) == "abcd"


def test_a_test_that_starts_processes_may_reach_anything(plan_for):
    assert must_run(plan_for(unseen=[D]).plan(IN_TAX)) == "cd"


def test_a_test_that_runs_no_line_of_the_application_may_reach_it_in_some_other_way(plan_for):
    reach = {A: PRICE, B: PRICE, C: TAX, D: []}

    assert must_run(plan_for(reach).plan(IN_TAX)) == "cd"


def test_an_edit_that_nobody_reaches_is_tried_by_all(plan_for):
    assert must_run(plan_for({A: PRICE}).plan(IN_TAX)) == "abcd"


def test_nothing_is_spared_where_reach_was_not_seen(plan_for):
    not_traced = failing()

    assert must_run(plan_for(backwards=not_traced).plan(IN_PRICE)) == "abcd"


def test_where_the_order_matters_all_tests_run_in_the_files_order(plan_for):
    planner = plan_for(seconds=(4, 3, 2, 1), backwards=failing(A), killers={"in-price": B})

    plan = planner.plan(IN_PRICE)

    assert (order(plan), must_run(plan)) == ("abcd", "abcd")


def test_the_whole_matrix_is_all_tests_in_the_files_order(plan_for):
    planner = plan_for(seconds=(4, 3, 2, 1), whole=True, killers={"in-price": B})
    planner.learn(IN_PRICE, failing(*TESTS))

    plan = planner.plan(IN_PRICE)

    assert (order(plan), must_run(plan)) == ("abcd", "abcd")


def test_tests_of_our_own_need_not_prove_anything(plan_for):
    plan = plan_for(proves=False).plan(IN_PRICE)

    assert (order(plan), must_run(plan)) == ("abcd", "")


def test_only_tests_that_passed_on_the_reference_count(course):
    reference = clean_run({A: 1}, b="skipped", c="todo")

    plan = a_planner(course, reference, {}).plan(OUTSIDE)

    assert (order(plan), list(plan.counts), must_run(plan)) == ("abc", [A], "a")


# What it learns


def test_who_has_caught_what_is_remembered(plan_for):
    planner = plan_for()

    planner.learn(IN_PRICE, failing(B, D))
    planner.learn(IN_TAX, failing())

    assert planner.caught == {"in-price": B}


def test_of_several_that_catch_a_bug_one_that_has_caught_nothing_before_is_remembered(plan_for):
    """It is a killer then, and need not be proven on all other bugs in the next check."""
    planner = plan_for()
    planner.learn(IN_TAX, failing(B))

    planner.learn(IN_PRICE, failing(B, D))

    assert planner.caught == {"in-tax": B, "in-price": D}


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(failing(A, ended="crashed"), id="of a run that did not finish"),
        pytest.param(failing("test_it.py::test_skipped", of=["test_it.py::test_skipped"]), id="of "
                     "a test that had not passed"),
    ],
)  # fmt: skip
def test_nothing_is_learned_from_failures_that_count_for_nothing(course, outcome):
    planner = a_planner(course, clean_run({A: 1}, skipped="skipped"), {})

    planner.learn(OUTSIDE, outcome)

    assert planner.caught == {}
    assert must_run(planner.plan(OUTSIDE)) == "a"


# Tests of which it is not certain yet that they catch nothing


def test_a_test_that_caught_something_the_last_time_is_spared_at_first(plan_for):
    assert must_run(plan_for(killers={"elsewhere": B}).plan(IN_PRICE)) == "a"


def test_who_was_spared_and_has_caught_nothing_has_a_second_chance(plan_for):
    planner = plan_for()
    outcome = failing(A, of=[A, C])

    planner.learn(IN_PRICE, outcome)

    assert planner.second_plan(IN_PRICE, outcome) == Plan([B, D], others=False)


def test_who_has_caught_something_elsewhere_needs_none(plan_for):
    planner = plan_for()
    outcome = failing(A, of=[A, C])

    planner.learn(IN_PRICE, outcome)
    planner.learn(IN_TAX, failing(B, D))

    assert planner.second_plan(IN_PRICE, outcome) is None


@pytest.mark.parametrize(
    ("outcome", "how"),
    [
        pytest.param(failing(A), {}, id="all have been run"),
        pytest.param(failing(of=[A], ended="timeout"), {}, id="the run did not finish"),
        pytest.param(failing(A, of=[A]), {"proves": False}, id="tests of ours need not"),
    ],
)
def test_there_is_no_second_run_without_need(plan_for, outcome, how):
    assert plan_for(**how).second_plan(IN_PRICE, outcome) is None


# Whatever the plan, the answer is that of running everything


subsets = st.sets(st.sampled_from(TESTS))
lines = st.lists(st.sampled_from([*PRICE, *TAX]), unique=True)


@st.composite
def planners(draw, course) -> Planner:
    some = draw(subsets.filter(bool))
    reference = clean_run({test: draw(st.floats(0, 9)) for test in TESTS if test in some})
    reach = {test: draw(lines) for test in some}
    killers = draw(st.dictionaries(st.just("in-price"), st.sampled_from(TESTS)))
    planner = a_planner(course, reference, reach, draw(subsets), killers=killers)
    for edit in (IN_TAX, OUTSIDE):
        planner.learn(edit, failing(*draw(subsets)))
    return planner


def simulated(plan: Plan, fails: set[str]) -> list[str]:
    """The tests that a run goes through, as `checker.inside.child` does it."""
    ran, caught = [], False
    for test in plan.tests:
        ran.append(test)
        caught = caught or (test in fails and test in plan.counts)
        if caught and set(plan.tests) - set(ran) <= set(plan.spared):
            break
    return ran


@settings(deadline=None)
@given(data=st.data(), edit=st.sampled_from([IN_PRICE, IN_TAX, OUTSIDE, OF_DATA]), fails=subsets)
def test_a_plan_runs_every_test_unless_one_that_counts_fails(course, data, edit, fails):
    planner = data.draw(planners(course))
    plan = planner.plan(edit)

    ran = simulated(plan, fails)

    assert sorted(plan.tests) == sorted(planner.reference.tests)
    assert plan.others
    if not fails & {*planner.reference.passed}:
        assert sorted(ran) == sorted(planner.reference.tests)
    else:
        assert fails & {*ran} & {*plan.counts}


def test_all_is_the_files_own_order_and_nothing_is_spared():
    job = {"tests": None, "others": True, "left_out": [], "counts": [], "spared": []}
    assert ALL.as_job() == job | {"backwards": False}


# What one test has loaded, the next ones use: no line tells


SHOP = """
import functools


@functools.cache
def prices():
    return {"tea": 3, "milk": 1}


def tea():
    return prices()["tea"]


def cheapest():
    return min(prices(), key=prices().get)
"""
TOML = """
number   = 1
title    = "Testing a shop"
minutes  = 5

[[chaff]]
name  = "tea-for-free"
story = "Everybody drinks tea today."
hint  = "What does tea cost?"
file  = "src/shop.py"
was   = '"tea": 3'
now   = '"tea": 0'
"""
WAYS_TO_LOAD = {
    "a cached function": """
from src.shop import cheapest, tea

def test_costs(): assert tea() == 3
def test_is_not_the_cheapest(): assert cheapest() == "milk"
def test_costs_something(): assert tea()
""",
    "a late import": """
def test_costs():
    from src import late
    assert late.tea == 3

def test_is_not_the_cheapest():
    from src import late
    assert late.cheapest == "milk"

def test_costs_something():
    from src import late
    assert late.tea
""",
    "a fixture by its name": """
import pytest

@pytest.fixture(scope="module")
def price():
    from src.shop import tea
    return tea()

def test_costs(price): assert price == 3
def test_is_dear(request): assert request.getfixturevalue("price") > 2
def test_costs_something(request): assert request.getfixturevalue("price")
""",
}


@pytest.fixture
def shop(tmp_path) -> Course:
    for name in ("src", "exercises/day1", "solutions/day1"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "exercises/pytest.ini").write_text("[pytest]\npythonpath = ..\n")
    (tmp_path / "src/shop.py").write_text(SHOP)
    (tmp_path / "src/late.py").write_text(
        "from src import shop\n\ntea, cheapest = shop.tea(), shop.cheapest()\n"
    )
    (tmp_path / "solutions/day1/test_shop.toml").write_text(TOML)
    return Course(tmp_path)


@pytest.fixture(scope="module")
def runner(course):
    with Runner(course) as runner:
        yield runner


@pytest.mark.parametrize("tests", WAYS_TO_LOAD.values(), ids=WAYS_TO_LOAD)
def test_a_test_that_uses_what_another_has_loaded_is_not_told_to_catch_nothing(shop, runner, tests):
    (shop.solutions / "day1/test_shop.py").write_text(tests)

    (verdict,) = check(shop, shop.day("day1"), shop.solutions, runner=runner)

    assert (verdict.status, verdict.messages, verdict.idle) == ("done", (), ())


def test_a_test_that_catches_nothing_is_told_so(shop, runner):
    (shop.solutions / "day1/test_shop.py").write_text(
        WAYS_TO_LOAD["a cached function"] + "def test_nothing(): pass\n"
    )

    (verdict,) = check(shop, shop.day("day1"), shop.solutions, runner=runner)

    assert verdict.idle == ("test_nothing",)
